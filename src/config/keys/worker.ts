/** Keys of the worker file: those of Kafka 4.1's `connect-standalone.sh` (StandaloneConfig), and what people carry over from older ones. */
import { integer, list, text, unused } from '../key.ts'
import { converterKeys } from './converters.ts'

const rest = 'the REST interface is that of `--http`, see docs/http.md'
const metrics = 'Java metrics reporters do not run here'
const distributed = 'belongs to a distributed Connect cluster; redkite runs alone, and scales by the consumer group'
const stores = 'redkite stores nothing: offsets live in the consumer group'

export const workerKeys = {
  'bootstrap.servers': list({
    default: 'localhost:9092',
    doc: 'Kafka brokers to ask first, `host:port`, separated by commas. `consumer.bootstrap.servers` and `consumer.override.bootstrap.servers` take precedence.',
  }),
  'offset.flush.interval.ms': integer({
    default: 60_000,
    min: 1,
    doc: 'Offsets of what Milvus acknowledged are committed this often, and at the end and when partitions are taken away.',
  }),
  'offset.flush.timeout.ms': integer({
    default: 5_000,
    min: 1,
    doc: 'How long a commit may take before it is tried again.',
  }),
  'config.providers': list({
    default: '',
    doc: 'Names of config providers. `env`, `file` and `dir` work undeclared; a declared name needs `config.providers.NAME.class`.',
  }),
  ...converterKeys,
  'task.shutdown.graceful.timeout.ms': unused("write `shutdown.timeout.ms` in the sink's file"),
  'offset.storage.file.filename': unused(stores),
  'plugin.path': unused('there are no plugins to load'),
  'plugin.discovery': unused('there are no plugins to load'),
  'client.dns.lookup': unused('concerns Java clients of the worker; write `consumer.client.dns.lookup`'),
  'connector.client.config.override.policy': unused('`consumer.override.` is always allowed'),
  'topic.creation.enable': unused('concerns source connectors'),
  'topic.tracking.enable': unused(stores),
  'topic.tracking.allow.reset': unused(stores),
  'access.control.allow.methods': unused(rest),
  'access.control.allow.origin': unused(rest),
  'admin.listeners': unused(rest),
  listeners: unused(rest),
  'response.http.headers.config': unused(rest),
  'rest.advertised.host.name': unused(rest),
  'rest.advertised.listener': unused(rest),
  'rest.advertised.port': unused(rest),
  'rest.extension.classes': unused(rest),
  'rest.host.name': unused(rest),
  'rest.port': unused(rest),
  'metric.reporters': unused(metrics),
  'metrics.num.samples': unused(metrics),
  'metrics.recording.level': unused(metrics),
  'metrics.sample.window.ms': unused(metrics),
  'auto.include.jmx.reporter': unused(metrics),
  'internal.key.converter': unused(stores),
  'internal.value.converter': unused(stores),
  'inter.worker.key.generation.algorithm': unused(distributed),
  'group.id': unused(`${distributed}; the consumer group is connect-NAME, or \`consumer.override.group.id\``),
  'config.storage.topic': unused(distributed),
  'config.storage.replication.factor': unused(distributed),
  'offset.storage.topic': unused(stores),
  'offset.storage.partitions': unused(stores),
  'offset.storage.replication.factor': unused(stores),
  'status.storage.topic': unused(distributed),
  'status.storage.partitions': unused(distributed),
  'status.storage.replication.factor': unused(distributed),
  'exactly.once.source.support': unused(distributed),
  'scheduled.rebalance.max.delay.ms': unused(distributed),
  'worker.sync.timeout.ms': unused(distributed),
  'worker.unsync.backoff.ms': unused(distributed),
  'connect.protocol': unused(distributed),
  'client.id': text({
    effect: 'unused',
    doc: 'names the worker; the consumer is `connector-consumer-NAME-0` unless `consumer.client.id` says otherwise',
  }),
} as const
