/**
 * TLS to Kafka: Java's stores into PEM files and texts that OpenSSL reads.
 *
 * Without a truststore Java trusts the JVM's cacerts; redkite trusts the system's (`probe` looks at the places where distributions keep
 * them, because a self-contained OpenSSL does not know its distribution).
 */
import { failure } from '../../errors/errors.ts'
import type { Findings } from '../entry.ts'
import type { ClientSetting, ClientSettings } from './client-settings.ts'

export const systemAuthorities = 'probe'

/** librdkafka's own names. */
export const tlsNames = [
  'ssl.ca.location',
  'ssl.ca.pem',
  'ssl.certificate.location',
  'ssl.certificate.pem',
  'ssl.key.location',
  'ssl.key.pem',
] as const

export function translateTls(settings: ClientSettings, findings: Findings): Record<string, string> {
  const config: Record<string, string> = {}
  const given = (name: string) => {
    const setting = settings.get(name)
    return setting === undefined || setting.value.trim() === '' ? undefined : setting
  }
  for (const name of tlsNames) {
    const setting = given(name)
    if (setting !== undefined) config[name] = setting.value.trim()
  }

  findings.attempt(() => Object.assign(config, truststore(given)))
  findings.attempt(() => Object.assign(config, keystore(given)))
  if (config['ssl.ca.location'] === undefined && config['ssl.ca.pem'] === undefined)
    config['ssl.ca.location'] = systemAuthorities

  const keyPassword = given('ssl.key.password')
  if (keyPassword !== undefined) config['ssl.key.password'] = keyPassword.value.trim()

  const identification = settings.get('ssl.endpoint.identification.algorithm')
  if (identification !== undefined) {
    const value = identification.value.trim().toLowerCase()
    if (value === '' || value === 'none' || value === 'https') {
      config['ssl.endpoint.identification.algorithm'] = value === '' ? 'none' : value
    } else {
      findings.problem(
        failure('VALUE_INVALID', identification.at, identification.key, 'https, or nothing for no check', `"${value}"`),
      )
    }
  }

  const ciphers = given('ssl.cipher.suites')
  if (ciphers !== undefined && /\b(TLS|SSL)_/.test(ciphers.value)) {
    findings.notice(
      `${ciphers.at}: \`${ciphers.key}\` has no effect: these are Java's names; write OpenSSL's, e.g. ECDHE-RSA-AES256-GCM-SHA384`,
    )
  } else if (ciphers !== undefined) config['ssl.cipher.suites'] = ciphers.value.trim()

  const factory = given('ssl.engine.factory.class')
  if (factory !== undefined) {
    findings.problem(
      failure(
        'KEY_REFUSED',
        factory.at,
        factory.key,
        'it is a Java class; write certificates as PEM with `ssl.truststore.…` and `ssl.keystore.…`',
      ),
    )
  }
  return config
}

type Given = (name: string) => ClientSetting | undefined

function truststore(given: Given): Record<string, string> {
  const certificates = given('ssl.truststore.certificates')
  if (certificates !== undefined) return { 'ssl.ca.pem': certificates.value.trim() }
  const location = given('ssl.truststore.location')
  if (location === undefined) return {}
  const path = location.value.trim()
  const type = storeType(given('ssl.truststore.type'), path)
  if (type === 'PEM') return { 'ssl.ca.location': path }
  const write = '`ssl.truststore.type=PEM` and `ssl.truststore.location=ca.pem`'
  const command =
    type === 'PKCS12'
      ? `openssl pkcs12 -in ${path} -nokeys -out ca.pem`
      : `keytool -list -rfc -keystore ${path} > ca.pem`
  throw failure('STORE_UNSUPPORTED', location.at, location.key, type, command, write)
}

function keystore(given: Given): Record<string, string> {
  const chain = given('ssl.keystore.certificate.chain')
  const key = given('ssl.keystore.key')
  if (chain !== undefined || key !== undefined) {
    const alone = (chain ?? key)!
    if (chain === undefined || key === undefined) {
      throw failure(
        'KEYS_CONFLICT',
        alone.at,
        '`ssl.keystore.certificate.chain` and `ssl.keystore.key` belong together, one of them is missing',
      )
    }
    return { 'ssl.certificate.pem': chain.value.trim(), 'ssl.key.pem': key.value.trim() }
  }
  const location = given('ssl.keystore.location')
  if (location === undefined) return {}
  const path = location.value.trim()
  const type = storeType(given('ssl.keystore.type'), path)
  if (type === 'PEM') return { 'ssl.certificate.location': path, 'ssl.key.location': path }
  if (type === 'PKCS12') {
    const password = given('ssl.keystore.password')
    if (password !== undefined) return { 'ssl.keystore.location': path, 'ssl.keystore.password': password.value.trim() }
    const key = location.key.replace(/location$/, 'password')
    throw failure('KEY_MISSING', location.at, key, 'a PKCS12 keystore is opened with its password')
  }
  const command = `keytool -importkeystore -srckeystore ${path} -destkeystore client.p12 -deststoretype PKCS12`
  throw failure(
    'STORE_UNSUPPORTED',
    location.at,
    location.key,
    type,
    command,
    '`ssl.keystore.type=PKCS12` and `ssl.keystore.location=client.p12`',
  )
}

/** Java's default is JKS, but its JKS reads PKCS12 files as well, so a file's usual ending tells what is in it. */
function storeType(type: ClientSetting | undefined, path: string): string {
  const said = type?.value.trim().toUpperCase()
  if (said !== undefined && said !== 'JKS') return said
  if (/\.(p12|pfx|pkcs12)$/i.test(path)) return 'PKCS12'
  return /\.(pem|crt|cer)$/i.test(path) && said === undefined ? 'PEM' : 'JKS'
}
