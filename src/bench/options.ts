/** What `redkite bench` was asked for. */
import type { Cell } from './grid.ts'
import type { Format } from './kafka/records.ts'

export interface BenchOptions {
  /** The two files of a run whose topics are read; none: records are made, or `topic` is read. */
  readonly files: readonly string[]
  readonly sets: readonly string[]
  readonly topic: string | undefined
  readonly bootstrap: string | undefined
  /** Where Milvus is; undefined: as the files say, or this machine's. */
  readonly milvus: string | undefined
  readonly isNull: boolean
  /** Environment variable that holds the token. */
  readonly tokenEnv: string | undefined
  readonly format: Format
  readonly dims: number
  /** Undefined: as many as fit into the embedded Kafka at once, or all of the topic's. */
  readonly rows: number | undefined
  readonly durationMs: number | undefined
  readonly rowsPerSecond: number | undefined
  readonly tasks: number | undefined
  /** Several of them: a sweep. */
  readonly cells: readonly Cell[]
}

export function makesRecords({ files, topic }: BenchOptions): boolean {
  return files.length === 0 && topic === undefined
}
