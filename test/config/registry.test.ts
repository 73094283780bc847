import { describe, expect, test } from 'bun:test'
import { inspect } from 'node:util'
import { idleRegistryKeys } from '../../src/config/keys/registry.ts'
import type { RegistrySettings } from '../../src/config/registry.ts'
import { refusal, setup, sink } from './files.ts'

const url = 'schema.registry.url=http://localhost:8081'

function lines(...settings: string[]): string {
  return ['value.converter=AvroConverter', ...settings.map((line) => `value.converter.${line}`)].join('\n')
}

function registry(settings: readonly string[], more = ''): RegistrySettings {
  const { valueConverter } = sink({ sink: `${lines(...settings)}\n${more}` })
  if (valueConverter.kind !== 'avro' || valueConverter.schemas.from !== 'registry') throw new Error('not a registry')
  return valueConverter.schemas.registry
}

test('one address is all it takes', () => {
  expect(registry([url])).toEqual({
    urls: [{ base: 'http://localhost:8081', login: undefined }],
    authorization: undefined,
    headers: [],
    tls: {
      caFile: undefined,
      caPem: undefined,
      certFile: undefined,
      certPem: undefined,
      keyFile: undefined,
      keyPem: undefined,
      keyPassword: undefined,
      verifyHost: true,
    },
    timeoutMs: 10_000,
    proxy: undefined,
    idsInHeaders: true,
  })
})

describe('addresses', () => {
  test('may be several, with paths, with user and password', () => {
    const several = 'schema.registry.url=https://a.example.com , http://u%40x:p%2Fw@b:8081/registry/'
    const { urls } = registry([several])
    expect(urls.map(({ base }) => base)).toEqual(['https://a.example.com', 'http://b:8081/registry'])
    expect(urls.map(({ login }) => login?.reveal())).toEqual([undefined, 'u@x:p/w'])
  })

  test.each(['localhost:8081', 'mock://scope', 'http://', 'https://h?x=1', 'http://a,,http://b'])(
    '%s is none',
    (bad) => {
      expect(refusal({ sink: lines(`schema.registry.url=${bad}`) }).message).toContain('http://HOST:PORT')
    },
  )

  test('that are wrong are not shown with their passwords', () => {
    const error = refusal({ sink: lines('schema.registry.url=ftp://ada:s3cret@h') })
    expect(error).toMatchObject({ code: 'VALUE_INVALID' })
    expect(error.message).not.toContain('s3cret')
  })
})

describe('who redkite is', () => {
  const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`
  const userInfo = 'basic.auth.credentials.source=USER_INFO'
  const inherit = 'basic.auth.credentials.source=SASL_INHERIT'
  const jaas = (user: string) => `PlainLoginModule required username="${user}" password="p";`
  const kafka = `consumer.override.security.protocol=SASL_PLAINTEXT\nconsumer.override.sasl.mechanism=PLAIN`

  test.each([
    ['user info', [userInfo, 'basic.auth.user.info=ada:p:w'], '', basic('ada:p:w')],
    ['user info by its older name', [userInfo, 'schema.registry.basic.auth.user.info=a:b'], '', basic('a:b')],
    ['a login module of its own', [inherit, `sasl.jaas.config=${jaas('own')}`], '', basic('own:p')],
    ["the Kafka consumer's", [inherit], `${kafka}\nconsumer.override.sasl.jaas.config=${jaas('k')}`, basic('k:p')],
    ['a token', ['bearer.auth.token=t0ken'], '', 'Bearer t0ken'],
    ['a token, said so', ['bearer.auth.credentials.source=STATIC_TOKEN', 'bearer.auth.token=t'], '', 'Bearer t'],
    ['user info that nothing asks for', ['basic.auth.user.info=ada:p'], '', undefined],
  ])('is said by %s', (_, settings, more, header) => {
    expect(registry([url, ...settings], more).authorization?.reveal()).toBe(header as string)
  })

  test.each([
    [[userInfo], 'KEY_MISSING', 'basic.auth.user.info'],
    [[userInfo, 'basic.auth.user.info=ada'], 'VALUE_INVALID', 'user:password'],
    [[inherit], 'KEY_MISSING', 'sasl.jaas.config'],
    [[inherit, 'sasl.jaas.config=PlainLoginModule'], 'JAAS_INVALID', 'control flag'],
    [['basic.auth.credentials.source=FILE'], 'VALUE_INVALID', 'SASL_INHERIT'],
    [['bearer.auth.credentials.source=OAUTHBEARER'], 'KEY_REFUSED', 'STATIC_TOKEN'],
    [['bearer.auth.credentials.source=STATIC_TOKEN'], 'KEY_MISSING', 'bearer.auth.token'],
    [['bearer.auth.token=t', userInfo, 'basic.auth.user.info=a:b'], 'KEYS_CONFLICT', 'keep one'],
    [['bearer.auth.issuer.endpoint.url=https://x'], 'KEY_REFUSED', 'STATIC_TOKEN'],
  ])('%j is refused', (settings, code, text) => {
    const error = refusal({ sink: lines(url, ...settings) })
    expect(error).toMatchObject({ code, exit: 78 })
    expect(error.message).toContain(text)
  })

  test('is printed nowhere', () => {
    const read = setup({
      sink: lines(
        'schema.registry.url=http://ada:hunter2@h',
        userInfo,
        'basic.auth.user.info=ada:hunter2',
        'request.header.X-Key=hunter2',
        'schema.registry.ssl.keystore.key=hunter2',
        'schema.registry.ssl.keystore.certificate.chain=x',
        'schema.registry.ssl.key.password=hunter2',
      ),
    })
    for (const text of [JSON.stringify(read), inspect(read, { depth: 9 }), Bun.inspect(read, { depth: 9 })]) {
      expect(text).not.toContain('hunter2')
      expect(text).not.toContain(Buffer.from('ada:hunter2').toString('base64'))
    }
  })

  test('has no place in --set, where everybody on the machine reads it', () => {
    const said = ['basic.auth.user.info=a:hunter2', 'bearer.auth.token=hunter2', 'request.header.X=hunter2']
    for (const setting of said) {
      const error = refusal({ sets: [`value.converter.${setting}`] })
      expect(error).toMatchObject({ code: 'SET_INVALID' })
      expect(error.message).not.toContain('hunter2')
    }
    expect(refusal({ sets: ['value.converter.schema.registry.url=http://u:hunter2@h'] })).toMatchObject({
      code: 'SET_INVALID',
    })
    const env = { TOKEN: 'a:b' }
    const sets = ['value.converter=Avro', `value.converter.${url}`, 'value.converter.basic.auth.user.info=${env:TOKEN}']
    expect(sink({ sets, env }).valueConverter.kind).toBe('avro')
  })
})

describe('TLS', () => {
  test('is said in PEM, by path or as text', () => {
    const { tls } = registry([
      url,
      'schema.registry.ssl.truststore.type=PEM',
      'schema.registry.ssl.truststore.location=/ca.pem',
      'schema.registry.ssl.keystore.certificate.chain=CHAIN',
      'schema.registry.ssl.keystore.key=KEY',
      'schema.registry.ssl.key.password=secret',
      'schema.registry.ssl.endpoint.identification.algorithm=',
    ])
    expect(tls).toMatchObject({ caFile: '/ca.pem', certPem: 'CHAIN', verifyHost: false })
    expect([tls.keyPem?.reveal(), tls.keyPassword?.reveal()]).toEqual(['KEY', 'secret'])
  })

  test.each([
    'truststore.location=/t.jks',
    'keystore.location=/k.jks',
    'keystore.location=/k.p12\nvalue.converter.schema.registry.ssl.keystore.password=x',
  ])('%s has to be converted, and how is said', (line) => {
    const error = refusal({ sink: lines(url, `schema.registry.ssl.${line}`) })
    expect(error).toMatchObject({ code: 'STORE_UNSUPPORTED' })
    expect(error.message).toMatch(/keytool|openssl/)
  })

  test('settings that only Java has are remarked on', () => {
    const { notices } = setup({ sink: lines(url, 'schema.registry.ssl.provider=BC') })
    expect(notices.filter((notice) => notice.includes('schema.registry.ssl.provider'))).toHaveLength(1)
  })
})

test('headers, the time an answer may take, and a proxy are read', () => {
  const read = registry([
    url,
    'request.header.X-Api-Key=k',
    'bearer.auth.logical.cluster=lsrc-1',
    'bearer.auth.identity.pool.id=pool-1',
    'http.read.timeout.ms=2500',
    'proxy.host=squid',
    'proxy.port=3128',
  ])
  expect(read.headers.map(({ name, value }) => [name, value.reveal()])).toEqual([
    ['target-sr-cluster', 'lsrc-1'],
    ['Confluent-Identity-Pool-Id', 'pool-1'],
    ['X-Api-Key', 'k'],
  ])
  expect(read).toMatchObject({ timeoutMs: 2_500, proxy: 'http://squid:3128' })
  expect(refusal({ sink: lines(url, 'proxy.host=squid') })).toMatchObject({ code: 'KEY_MISSING' })
})

test('what concerns Java or writing is accepted, and said to have no effect', () => {
  const idle = Object.entries(idleRegistryKeys).filter(([, key]) => key.effect === 'unused')
  const { warnings, notices } = setup({
    sink: lines(url, ...idle.map(([name]) => `${name}=value`), 'rule.executors.x.class=Y'),
  })
  expect(warnings).toEqual([])
  for (const [name] of idle) expect(notices.join('\n')).toContain(`value.converter.${name}\` has no effect`)
})
