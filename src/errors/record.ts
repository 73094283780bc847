import type { ErrorTable } from './kind.ts'

/** What can be wrong with one record. */
export const recordErrors = {} as const satisfies ErrorTable
