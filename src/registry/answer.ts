/**
 * What a Schema Registry's answer means. Its errors are `{"error_code": 40403, "message": …}`; a 404 without such a body is not a registry
 * that does not know a schema but something else at that address, and must never make dead letters of good records.
 */
import { failure, type RedkiteError } from '../errors/errors.ts'

export interface Answer {
  readonly status: number
  readonly body: Uint8Array
}

/** Undefined for a 404 of a registry: what was asked for is not there. */
export function readAnswer(url: string, { status, body }: Answer): Record<string, unknown> | undefined {
  if (status === 401 || status === 403 || status === 407) throw failure('REGISTRY_AUTH_REFUSED', url, status)
  if (status >= 500 || status === 408 || status === 429) throw failure('REGISTRY_UNAVAILABLE', url, status)
  const said = parse(body)
  if (status === 404 && typeof said?.error_code === 'number') return undefined
  if (status !== 200) throw notThere(url, `HTTP ${status}`)
  if (said === undefined) throw notThere(url, 'an answer that is no JSON object')
  return said
}

/** An answer of a registry holds this text. */
export function textOf(url: string, said: Record<string, unknown>, name: string): string {
  const text = said[name]
  if (typeof text === 'string') return text
  throw notThere(url, `an answer without "${name}"`)
}

function notThere(url: string, what: string): RedkiteError {
  return failure('REGISTRY_NOT_THERE', url, what)
}

function parse(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
