/**
 * Where a sink's time goes, in milliseconds by its clock: what its thread does, added up once an arena, a batch or a request, and what it waits
 * for. Plain values, which can be posted between threads and added up.
 */
export interface Stages {
  /** Taking records over from librdkafka. */
  fetchMs: number
  /** Records to rows. */
  decodeMs: number
  /** Looking keys up, and deciding what is sent when. */
  sealMs: number
  /** Rows into the memory that is sent. */
  encodeMs: number
  /** From when there was no room for another row until an answer made some: Milvus is what is waited for, though other work may be done meanwhile. */
  blockedMs: number
  /** From when all records were read until there were others. */
  starvedMs: number
}

export function noStages(): Stages {
  return { fetchMs: 0, decodeMs: 0, sealMs: 0, encodeMs: 0, blockedMs: 0, starvedMs: 0 }
}
