/**
 * Where the Schema Registry of a converter is and who redkite is to it: the settings of Confluent's clients below `value.converter.` or
 * `key.converter.`. Nothing is connected to.
 */
import { failure } from '../errors/errors.ts'
import type { Entries, Findings } from './entry.ts'
import type { ClientSettings } from './kafka/client-settings.ts'
import { parseJaas } from './kafka/jaas.ts'
import { systemAuthorities, translateTls } from './kafka/tls.ts'
import { type Keys, parseList, type Values } from './key.ts'
import { dualIds, idleRegistryKeys, registryFamilies, registryKeys } from './keys/registry.ts'
import { Secret } from './secret.ts'
import { readValues } from './values.ts'

export interface RegistryUrl {
  /** Without credentials and without a slash at its end. */
  readonly base: string
  /** `user:password`, as it stood in the URL. */
  readonly login: Secret | undefined
}

/** PEM, as a file's path or as the text itself. */
export interface RegistryTls {
  readonly caFile: string | undefined
  readonly caPem: string | undefined
  readonly certFile: string | undefined
  readonly certPem: string | undefined
  readonly keyFile: string | undefined
  readonly keyPem: Secret | undefined
  readonly keyPassword: Secret | undefined
  /** Whether the certificate must be for the host. */
  readonly verifyHost: boolean
}

export interface RegistrySettings {
  readonly urls: readonly RegistryUrl[]
  /** The header's value, for every URL; goes before a URL's own login. */
  readonly authorization: Secret | undefined
  /** More headers of each question. */
  readonly headers: readonly { readonly name: string; readonly value: Secret }[]
  readonly tls: RegistryTls
  readonly timeoutMs: number
  /** `http://HOST:PORT` */
  readonly proxy: string | undefined
  /** Whether records may name their schema in a header. */
  readonly idsInHeaders: boolean
}

type RegistryValues = Values<typeof registryKeys>

interface Below {
  /** The settings of the converter, without its prefix. */
  readonly settings: Entries
  /** `value.converter.` */
  readonly prefix: string
  /** Where to say that something is missing. */
  readonly file: string
  /** Of the sink's Kafka consumer, for SASL_INHERIT. */
  readonly kafka: ClientSettings
}

const tlsPrefix = 'schema.registry.ssl.'
const headerPrefix = 'request.header.'

export function readRegistry(below: Below, findings: Findings): RegistrySettings {
  const { settings, prefix, file } = below
  const values = readValues(registryKeys, settings, file, findings, prefix)
  readValues(idleRegistryKeys, settings, file, findings, prefix)
  noteIdleFamilies(settings, prefix, findings)
  const urls = values['schema.registry.url']
  return {
    urls: urls === undefined ? missingUrl(below, findings) : readUrls(urls, settings, prefix, findings),
    authorization: findings.attempt(() => authorization(values, below)),
    headers: readHeaders(settings, values),
    tls: readTls(settings, prefix, findings),
    timeoutMs: values['http.read.timeout.ms'],
    proxy: readProxy(values, below, findings),
    idsInHeaders: values[`${prefix.startsWith('key') ? 'key' : 'value'}.schema.id.deserializer`] === dualIds,
  }
}

/** Whether a setting, of whichever converter, must not be printed. Credentials may stand in the registry's address as well. */
export function isRegistrySecret(key: string, value: string): boolean {
  const name = key.replace(/^(?:key|value)\.converter\./, '')
  if (name === key) return false
  const keys: Keys = registryKeys
  return (
    keys[name]?.secret === true ||
    name.startsWith(headerPrefix) ||
    (name === 'schema.registry.url' && value.includes('@'))
  )
}

/** Whether a setting below the prefix is one of these families. */
export function isRegistryFamily(name: string): boolean {
  return Object.keys(registryFamilies).some((family) => name.startsWith(family) && name.length > family.length)
}

function missingUrl({ settings, prefix, file }: Below, findings: Findings): [] {
  const at = settings.get('schema.registry.url')?.at ?? file
  const what = 'the converter asks a Schema Registry for the schemas of records; write its address'
  findings.problem(failure('KEY_MISSING', at, `${prefix}schema.registry.url`, what))
  return []
}

function noteIdleFamilies(settings: Entries, prefix: string, findings: Findings): void {
  for (const [family, why] of Object.entries(registryFamilies)) {
    if (why === 'used') continue
    for (const [name, { at }] of settings) {
      if (name.startsWith(family)) findings.notice(`${at}: \`${prefix}${name}\` has no effect: ${why}`)
    }
  }
}

function readUrls(text: string, settings: Entries, prefix: string, findings: Findings): RegistryUrl[] {
  const { at } = settings.get('schema.registry.url')!
  return parseList(text).flatMap((each) => {
    const url = URL.canParse(each) ? new URL(each) : undefined
    const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
    if (url === undefined || !isHttp || url.hostname === '' || url.search !== '' || url.hash !== '') {
      const shown = each.includes('@') ? 'what is there' : `"${each}"`
      const wanted = 'http://HOST:PORT or https://HOST, separated by commas'
      findings.problem(failure('VALUE_INVALID', at, `${prefix}schema.registry.url`, wanted, shown))
      return []
    }
    const { username, password } = url
    const login = username === '' ? undefined : new Secret(`${unescaped(username)}:${unescaped(password)}`)
    return [{ base: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`, login }]
  })
}

/** What cannot be decoded stands for itself, as browsers take it. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function authorization(values: RegistryValues, below: Below): Secret | undefined {
  const { settings, prefix } = below
  const bearerSource = values['bearer.auth.credentials.source']
  const token = values['bearer.auth.token']
  const source = values['basic.auth.credentials.source']
  const isBasic = source === 'USER_INFO' || source === 'SASL_INHERIT'
  if (bearerSource !== undefined && bearerSource.toUpperCase() !== 'STATIC_TOKEN') {
    const { at } = settings.get('bearer.auth.credentials.source')!
    const instead = 'only STATIC_TOKEN can be had; write the token as `bearer.auth.token`'
    throw failure('KEY_REFUSED', at, `${prefix}bearer.auth.credentials.source`, instead)
  }
  if (token !== undefined && isBasic) {
    const { at } = settings.get('bearer.auth.token')!
    const both = `\`${prefix}bearer.auth.token\` and \`${prefix}basic.auth.credentials.source\` are both set; keep one of them`
    throw failure('KEYS_CONFLICT', at, both)
  }
  if (token !== undefined) return new Secret(`Bearer ${token.reveal()}`)
  if (bearerSource !== undefined) {
    const { at } = settings.get('bearer.auth.credentials.source')!
    throw failure('KEY_MISSING', at, `${prefix}bearer.auth.token`, 'STATIC_TOKEN sends the token that is written there')
  }
  if (!isBasic) return undefined
  return basicHeader(source === 'USER_INFO' ? userInfo(values, below) : inherited(below))
}

export function basicHeader(login: Secret): Secret {
  return new Secret(`Basic ${Buffer.from(login.reveal()).toString('base64')}`)
}

function userInfo(values: RegistryValues, { settings, prefix, file }: Below): Secret {
  const info = values['basic.auth.user.info'] ?? values['schema.registry.basic.auth.user.info']
  const at = settings.get('basic.auth.credentials.source')?.at ?? file
  const name = `${prefix}basic.auth.user.info`
  if (info === undefined) throw failure('KEY_MISSING', at, name, '`user:password`, as USER_INFO asks')
  if (!info.reveal().includes(':')) {
    const own = settings.get('basic.auth.user.info') ?? settings.get('schema.registry.basic.auth.user.info')
    throw failure('VALUE_INVALID', own?.at ?? at, name, 'user:password', 'what is there')
  }
  return info
}

/** The login module of the converter's own settings, or else who the Kafka consumer is. */
function inherited({ settings, prefix, file, kafka }: Below): Secret {
  const own = settings.get('sasl.jaas.config')
  const jaas = own ?? kafka.get('sasl.jaas.config')
  const options = jaas === undefined ? undefined : parseJaas(jaas.value, jaas.at).options
  const user =
    own === undefined
      ? (kafka.get('sasl.username')?.value.trim() ?? options?.get('username'))
      : options?.get('username')
  const password =
    own === undefined
      ? (kafka.get('sasl.password')?.value.trim() ?? options?.get('password'))
      : options?.get('password')
  if (user !== undefined && password !== undefined) return new Secret(`${user}:${password}`)
  const at = settings.get('basic.auth.credentials.source')?.at ?? file
  const what =
    'SASL_INHERIT takes user and password from a login module, there or at the Kafka consumer, and neither has them'
  throw failure('KEY_MISSING', at, `${prefix}sasl.jaas.config`, what)
}

function readHeaders(settings: Entries, values: RegistryValues): RegistrySettings['headers'] {
  const named = (name: string, value: string | undefined) =>
    value === undefined ? [] : [{ name, value: new Secret(value) }]
  return [
    ...named('target-sr-cluster', values['bearer.auth.logical.cluster']),
    ...named('Confluent-Identity-Pool-Id', values['bearer.auth.identity.pool.id']),
    ...[...settings].flatMap(([name, { value }]) =>
      name.startsWith(headerPrefix) && name.length > headerPrefix.length
        ? named(name.slice(headerPrefix.length), value.trim())
        : [],
    ),
  ]
}

function readProxy(values: RegistryValues, { settings, prefix, file }: Below, findings: Findings): string | undefined {
  const { 'proxy.host': host, 'proxy.port': port } = values
  if (host !== undefined && port !== undefined) return `http://${host}:${port}`
  if (host === undefined && port === undefined) return undefined
  const given = settings.get(host === undefined ? 'proxy.port' : 'proxy.host')
  const missing = `${prefix}${host === undefined ? 'proxy.host' : 'proxy.port'}`
  findings.problem(failure('KEY_MISSING', given?.at ?? file, missing, '`proxy.host` and `proxy.port` belong together'))
  return undefined
}

/** By the rules of Kafka's own settings (kafka/tls.ts), below `schema.registry.`. */
function readTls(settings: Entries, prefix: string, findings: Findings): RegistryTls {
  const ours: ClientSettings = new Map()
  for (const [name, entry] of settings) {
    if (!name.startsWith(tlsPrefix)) continue
    const key = `${prefix}${name}`
    if (tlsNames.has(name.slice(tlsPrefix.length))) ours.set(name.slice('schema.registry.'.length), { ...entry, key })
    else findings.notice(`${entry.at}: \`${key}\` has no effect: TLS is Bun's own`)
  }
  const found = translateTls(ours, findings)
  refusePkcs12(found, ours, findings)
  const secret = (text: string | undefined) => (text === undefined ? undefined : new Secret(text))
  return {
    caFile: found['ssl.ca.location'] === systemAuthorities ? undefined : found['ssl.ca.location'],
    caPem: found['ssl.ca.pem'],
    certFile: found['ssl.certificate.location'],
    certPem: found['ssl.certificate.pem'],
    keyFile: found['ssl.key.location'],
    keyPem: secret(found['ssl.key.pem']),
    keyPassword: secret(found['ssl.key.password']),
    verifyHost: found['ssl.endpoint.identification.algorithm'] !== 'none',
  }
}

const tlsNames: ReadonlySet<string> = new Set([
  ...['truststore.location', 'truststore.type', 'truststore.password', 'truststore.certificates'],
  ...['keystore.location', 'keystore.type', 'keystore.password', 'keystore.certificate.chain', 'keystore.key'],
  ...['key.password', 'endpoint.identification.algorithm', 'engine.factory.class'],
])

/** OpenSSL reads PKCS12 for Kafka; Bun's fetch wants PEM. */
function refusePkcs12(found: Record<string, string>, ours: ClientSettings, findings: Findings): void {
  const path = found['ssl.keystore.location']
  if (path === undefined) return
  const { at, key } = ours.get('ssl.keystore.location')!
  const command = `openssl pkcs12 -in ${path} -nodes -out client.pem`
  const write = `\`${key}=client.pem\` with type PEM`
  findings.problem(failure('STORE_UNSUPPORTED', at, key, 'PKCS12', command, write))
}

/** Every name of these converters, for hints at misspelt ones. */
export const registryNames = (more: Keys): string[] => [
  ...Object.keys(registryKeys),
  ...Object.keys(idleRegistryKeys),
  ...Object.keys(more),
  ...[...tlsNames].map((name) => tlsPrefix + name),
]
