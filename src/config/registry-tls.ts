/** TLS to a Schema Registry: the settings of Kafka's clients below `schema.registry.ssl.`, as Bun's fetch takes them. */
import { failure } from '../errors/errors.ts'
import type { Entries, Findings } from './entry.ts'
import type { ClientSettings } from './kafka/client-settings.ts'
import { systemAuthorities, translateTls } from './kafka/tls.ts'
import { Secret } from './secret.ts'

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

const tlsPrefix = 'schema.registry.ssl.'

/** By the rules of Kafka's own settings (kafka/tls.ts), below `schema.registry.`. */
export function readTls(settings: Entries, prefix: string, findings: Findings): RegistryTls {
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

/** For hints at misspelt names. */
export const registryTlsNames: readonly string[] = Array.from(tlsNames, (name) => tlsPrefix + name)
