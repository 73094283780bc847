import { describe, expect, test } from 'bun:test'
import { SchemaCache, schemasMax } from '../../../src/decode/schemas/schema-cache.ts'
import { failure } from '../../../src/errors/errors.ts'
import { StandInRegistry, schema } from './registry-stand-in.ts'

interface Made {
  readonly cache: SchemaCache<string>
  readonly registry: StandInRegistry
  readonly warnings: string[]
}

function cacheOf(texts: Readonly<Record<number, string>>, compile = (text: string) => `compiled ${text}`): Made {
  const registry = new StandInRegistry(
    Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, schema('AVRO', text)])),
  )
  const warnings: string[] = []
  const cache = new SchemaCache({
    client: registry,
    type: 'AVRO',
    what: 'record value',
    compile: ({ text }) => compile(text),
    warn: (text) => warnings.push(text),
  })
  return { cache, registry, warnings }
}

/** What the cache has of an id when it need not wait any more: a value, or the code of an error. */
async function settled({ cache }: Made, id: number): Promise<string> {
  for (;;) {
    const value = cache.get(id)
    if (value !== undefined) return value
    if (cache.error !== undefined) return cache.error.code
    await cache.waiting()
  }
}

test('a schema is asked for once, when its first record comes, and is there after the wait', async () => {
  const made = cacheOf({ 7: 'a', 8: 'b' })
  expect(made.cache.get(7)).toBeUndefined()
  expect(made.cache.error).toBeUndefined()
  await made.cache.waiting()
  expect(made.cache.get(7)).toBe('compiled a')
  expect(await settled(made, 8)).toBe('compiled b')
  for (const [id, value] of [
    [7, 'compiled a'],
    [8, 'compiled b'],
    [7, 'compiled a'],
  ] as const)
    expect(made.cache.get(id)).toBe(value)
  expect(made.registry.asked).toEqual([7, 8])
})

describe('an id that cannot be used', () => {
  test('is an error of its records, and the registry is not asked for each', async () => {
    const made = cacheOf({ 7: 'a' })
    for (let i = 0; i < 5; i++) expect(await settled(made, 9)).toBe('SCHEMA_UNKNOWN')
    expect(await settled(made, 7)).toBe('compiled a')
    expect(made.cache.get(9)).toBeUndefined()
    expect(made.cache.error?.code).toBe('SCHEMA_UNKNOWN')
    expect(made.registry.asked).toEqual([9, 7])
  })

  test('is one whose schema cannot be compiled, or is of another type, and says which', async () => {
    const made = cacheOf({ 7: 'bad' }, () => {
      throw failure('SCHEMA_NOT_AVRO', 'of some reason')
    })
    expect(await settled(made, 7)).toBe('SCHEMA_UNUSABLE')
    expect(made.cache.error?.message).toMatch(/schema 7.*of some reason/)
    const other = cacheOf({})
    ;(other.registry.schemas as Record<number, unknown>)[3] = schema('JSON', '{}')
    expect(await settled(other, 3)).toBe('SCHEMA_UNUSABLE')
    expect(other.cache.error?.message).toContain('of type JSON, and the converter reads AVRO')
  })
})

describe('while the registry is down', () => {
  test('the wait goes on, with a warning, until it answers', async () => {
    const made = cacheOf({ 7: 'a' })
    let failures = 0
    made.registry.trouble = async () => {
      if (++failures === 3) made.registry.trouble = undefined
      throw failure('REGISTRY_UNREACHABLE', 'http://r', 'refused')
    }
    expect(await settled(made, 7)).toBe('compiled a')
    expect(made.registry.asked).toEqual([7, 7, 7, 7])
    expect(made.warnings).toHaveLength(1)
    expect(made.warnings[0]).toContain('http://r')
  })

  test('those who do not want to wait hear of it at once', async () => {
    const registry = new StandInRegistry({})
    registry.trouble = () => Promise.reject(failure('REGISTRY_UNREACHABLE', 'http://r', 'refused'))
    const options = { client: registry, type: 'AVRO', what: 'record value', compile: () => '' } as const
    const cache = new SchemaCache<string>({ ...options, warn: undefined })
    expect(cache.get(7)).toBeUndefined()
    expect(await cache.waiting().catch((error) => error)).toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
  })

  test('what somebody has to mend ends the wait, and the next try asks anew', async () => {
    const made = cacheOf({ 7: 'a' })
    made.registry.trouble = () => Promise.reject(failure('REGISTRY_AUTH_REFUSED', 'http://r', 401))
    expect(made.cache.get(7)).toBeUndefined()
    expect(await made.cache.waiting().catch((error) => error)).toMatchObject({
      code: 'REGISTRY_AUTH_REFUSED',
      label: 'fatal',
    })
    made.registry.trouble = undefined
    expect(await settled(made, 7)).toBe('compiled a')
  })

  test('a bug is not taken for a bad record', async () => {
    const made = cacheOf({ 7: 'a' }, () => {
      throw new TypeError('oops')
    })
    expect(made.cache.get(7)).toBeUndefined()
    expect(await made.cache.waiting().catch((error) => error)).toMatchObject({ message: 'oops' })
  })
})

test('ids without number take bounded memory, and do not drive out the schemas', async () => {
  const made = cacheOf({ 1: 'a' })
  expect(await settled(made, 1)).toBe('compiled a')
  for (let id = 10; id < 10 + schemasMax + 500; id++) expect(await settled(made, id)).toBe('SCHEMA_UNKNOWN')
  made.registry.asked.length = 0
  expect(await settled(made, 1)).toBe('compiled a')
  expect(made.registry.asked).toEqual([])
})

test('the oldest schema gives way when there are too many, which is told, and is fetched again', async () => {
  const ids = Array.from({ length: schemasMax + 1 }, (_, id) => id)
  const made = cacheOf(Object.fromEntries(ids.map((id) => [id, `s${id}`])))
  const retired: string[] = []
  made.cache.onRetired = (value) => retired.push(value)
  for (const id of ids) expect(await settled(made, id)).toBe(`compiled s${id}`)
  expect(retired).toEqual(['compiled s0'])
  expect([...made.cache.values()]).toHaveLength(schemasMax)
  expect(await settled(made, 0)).toBe('compiled s0')
})
