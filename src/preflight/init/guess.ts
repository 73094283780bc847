/** What records look like in Kafka, from some of them: enough to name the converters in a file that somebody reads before it is used. Pure. */
export type ValueShape = 'json' | 'envelope' | 'registry' | 'unknown'
export type KeyShape = 'none' | 'json' | 'text' | 'bytes'

export interface SampleBytes {
  readonly key: Uint8Array | undefined
  readonly value: Uint8Array | undefined
}

const decoder = new TextDecoder('utf-8', { fatal: true })
/** Confluent's wire format: a zero, the schema's id in four bytes, the value. */
const framedBytesMin = 6

/** The shape that most values have; 'unknown' where none can be read. */
export function guessValues(samples: readonly SampleBytes[]): ValueShape {
  return mostFrequent(samples.flatMap(({ value }) => (value === undefined ? [] : [shapeOf(value)]))) ?? 'unknown'
}

/** Of keys every one counts: one that is no JSON makes them text. */
export function guessKeys(samples: readonly SampleBytes[]): KeyShape {
  const keys = samples.flatMap(({ key }) => (key === undefined ? [] : [key]))
  if (keys.length === 0) return 'none'
  const texts = keys.map(textOf)
  if (texts.includes(undefined)) return 'bytes'
  return texts.every((text) => parsed(text!) !== undefined) ? 'json' : 'text'
}

function shapeOf(value: Uint8Array): ValueShape {
  if (value[0] === 0 && value.length >= framedBytesMin) return 'registry'
  const text = textOf(value)
  const json = text === undefined ? undefined : parsed(text)
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return 'unknown'
  const names = Object.keys(json)
  return names.length === 2 && 'schema' in json && 'payload' in json ? 'envelope' : 'json'
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function mostFrequent<T>(all: readonly T[]): T | undefined {
  const counts = new Map<T, number>()
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}
