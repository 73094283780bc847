/**
 * Texts that mean the same although they differ: Milvus gives times back in UTC and shapes as it writes them itself. Both sides of a comparison
 * are brought to one form.
 */
import { DataType } from '../milvus/schema.ts'
import { canonicalJson } from './canonical-json.ts'

/** Undefined for types whose bytes come back as they were sent. */
export function canonicalText(type: number): ((text: string) => string) | undefined {
  switch (type) {
    case DataType.Json:
      return canonicalJson
    case DataType.Timestamptz:
      return canonicalTime
    case DataType.Geometry:
      return canonicalWkt
    default:
      return undefined
  }
}

/**
 * The moment in UTC, to the microsecond, which is what Milvus keeps. Without an offset it is taken for UTC, which is a collection's time zone
 * unless it was given another.
 */
export function canonicalTime(text: string): string {
  const parts = /^(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/.exec(text)
  const seconds = parts === null ? Number.NaN : Date.parse(`${parts[1]}${parts[3] ?? 'Z'}`)
  if (parts === null || Number.isNaN(seconds)) return text
  const micros = (parts[2] ?? '').padEnd(6, '0').slice(0, 6)
  return `${new Date(seconds).toISOString().slice(0, -5)}.${micros}Z`
}

/** Without blanks that mean nothing, words in capitals, numbers as JavaScript writes them. */
export function canonicalWkt(text: string): string {
  const tokens = text.match(/[A-Za-z]+|[(),;=]|[^\s(),;=A-Za-z][^\s(),;=]*/g) ?? []
  return tokens.map((token) => (/^[A-Za-z]/.test(token) ? token.toUpperCase() : numberOr(token))).join(' ')
}

function numberOr(token: string): string {
  return Number.isNaN(Number(token)) ? token : `${Number(token)}`
}
