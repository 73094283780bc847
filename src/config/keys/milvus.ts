/** Keys of the plugin kafka-connect-milvus, and redkite's own, named after the customs of Connect's sinks. */
import { flag, integer, list, oneOf, secret, text } from '../key.ts'

export const pluginKeys = {
  'public.endpoint': text({
    required: true,
    doc: 'Milvus or Zilliz Cloud: `https://HOST:PORT`, `https://HOST` (port 443), `http://HOST:PORT`, `HOST:PORT` or `HOST` (port 19530). A Zilliz Cloud host is https with or without the scheme.',
  }),
  token: secret({
    doc: 'An API key, or `user:password`. Better `${file:/path:key}` or `${env:NAME}` than in the file.',
  }),
  'database.name': text({ default: 'default', doc: 'Database that holds the collection.' }),
  'collection.name': text({
    doc: 'Collection to write into; it has to exist unless `auto.create=true` makes it. An alias will do. Required unless the keys below say where all records go.',
  }),
} as const

const routingKeys = {
  'topic2collection.map': list({
    default: '',
    doc: 'Collections of single topics, `topic:collection,…`; the records of other topics go where `collection.name` or `collection.name.format` says.',
  }),
  'collection.name.format': text({
    doc: 'Instead of `collection.name`: a collection for each topic, with `${topic}` for its name, in which what is no letter, digit or underscore becomes an underscore.',
  }),
  'collection.name.header': text({
    doc: 'The header that names the collection of its record. A record without it goes where its topic goes.',
  }),
  'collection.name.field': text({
    doc: 'The field of the JSON value that names the collection of its record. A record without it goes where its topic goes. Such records are read twice.',
  }),
  'partition.name.field': text({
    doc: 'The field of the JSON value that names the partition of the collection; records without it go to the default one. Such records are read twice: a partition key in the collection is the quicker way.',
  }),
} as const

/** Milvus' proxy refuses messages over 64 MiB; 2 MiB keep the connection as busy as 4 do, with 40 MB less of memory. */
const requestBytesMax = 60 * 1024 * 1024
export const requestBytesDefault = 2 * 1024 * 1024
/** What larger requests bring, they have brought by then: docs/performance.md. */
export const requestBytesGrown = 8 * 1024 * 1024
export const requestsDefault = 4
/** Of the default size; of the grown one there are `requestsDefault`, in the same memory. */
export const requestsGrown = 16

export const redkiteKeys = {
  ...routingKeys,
  'batch.size': integer({ default: 20_000, min: 1, max: 1_000_000, doc: 'Rows in a request to Milvus, at most.' }),
  'batch.bytes': integer({
    min: 1024,
    max: requestBytesMax,
    doc: 'Bytes in a request to Milvus, at most; a single larger row still goes alone. Milvus takes 64 MiB. Unset: 2 MiB, and up to 8 MiB while Milvus is what everything waits for and larger requests have it take more; with `buffer.bytes`, 2 MiB.',
  }),
  'buffer.bytes': integer({
    min: 16 * 1024,
    max: 4 * 1024 * 1024 * 1024,
    doc: 'Records and rows held between Kafka and Milvus, at most: half for what is fetched ahead, half for batches, which may lower `max.in.flight.requests`. Unset, it follows from the other settings: 32 MiB fetched ahead, and two more batches of `batch.bytes` than `max.in.flight.requests`.',
  }),
  'linger.ms': integer({
    default: 100,
    min: 0,
    max: 3_600_000,
    doc: 'A row waits this long, at most, for others to share its request.',
  }),
  'max.in.flight.requests': integer({
    min: 1,
    max: 64,
    doc: 'Requests sent and not yet answered, at most. Unset: 4, and from 1 to 16 while Milvus is what everything waits for: more while they have it take more, fewer while it takes no less.',
  }),
  'request.timeout.ms': integer({
    default: 60_000,
    min: 100,
    max: 3_600_000,
    doc: 'How long Milvus may take to answer one request.',
  }),
  'max.retries': integer({
    default: -1,
    min: -1,
    max: 2_147_483_647,
    doc: 'How often a request that failed for a passing reason is sent again before the sink stops; -1 is without end.',
  }),
  'retry.backoff.ms': integer({
    default: 200,
    min: 1,
    max: 3_600_000,
    doc: 'Wait before the first repeat; each next one is twice as long, up to `errors.retry.delay.max.ms`, less a random part.',
  }),
  'behavior.on.null.values': oneOf(['ignore', 'delete', 'fail'], {
    doc: 'What a record without a value (a tombstone) does: nothing but be counted (`ignore`, the default), delete the row whose key is the record key (`delete`), or be a record that cannot be written (`fail`).',
  }),
  'delete.enabled': flag({ default: false, doc: 'The same as `behavior.on.null.values=delete`.' }),
  'pk.mode': oneOf(['record_value', 'record_key', 'kafka'], {
    default: 'record_value',
    doc: 'Where the primary key comes from: the field of that name in the value, the record key, or (`kafka`, for a VARCHAR key) `topic-partition-offset`, which makes each record a row of its own and reading it twice harmless.',
  }),
  'field.mapping': list({
    default: '',
    doc: 'Fields of the collection that records have under another name or further inside: `field:name,field:outer.inner,field:list.0`; `` `…` `` stands around a name with a dot (docs/mapping.md).',
  }),
  'value.envelope': oneOf(['none', 'debezium'], {
    default: 'none',
    doc: "`debezium`: values are Debezium's change events; created, read and updated rows are written, deleted ones deleted.",
  }),
  'shutdown.timeout.ms': integer({
    default: 30_000,
    min: 0,
    max: 3_600_000,
    doc: 'How long the sink may take to finish what is in flight when it is told to stop.',
  }),
  'collection.require.loaded': flag({
    default: true,
    doc: 'Stop at start when the collection is not loaded, as the plugin does. `false` writes into an unloaded collection.',
  }),
  'milvus.ssl.ca.file': text({ doc: 'PEM file of the certificate authorities to trust instead of the usual ones.' }),
  'milvus.ssl.cert.file': text({
    doc: "PEM file of the client's certificate chain, where Milvus wants one (tlsMode 2).",
  }),
  'milvus.ssl.key.file': text({ doc: "PEM file of the client certificate's private key." }),
  'milvus.ssl.server.name': text({
    doc: "The name to expect in Milvus' certificate when it is not the host of `public.endpoint`, e.g. with an IP address.",
  }),
} as const
