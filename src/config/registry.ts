/**
 * Where the Schema Registry of a converter is and who redkite is to it: the settings of Confluent's clients below `value.converter.` or
 * `key.converter.`. Nothing is connected to.
 */
import { failure } from '../errors/errors.ts'
import type { Entries, Findings } from './entry.ts'
import { type Keys, parseList } from './key.ts'
import { dualIds, idleRegistryKeys, registryFamilies, registryKeys } from './keys/registry.ts'
import { authorization, type Below, type RegistryValues } from './registry-login.ts'
import { type RegistryTls, readTls, registryTlsNames } from './registry-tls.ts'
import { Secret } from './secret.ts'
import { readValues } from './values.ts'

export interface RegistryUrl {
  /** Without credentials and without a slash at its end. */
  readonly base: string
  /** `user:password`, as it stood in the URL. */
  readonly login: Secret | undefined
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

/** Every name of these converters, for hints at misspelt ones. */
export const registryNames = (more: Keys): string[] => [
  ...Object.keys(registryKeys),
  ...Object.keys(idleRegistryKeys),
  ...Object.keys(more),
  ...registryTlsNames,
]
