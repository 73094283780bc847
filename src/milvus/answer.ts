/**
 * A Milvus `Status` and `MutationResult`, read straight from the bytes. The SDK's own decoder turns each primary key of the answer into a
 * string: 20,000 strings a request that nobody reads.
 */

import { WireReader } from './wire-reader.ts'

/** `common.Status`. Fields of a success are 0, '' and false. */
export interface Status {
  /** Milvus' own code (2.3 and later). */
  readonly code: number
  /** `error_code` of releases before 2.3; newer ones fill it in too. */
  readonly legacyCode: number
  readonly reason: string
  readonly retriable: boolean
  /** The server says that what was sent is wrong, not the server (2.5 and later). */
  readonly inputError: boolean
}

export interface MutationResult {
  readonly status: Status
  readonly insertCount: number
  readonly deleteCount: number
  readonly upsertCount: number
}

export const success: Status = { code: 0, legacyCode: 0, reason: '', retriable: false, inputError: false }

const mutation = { status: 1, insertCount: 6, deleteCount: 7, upsertCount: 8 } as const
const statusField = { legacyCode: 1, reason: 2, code: 3, retriable: 4, extraInfo: 6 } as const

export function readMutationResult(bytes: Uint8Array): MutationResult {
  let status = success
  let insertCount = 0
  let deleteCount = 0
  let upsertCount = 0
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.field === mutation.status) status = readStatus(reader.message())
    else if (reader.field === mutation.insertCount) insertCount = reader.value
    else if (reader.field === mutation.deleteCount) deleteCount = reader.value
    else if (reader.field === mutation.upsertCount) upsertCount = reader.value
  }
  return { status, insertCount, deleteCount, upsertCount }
}

export function readStatus(reader: WireReader): Status {
  let code = 0
  let legacyCode = 0
  let reason = ''
  let retriable = false
  let inputError = false
  while (reader.next()) {
    if (reader.field === statusField.code) code = reader.value
    else if (reader.field === statusField.legacyCode) legacyCode = reader.value
    else if (reader.field === statusField.reason) reason = reader.text()
    else if (reader.field === statusField.retriable) retriable = reader.value !== 0
    else if (reader.field === statusField.extraInfo) inputError ||= isInputErrorFlag(reader.message())
  }
  return { code, legacyCode, reason, retriable, inputError }
}

/** `extra_info` is a map<string, string>; the flag is the entry `is_input_error: "true"`. */
function isInputErrorFlag(entry: WireReader): boolean {
  let key = ''
  let value = ''
  while (entry.next()) {
    if (entry.field === 1) key = entry.text()
    else if (entry.field === 2) value = entry.text()
  }
  return key === 'is_input_error' && value === 'true'
}
