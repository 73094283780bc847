import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RegistrySettings } from '../../src/config/registry.ts'
import { RedkiteError } from '../../src/errors/errors.ts'
import { answerBytesMax } from '../../src/registry/address.ts'
import { RegistryClient, referencesDeepMax, type SchemaName } from '../../src/registry/client.ts'
import { sink } from '../config/files.ts'
import { createCertificates } from '../servers/certificates.ts'
import { freePort } from '../servers/ports.ts'
import { RegistryDouble, type RegistryOptions } from '../servers/registry.ts'

const doubles: RegistryDouble[] = []
const folders: string[] = []

afterEach(async () => {
  await Promise.all(doubles.splice(0).map((one) => one.stop()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function registry(options: RegistryOptions = {}, firstId?: number): RegistryDouble {
  const double = new RegistryDouble(options, firstId)
  doubles.push(double)
  return double
}

/** Read from a file, as a user writes it. */
function settings(lines: readonly string[]): RegistrySettings {
  const text = ['value.converter=AvroConverter', ...lines.map((line) => `value.converter.${line}`)].join('\n')
  const { valueConverter } = sink({ sink: text })
  if (valueConverter.kind !== 'avro' || valueConverter.schemas.from !== 'registry') throw new Error('not a registry')
  return valueConverter.schemas.registry
}

function client(...lines: string[]): RegistryClient {
  return new RegistryClient(settings(lines))
}

function of(...doubles: RegistryDouble[]): RegistryClient {
  return client(`schema.registry.url=${doubles.map(({ url }) => url).join(',')}`, 'http.read.timeout.ms=2000')
}

const point = '{"type":"record","name":"Point","fields":[{"name":"id","type":"long"}]}'

function refusal(asking: RegistryClient, name: SchemaName = { id: 1 }): Promise<RedkiteError> {
  return thrown(() => asking.schema(name, 'record value'))
}

async function thrown(act: () => unknown): Promise<RedkiteError> {
  try {
    await act()
  } catch (error) {
    if (error instanceof RedkiteError) return error
    throw error
  }
  throw new Error('expected an error, all was well')
}

test('a schema is found by its id and by its GUID', async () => {
  const double = registry({}, 41)
  const id = double.register('points-value', point)
  expect(id).toBe(42)
  const found = { type: 'AVRO', text: point, references: [] } as const
  expect(await of(double).schema({ id }, 'record value')).toEqual(found)
  expect(await of(double).schema({ guid: double.guidOf(id) }, 'record value')).toEqual(found)
  expect(double.asked).toEqual(['GET /schemas/ids/42', `GET /schemas/guids/${double.guidOf(id)}`])
})

test('the type of a schema is the registry’s', async () => {
  const double = registry()
  double.register('a', 'syntax = "proto3";', 'PROTOBUF')
  double.register('b', '{"type":"object"}', 'JSON')
  double.register('c', '<xs/>', 'XML')
  const types = [1, 2].map(async (id) => (await of(double).schema({ id }, 'record value')).type)
  expect(await Promise.all(types)).toEqual(['PROTOBUF', 'JSON'])
  expect(await refusal(of(double), { id: 3 })).toMatchObject({ code: 'SCHEMA_UNUSABLE', label: 'record' })
})

describe('references', () => {
  test('come each once, before those that refer to them, however they are reached', async () => {
    const double = registry()
    double.register('ns/base', '"base"')
    double.register('left', '"left"', 'AVRO', [{ name: 'Base', subject: 'ns/base', version: 1 }])
    double.register('right', '"right"', 'AVRO', [{ name: 'Base', subject: 'ns/base', version: 1 }])
    const id = double.register('top', '"top"', 'AVRO', [
      { name: 'Left', subject: 'left', version: 1 },
      { name: 'Right', subject: 'right', version: 1 },
    ])
    expect((await of(double).schema({ id }, 'record value')).references).toEqual([
      { name: 'Base', text: '"base"' },
      { name: 'Left', text: '"left"' },
      { name: 'Right', text: '"right"' },
    ])
    expect(double.asked).toContain('GET /subjects/ns%2Fbase/versions/1')
  })

  test('that are missing, odd, or go round in circles make the schema unusable', async () => {
    const double = registry()
    const missing = double.register('a', '"a"', 'AVRO', [{ name: 'X', subject: 'x', version: 3 }])
    const odd = double.register('b', '"b"', 'AVRO', [{ name: 'X' } as never])
    const circle = double.register('c', '"c"', 'AVRO', [{ name: 'C', subject: 'c', version: 1 }])
    expect((await refusal(of(double), { id: missing })).message).toContain('version 3 of "x", which is not there')
    expect((await refusal(of(double), { id: odd })).message).toContain('no name, subject or version')
    expect(await refusal(of(double), { id: circle })).toMatchObject({ code: 'SCHEMA_UNUSABLE', label: 'record' })
    expect(double.asked.length).toBeLessThan(referencesDeepMax + 10)
  })
})

describe('who asks', () => {
  const basic = `Basic ${Buffer.from('ada:s3:cret').toString('base64')}`
  const ways: [string, string, (url: string) => string[]][] = [
    ['in the URL', basic, (url) => [`schema.registry.url=${url.replace('://', '://ada:s3%3Acret@')}`]],
    [
      'as USER_INFO',
      basic,
      (url) => [
        `schema.registry.url=${url}`,
        'basic.auth.credentials.source=USER_INFO',
        'basic.auth.user.info=ada:s3:cret',
      ],
    ],
    ['as a token', 'Bearer t0ken', (url) => [`schema.registry.url=${url}`, 'bearer.auth.token=t0ken']],
  ]
  test.each(ways)('is said %s, and a registry that wants it refuses others', async (_, authorization, lines) => {
    const double = registry({ authorization })
    double.register('points-value', point)
    expect((await client(...lines(double.url)).schema({ id: 1 }, 'record value')).text).toBe(point)
    const refused = await refusal(of(double))
    expect(refused).toMatchObject({ code: 'REGISTRY_AUTH_REFUSED', label: 'fatal', exit: 16 })
    expect(refused.message).not.toMatch(/cret|t0ken/)
  })

  test('is said in other headers too', async () => {
    const double = registry()
    double.register('points-value', point)
    const lines = ['request.header.X-Api-Key=k3y', 'bearer.auth.logical.cluster=lsrc-1', 'bearer.auth.token=t']
    await client(`schema.registry.url=${double.url}`, ...lines).schema({ id: 1 }, 'record value')
    expect(double.headers).toMatchObject({ 'x-api-key': 'k3y', 'target-sr-cluster': 'lsrc-1' })
  })
})

test('over TLS the authority has to be known, unless nothing is asked of the name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-registry-'))
  folders.push(folder)
  const certificates = createCertificates(folder)
  const double = registry({ certificates })
  double.register('points-value', point)
  const url = `schema.registry.url=${double.url}`
  const trust = `schema.registry.ssl.truststore.location=${certificates.caFile}`
  const pem = 'schema.registry.ssl.truststore.type=PEM'
  expect((await client(url, trust, pem).schema({ id: 1 }, 'record value')).text).toBe(point)
  expect(await refusal(client(url))).toMatchObject({ code: 'REGISTRY_TLS_REFUSED', label: 'fatal' })
  const absent = await thrown(() => client(url, `schema.registry.ssl.truststore.location=${folder}/none.pem`, pem))
  expect([absent.code, absent.label, absent.message]).toEqual([
    'REGISTRY_TLS_FILE',
    'fatal',
    expect.stringContaining(`cannot read "${folder}/none.pem"`),
  ])
})

test('a proxy is asked in its place', async () => {
  const double = registry()
  double.register('points-value', point)
  const proxied = client(
    'schema.registry.url=http://registry.invalid:8081',
    'proxy.host=127.0.0.1',
    `proxy.port=${double.port}`,
  )
  expect((await proxied.schema({ id: 1 }, 'record value')).text).toBe(point)
})

test('the path of the URL stays, for registries behind a prefix and for contexts', async () => {
  const double = registry()
  double.answer = (path) => (path === '/contexts/.b/schemas/ids/1' ? Response.json({ schema: point }) : undefined)
  expect((await client(`schema.registry.url=${double.url}/contexts/.b/`).schema({ id: 1 }, 'record value')).text).toBe(
    point,
  )
})

describe('of several addresses', () => {
  test('the next is asked when one is down, and the one that answered is asked first from then on', async () => {
    const [down, up] = [registry(), registry()]
    down.answer = () => new Response(null, { status: 503 })
    up.register('points-value', point)
    const asking = of(down, up)
    for (let i = 0; i < 3; i++) expect((await asking.schema({ id: 1 }, 'record value')).text).toBe(point)
    expect([down.asked.length, up.asked.length]).toEqual([1, 3])
  })

  test('one that refuses the credentials is heard, whether or not others are down', async () => {
    const refusing = registry({ authorization: 'Bearer other' })
    const urls = `schema.registry.url=http://127.0.0.1:${await freePort()},${refusing.url}`
    expect(await refusal(client(urls))).toMatchObject({ code: 'REGISTRY_AUTH_REFUSED', label: 'fatal' })
  })

  test('all have to be down before it is said, without credentials', async () => {
    const [a, b] = [await freePort(), await freePort()]
    const urls = `schema.registry.url=http://ada:s3cret@127.0.0.1:${a},http://127.0.0.1:${b}`
    const error = await refusal(client(urls))
    expect(error).toMatchObject({ code: 'REGISTRY_UNREACHABLE', label: 'retriable', exit: 15 })
    expect(error.message).not.toContain('s3cret')
  })
})

describe('what is no answer', () => {
  const answers: [string, () => Response | Promise<Response>, string, string][] = [
    ['500', () => new Response('oops', { status: 500 }), 'REGISTRY_UNAVAILABLE', 'retriable'],
    ['429', () => new Response(null, { status: 429 }), 'REGISTRY_UNAVAILABLE', 'retriable'],
    ['403', () => Response.json({ error_code: 40301 }, { status: 403 }), 'REGISTRY_AUTH_REFUSED', 'fatal'],
    ['404 of a registry', () => Response.json({ error_code: 40403 }, { status: 404 }), 'SCHEMA_UNKNOWN', 'record'],
    ['404 of something else', () => new Response('<html>', { status: 404 }), 'REGISTRY_NOT_THERE', 'fatal'],
    [
      '404 in JSON of something else',
      () => Response.json({ error: 'x' }, { status: 404 }),
      'REGISTRY_NOT_THERE',
      'fatal',
    ],
    ['a page', () => new Response('<html>'), 'REGISTRY_NOT_THERE', 'fatal'],
    ['JSON without a schema', () => Response.json({ id: 1 }), 'REGISTRY_NOT_THERE', 'fatal'],
    ['a redirect', () => Response.redirect('http://elsewhere.invalid/'), 'REGISTRY_NOT_THERE', 'fatal'],
    ['too much', () => new Response(new Uint8Array(answerBytesMax + 1)), 'REGISTRY_NOT_THERE', 'fatal'],
  ]
  test.each(answers)('%s', async (_, answer, code, label) => {
    const double = registry()
    double.answer = answer
    expect(await refusal(of(double))).toMatchObject({ code, label })
  })

  test('silence ends after http.read.timeout.ms', async () => {
    const double = registry()
    double.answer = () => new Promise(() => {})
    const error = await refusal(client(`schema.registry.url=${double.url}`, 'http.read.timeout.ms=100'))
    expect(error).toMatchObject({ code: 'REGISTRY_UNREACHABLE', label: 'retriable' })
    expect(error.message).toContain('100 ms')
  })
})
