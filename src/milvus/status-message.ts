import type { Status } from './answer.ts'

/** `common.Status` as the SDK's descriptors decode it. */
export interface StatusMessage {
  readonly code: number
  readonly error_code: number
  readonly reason: string
  readonly retriable: boolean
  readonly extra_info?: Record<string, string>
}

export function toStatus(message: StatusMessage): Status {
  return {
    code: message.code,
    legacyCode: message.error_code,
    reason: message.reason,
    retriable: message.retriable,
    inputError: message.extra_info?.is_input_error === 'true',
  }
}
