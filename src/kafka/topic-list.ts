/**
 * Names and partitions of all topics. librdkafka answers this only by `rd_kafka_metadata`, which blocks until a broker has answered, so
 * the call runs on a thread of its own: a Worker made from text, which the compiled binary needs no second entry point for.
 */
import { type Pointer, read } from 'bun:ffi'
import { textThrough } from './c-string.ts'
import { metadata, metadataTopic } from './layout.ts'
import { librdkafka } from './symbols.ts'

const source = `
import { CFunction, ptr } from 'bun:ffi'
self.onmessage = ({ data: { address, handle, timeoutMs } }) => {
  const metadata = CFunction({ ptr: address, args: ['ptr', 'i32', 'ptr', 'ptr', 'i32'], returns: 'i32' })
  const result = new BigUint64Array(1)
  const code = metadata(handle, 1, null, ptr(result), timeoutMs)
  self.postMessage({ code, result: Number(result[0]) })
}`

export interface TopicDescription {
  readonly name: string
  readonly partitions: number
  /** librdkafka's error code; 0 for a healthy topic. */
  readonly error: number
}

/** Either the topics or librdkafka's error code. The handle must live until this is done, `timeoutMs` at the most. */
export async function listTopics(handle: Pointer, timeoutMs: number): Promise<readonly TopicDescription[] | number> {
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'application/javascript' })))
  try {
    const { promise, resolve, reject } = Promise.withResolvers<{ code: number; result: number }>()
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
    const address = (librdkafka().rd_kafka_metadata as unknown as { ptr: number }).ptr
    worker.postMessage({ address, handle, timeoutMs })
    const { code, result } = await promise
    return code === 0 ? readTopics(result as Pointer) : code
  } finally {
    worker.terminate()
  }
}

function readTopics(answer: Pointer): TopicDescription[] {
  const topics = read.ptr(answer, metadata.topics)
  const descriptions: TopicDescription[] = []
  for (let at = 0; at < read.i32(answer, metadata.topicCount); at++) {
    const topic = (topics + at * metadataTopic.size) as Pointer
    descriptions.push({
      name: textThrough(topic, metadataTopic.name),
      partitions: read.i32(topic, metadataTopic.partitionCount),
      error: read.i32(topic, metadataTopic.error),
    })
  }
  librdkafka().rd_kafka_metadata_destroy(answer)
  return descriptions
}
