/**
 * Who redkite is to Kafka: SASL PLAIN, SCRAM and OAUTHBEARER, written as Java clients write them (`sasl.jaas.config`) or as librdkafka does
 * (`sasl.username`, `sasl.password`, `sasl.oauthbearer.…`).
 */
import { failure } from '../../errors/errors.ts'
import type { Findings } from '../entry.ts'
import type { ClientSetting, ClientSettings } from './client-settings.ts'
import { type LoginModule, parseJaas } from './jaas.ts'
import { systemAuthorities } from './tls.ts'

const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const
const instead = `use ${mechanisms.slice(0, 3).join(', ')} or OAUTHBEARER`

/** `file` is where to say that something is missing. */
export function translateSasl(settings: ClientSettings, file: string, findings: Findings): Record<string, string> {
  return findings.attempt(() => sasl(settings, file, findings)) ?? {}
}

function sasl(settings: ClientSettings, file: string, findings: Findings): Record<string, string> {
  const setting = settings.get('sasl.mechanism') ?? settings.get('sasl.mechanisms')
  const mechanism = setting?.value.trim().toUpperCase()
  if (setting === undefined || mechanism === undefined || mechanism === '') {
    throw failure(
      'KEY_MISSING',
      file,
      'consumer.sasl.mechanism',
      `\`security.protocol\` asks for SASL, and Java's default GSSAPI cannot be had; ${instead}`,
    )
  }
  if (mechanism === 'GSSAPI')
    throw failure('KEY_REFUSED', setting.at, setting.key, `Kerberos (GSSAPI) cannot be had; ${instead}`)
  if (mechanism === 'AWS_MSK_IAM') {
    throw failure(
      'KEY_REFUSED',
      setting.at,
      setting.key,
      'AWS_MSK_IAM is a Java library of Amazon; use SCRAM-SHA-512 with a secret in Secrets Manager, or OAUTHBEARER',
    )
  }
  if (!(mechanisms as readonly string[]).includes(mechanism)) {
    throw failure('VALUE_INVALID', setting.at, setting.key, mechanisms.join(', '), `"${setting.value.trim()}"`)
  }
  const jaas = settings.get('sasl.jaas.config')
  const module = jaas === undefined || jaas.value.trim() === '' ? undefined : parseJaas(jaas.value, jaas.at)
  if (module !== undefined) checkModule(module, mechanism, jaas!)
  const config: Record<string, string> = { 'sasl.mechanisms': mechanism }
  if (mechanism === 'OAUTHBEARER') return { ...config, ...oauth(settings, module, file, findings) }

  const user = settings.get('sasl.username')?.value.trim() ?? module?.options.get('username')
  const password = settings.get('sasl.password')?.value.trim() ?? module?.options.get('password')
  if (user === undefined || password === undefined) {
    const at = jaas?.at ?? file
    throw failure(
      'KEY_MISSING',
      at,
      jaas?.key ?? 'consumer.sasl.jaas.config',
      `${mechanism} needs a user and a password; write …LoginModule required username="…" password="…";`,
    )
  }
  return { ...config, 'sasl.username': user, 'sasl.password': password }
}

const modules: Record<string, RegExp> = {
  PlainLoginModule: /^PLAIN$/,
  ScramLoginModule: /^SCRAM-/,
  OAuthBearerLoginModule: /^OAUTHBEARER$/,
}

/** The package does not matter: managed Kafkas shade Java's classes into packages of their own. */
function checkModule(module: LoginModule, mechanism: string, jaas: ClientSetting): void {
  const simple = module.name.slice(module.name.lastIndexOf('.') + 1)
  const wanted = Object.hasOwn(modules, simple) ? modules[simple] : undefined
  if (wanted === undefined) {
    throw failure(
      'KEY_REFUSED',
      jaas.at,
      jaas.key,
      `the login module ${module.name} is Java; redkite has ${Object.keys(modules).join(', ')}`,
    )
  }
  if (!wanted.test(mechanism))
    throw failure(
      'KEYS_CONFLICT',
      jaas.at,
      `\`sasl.jaas.config\` has a ${simple}, but \`sasl.mechanism\` is ${mechanism}`,
    )
}

/** librdkafka's own names for OAUTHBEARER that stand as they are. */
export const oauthNames = [
  'sasl.oauthbearer.method',
  'sasl.oauthbearer.config',
  'sasl.oauthbearer.client.id',
  'sasl.oauthbearer.client.secret',
  'sasl.oauthbearer.extensions',
  'sasl.oauthbearer.grant.type',
  'sasl.oauthbearer.metadata.authentication.type',
  'sasl.oauthbearer.assertion.private.key.pem',
  'sasl.oauthbearer.assertion.jwt.template.file',
  'enable.sasl.oauthbearer.unsecure.jwt',
  'https.ca.location',
  'https.ca.pem',
]

function oauth(
  settings: ClientSettings,
  module: LoginModule | undefined,
  file: string,
  findings: Findings,
): Record<string, string> {
  const config: Record<string, string> = {}
  const put = (name: string, value: string | undefined) => {
    if (value !== undefined && value.trim() !== '') config[name] = value.trim()
  }
  for (const name of oauthNames) put(name, settings.get(name)?.value)
  const option = (name: string) => module?.options.get(name)

  const endpoint = settings.get('sasl.oauthbearer.token.endpoint.url')
  if (endpoint === undefined || endpoint.value.trim() === '') return { ...unsecured(module, config, file), ...config }
  if (!/^https?:\/\//i.test(endpoint.value.trim())) {
    throw failure(
      'VALUE_INVALID',
      endpoint.at,
      endpoint.key,
      'an http:// or https:// URL',
      'anything else: a token in a file cannot be read',
    )
  }
  const handler = settings.get('sasl.login.callback.handler.class')
  if (handler !== undefined && !/(^|\.)OAuthBearerLoginCallbackHandler$/.test(handler.value.trim())) {
    findings.notice(`${handler.at}: \`${handler.key}\` has no effect: librdkafka asks the token endpoint itself`)
  }
  config['sasl.oauthbearer.method'] = 'oidc'
  config['sasl.oauthbearer.token.endpoint.url'] = endpoint.value.trim()
  put(
    'sasl.oauthbearer.client.id',
    settings.get('sasl.oauthbearer.client.credentials.client.id')?.value ??
      config['sasl.oauthbearer.client.id'] ??
      option('clientId'),
  )
  put(
    'sasl.oauthbearer.client.secret',
    settings.get('sasl.oauthbearer.client.credentials.client.secret')?.value ??
      config['sasl.oauthbearer.client.secret'] ??
      option('clientSecret'),
  )
  put('sasl.oauthbearer.scope', settings.get('sasl.oauthbearer.scope')?.value ?? option('scope'))
  put('sasl.oauthbearer.extensions', config['sasl.oauthbearer.extensions'] ?? extensions(module))
  const bySecret =
    config['sasl.oauthbearer.grant.type'] === undefined &&
    config['sasl.oauthbearer.metadata.authentication.type'] === undefined
  if (
    bySecret &&
    (config['sasl.oauthbearer.client.id'] === undefined || config['sasl.oauthbearer.client.secret'] === undefined)
  ) {
    throw failure(
      'KEY_MISSING',
      settings.get('sasl.jaas.config')?.at ?? file,
      'consumer.sasl.jaas.config',
      'the token endpoint needs clientId and clientSecret; write OAuthBearerLoginModule required clientId="…" clientSecret="…";',
    )
  }
  if (config['https.ca.location'] === undefined && config['https.ca.pem'] === undefined) {
    put('https.ca.location', authorities(settings, option) ?? systemAuthorities)
  }
  return config
}

/** Java takes the token endpoint's authorities from PEM settings inside the JAAS options; else those for the brokers stand in. */
function authorities(settings: ClientSettings, option: (name: string) => string | undefined): string | undefined {
  if (option('ssl.truststore.type')?.toUpperCase() === 'PEM') return option('ssl.truststore.location')
  return settings.get('https.ca.location')?.value
}

/** `extension_logicalCluster="lkc-1"` in JAAS is `logicalCluster=lkc-1` in librdkafka. */
function extensions(module: LoginModule | undefined): string | undefined {
  const found = [...(module?.options ?? [])].filter(([name]) => name.startsWith('extension_'))
  return found.length === 0
    ? undefined
    : found.map(([name, value]) => `${name.slice('extension_'.length)}=${value}`).join(',')
}

/** Tokens that nobody signed, for brokers that are set up for trying: what Java does with `unsecuredLoginStringClaim_sub`. */
function unsecured(module: LoginModule | undefined, own: Record<string, string>, file: string): Record<string, string> {
  const subject = module?.options.get('unsecuredLoginStringClaim_sub')
  if (subject !== undefined) {
    return { 'enable.sasl.oauthbearer.unsecure.jwt': 'true', 'sasl.oauthbearer.config': `principal=${subject}` }
  }
  if (Object.keys(own).some((name) => /oauthbearer/.test(name))) return {}
  throw failure(
    'KEY_MISSING',
    file,
    'consumer.sasl.oauthbearer.token.endpoint.url',
    'OAUTHBEARER needs the URL that gives tokens',
  )
}
