/** Keys that every sink connector of Kafka Connect has (SinkConnectorConfig of Kafka 4.1). */
import { flag, integer, list, oneOf, text, unused } from '../key.ts'
import { converterKeys } from './converters.ts'

export const connectorKeys = {
  name: text({
    required: true,
    doc: "The sink's name. Its consumer group is `connect-NAME`, the group Kafka Connect uses for it.",
  }),
  'connector.class': text({
    required: true,
    doc: '`com.milvus.io.kafka.MilvusSinkConnector`, or short `MilvusSinkConnector` or `MilvusSink`.',
  }),
  'connector.plugin.version': unused('redkite has one version of the sink'),
  'tasks.max': integer({
    default: 1,
    min: 1,
    doc: 'Consumers that share the partitions of this sink, each with its own connection to Milvus.',
  }),
  'tasks.max.enforce': unused('there are never more tasks than `tasks.max`'),
  topics: list({ default: '', doc: 'Topics to read, separated by commas. Either this or `topics.regex`.' }),
  'topics.regex': text({
    doc: 'A Java regular expression that whole topic names match. Look-around, back references and possessive quantifiers cannot be had.',
  }),
  ...converterKeys,
  'config.action.reload': unused('placeholders are read once, at start'),
  transforms: list({
    default: '',
    doc: "Names of transforms that each record goes through, in this order; `transforms.NAME.type` is one of Connect's own classes or Debezium's ExtractNewRecordState (docs/mapping.md).",
  }),
  predicates: list({
    default: '',
    doc: 'Names of predicates, which say for which records a transform is.',
  }),
} as const

export const errorKeys = {
  'errors.tolerance': oneOf(['none', 'all'], {
    default: 'none',
    doc: 'What a record that cannot be written does: stop the sink (`none`), or go to the dead-letter topic, or without one be counted and passed over (`all`).',
  }),
  'errors.retry.timeout': integer({
    default: -1,
    min: -1,
    max: Number.MAX_SAFE_INTEGER,
    doc: 'For how many ms a request that failed for a passing reason is sent again before the sink stops; -1 is for ever, so that an outage of Milvus ends by itself (Connect has 0, and the plugin never tries again).',
  }),
  'errors.retry.delay.max.ms': integer({ default: 60_000, min: 1, doc: 'The longest wait between two tries.' }),
  'errors.log.enable': flag({
    default: false,
    doc: 'Log each record that cannot be written, not only the first of each kind in 5 s.',
  }),
  'errors.log.include.messages': flag({
    default: false,
    doc: 'Makes no difference: that log line always has topic, partition and offset, and the values of a record are never logged.',
  }),
  'errors.deadletterqueue.topic.name': text({
    doc: 'Topic for records that cannot be written, with `errors.tolerance=all`; empty is none. Created when it is missing.',
  }),
  'errors.deadletterqueue.topic.replication.factor': integer({
    default: 3,
    min: -1,
    max: 32_767,
    doc: 'Replicas of that topic when it has to be created.',
  }),
  'errors.deadletterqueue.context.headers.enable': flag({
    default: false,
    doc: 'Add headers to dead letters that say where they come from and what is wrong.',
  }),
} as const
