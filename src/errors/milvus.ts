import type { ErrorTable } from './kind.ts'

/** What Milvus and the way to it can answer. */
export const milvusErrors = {} as const satisfies ErrorTable
