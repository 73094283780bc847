import { isRouted, isRoutedByRecord, perCollection } from '../../config/routing.ts'
import type { SinkSettings } from '../../config/sink.ts'
import { compileTopicRouting } from '../../decode/compile.ts'
import { failure } from '../../errors/errors.ts'
import { Admin } from '../../kafka/admin.ts'

const askTimeoutMs = 15_000

/**
 * The sink's collections with their topics, for whoever looks at them one by one. Throws KEYS_CONFLICT where each record may name its own: then
 * nobody knows which there are, or which records each should hold.
 */
export async function byCollection(settings: SinkSettings): Promise<readonly SinkSettings[]> {
  if (!isRouted(settings)) return [settings]
  const routing = compileTopicRouting(settings)
  if (isRoutedByRecord(settings.routing) || routing?.changesByRecord === true) {
    const why = `each record of sink "${settings.name}" may name its collection or partition, so they cannot be looked at one by one`
    throw failure('KEYS_CONFLICT', settings.file, why)
  }
  const admin = new Admin(settings.admin)
  try {
    const topics = await admin.topicPartitions(settings.topics.subscribe, askTimeoutMs)
    return perCollection(settings, [...topics.keys()], routing && ((topic) => routing.ofAll(topic)))
  } finally {
    await admin.close()
  }
}
