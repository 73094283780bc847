/**
 * Where librdkafka is for `dlopen`.
 *
 * The compiled binary carries the library in its own file system, which the dynamic linker cannot see. Bun would extract it to the temp
 * folder and leave it there (and fail where that folder is noexec), so we hand the linker a file in memory, or, where a system has none,
 * a file in a private folder. Placing it costs about 10 ms: call this only where Kafka is used.
 */
import { dlopen, FFIType } from 'bun:ffi'
import { readFileSync } from 'node:fs'
import embedded from '../../.cache/librdkafka/librdkafka.so' with { type: 'file' }
import { memoryFile } from './memory-file.ts'
import { privateFile } from './private-file.ts'

/** The root of the file system inside a compiled binary. */
const insideBinary = embedded.startsWith('/$bunfs/')

let path: string | undefined

/** A path that `dlopen` takes; the same in every thread of the process, so that all of them share one library and its handles. */
export function librdkafkaPath(): string {
  path ??= insideBinary ? place() : embedded
  return path
}

function place(): string {
  const library = readFileSync(embedded)
  try {
    return memoryFile('redkite-librdkafka', library) ?? privateFile('librdkafka', '.so', library)
  } finally {
    // 8 MB that are not left to the collector: it would stop the program to give them back.
    library.buffer.transfer(0)
  }
}

/** What the library says of itself; no handle is made. */
export function librdkafkaVersion(): string {
  const library = dlopen(librdkafkaPath(), { rd_kafka_version_str: { args: [], returns: FFIType.cstring } })
  return String(library.symbols.rd_kafka_version_str())
}
