/** redkite's version, and what `--version` says: also of the two engines inside, read from themselves and not from a note about them. */
import manifest from '../package.json' with { type: 'json' }
import { librdkafkaVersion } from './kafka/library.ts'

export const version: string = manifest.version

/** One line, as `--version` prints it. Loads librdkafka, about 10 ms. */
export function versionLine(): string {
  return `redkite ${version} (Bun ${Bun.version}, librdkafka ${librdkafkaVersion()})`
}
