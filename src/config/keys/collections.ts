/** Keys of collections that are made, or given fields, on demand: docs/collections.md. */
import { flag, integer, list, oneOf, text } from '../key.ts'

export const collectionKeys = {
  'auto.create': flag({
    default: false,
    doc: 'Make the collection when it is missing, from the first records of the topics, index its vectors and load it. `redkite plan` shows it before.',
  }),
  'auto.create.sample.records': integer({
    default: 100,
    min: 1,
    max: 100_000,
    doc: 'Records that the schema is taken from.',
  }),
  'auto.create.primary.key': text({
    doc: 'Field that becomes the primary key; unset, it is found by its name: `id`, `_id`, `pk`, `uuid`… With `pk.mode=record_key` or `kafka`, the name of the key.',
  }),
  'auto.create.vector.fields': list({
    default: '',
    doc: 'Fields that become vectors; unset, the longest array of numbers is the only one.',
  }),
  'auto.create.index.type': text({
    default: 'AUTOINDEX',
    doc: 'Index of the vectors, by its name in Milvus: `HNSW`, `IVF_FLAT`…',
  }),
  'auto.create.index.params': list({
    default: '',
    doc: 'Parameters of that index: `M=16,efConstruction=200`.',
  }),
  'auto.create.metric.type': oneOf(['COSINE', 'L2', 'IP'], { default: 'COSINE', doc: 'How vectors are compared.' }),
  'auto.create.dynamic.field': flag({
    default: true,
    doc: 'Give the collection a dynamic field, which takes what has no field of its own.',
  }),
  'auto.create.shards': integer({ default: 1, min: 1, max: 64, doc: 'Shards of the collection.' }),
  'auto.create.consistency.level': oneOf(['Strong', 'Session', 'Bounded', 'Eventually'], {
    default: 'Bounded',
    doc: 'What searches see that do not say so themselves.',
  }),
  'auto.evolve': flag({
    default: false,
    doc: 'Add fields that records bring and the collection lacks, nullable, at start (Milvus 2.6 and later). With a dynamic field nothing is added.',
  }),
  'database.create': flag({ default: false, doc: 'Make the database when it is missing.' }),
} as const
