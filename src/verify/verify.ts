/**
 * Proves that a collection holds what its topics say: reads both, compares each row, and writes nothing anywhere. See docs/verify.md.
 */
import type { SinkSettings } from '../config/setup.ts'
import { failure } from '../errors/errors.ts'
import type { Log } from '../ops/log.ts'
import { openMilvus } from '../sink/open-milvus.ts'
import { askBounds } from '../sink/topic-bounds.ts'
import { CollectionReader } from './collection-reader.ts'
import { compareAll, slotsMaxDefault } from './compare-all.ts'
import { compareSample } from './compare-sample.ts'
import { readDefaults } from './defaults.ts'
import { Findings, type Verification } from './findings.ts'
import { TopicScan } from './topic-scan.ts'

/** What a sink says at its start is about writing. */
const silent: Log = { info() {}, warn() {}, error() {}, named: () => silent }

export interface VerifyOptions {
  readonly settings: SinkSettings
  /** Compares so many keys, chosen at random, instead of all. */
  readonly sample?: number | undefined
  /** Rows of each kind to name. */
  readonly rowsMax: number
  readonly progress: (done: number, goal: number) => void
  /** Slots of the table of hashes, a power of two: what bounds the memory. */
  readonly slotsMax?: number
  readonly random?: () => number
}

export async function verify(options: VerifyOptions): Promise<Verification> {
  const { settings, sample, rowsMax, progress } = options
  // Kafka's answer is waited for while the Milvus SDK is being loaded.
  const asking = askBounds(settings)
  asking.catch(() => {})
  const { connection, schema, plan } = await openMilvus(settings, silent)
  try {
    if (sample !== undefined && schema.primaryKey.autoId) {
      const why = `Milvus makes the keys of collection "${settings.collection}", so no record has one to look for; verify all of it`
      throw failure('KEYS_CONFLICT', '--sample', why)
    }
    const [bounds, defaults] = await Promise.all([asking, readDefaults(connection, schema)])
    const scan = new TopicScan(settings, schema, plan, defaults)
    try {
      const found = {
        missing: new Findings(rowsMax),
        extra: new Findings(rowsMax),
        different: new Findings(rowsMax),
        duplicate: new Findings(rowsMax),
      }
      const collection = new CollectionReader(connection, schema)
      const slotsMax = options.slotsMax ?? slotsMaxDefault
      const all = { scan, collection, bounds, found, slotsMax, progress }
      const seed = Math.floor((options.random ?? Math.random)() * 2 ** 32)
      const { counts, ...compared } =
        sample === undefined ? await compareAll(all) : await compareSample(all, sample, seed)
      return {
        sink: settings.name,
        collection: settings.collection,
        topics: settings.topics.text,
        sampled: sample,
        ...counts,
        ...compared,
        ...found,
        behind: bounds.behind,
        truncated: bounds.stretches.filter(({ from }) => from > 0).length,
      }
    } finally {
      await scan.close()
    }
  } finally {
    await connection.close()
  }
}
