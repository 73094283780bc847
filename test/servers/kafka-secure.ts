/**
 * What makes a broker one of a cloud's: SASL_SSL with PLAIN, SCRAM and OAUTHBEARER side by side, SSL with client certificates, and an
 * authorizer that lets in `redkite` and denies everything to `nobody`.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificates, createCertificates } from './certificates.ts'
import { OidcProvider } from './oidc.ts'

/** Names and passwords of PLAIN and SCRAM, clients and secrets of OIDC. Only the first may do anything. */
export const kafkaUsers = [
  { name: 'redkite', password: 'red-kite=secret;1' },
  { name: 'nobody', password: 'no-body=secret;2' },
] as const

export interface KafkaSecurity {
  readonly certificates: Certificates
  readonly oidc: OidcProvider
}

export function createSecurity(folder: string): KafkaSecurity {
  const tls = join(folder, 'tls')
  mkdirSync(tls, { recursive: true })
  const certificates = createCertificates(tls)
  const clients = kafkaUsers.map(({ name, password }) => ({ id: name, secret: password }))
  return { certificates, oidc: new OidcProvider(folder, certificates, clients) }
}

export function secureProperties({ certificates, oidc }: KafkaSecurity): Record<string, string> {
  const sasl = 'listener.name.sasl_ssl'
  const oauth = 'org.apache.kafka.common.security.oauthbearer'
  const users = kafkaUsers.map(({ name, password }) => `user_${name}="${password}"`).join(' ')
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': certificates.serverKeyStoreFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': certificates.caFile,
    'listener.name.ssl.ssl.client.auth': 'required',
    'ssl.principal.mapping.rules': 'RULE:^CN=([^,]+).*$/$1/,DEFAULT',
    [`${sasl}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    [`${sasl}.plain.sasl.jaas.config`]: `org.apache.kafka.common.security.plain.PlainLoginModule required ${users};`,
    [`${sasl}.scram-sha-256.sasl.jaas.config`]: 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    [`${sasl}.scram-sha-512.sasl.jaas.config`]: 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    [`${sasl}.oauthbearer.sasl.jaas.config`]: `${oauth}.OAuthBearerLoginModule required;`,
    [`${sasl}.oauthbearer.sasl.server.callback.handler.class`]: `${oauth}.OAuthBearerValidatorCallbackHandler`,
    [`${sasl}.oauthbearer.sasl.oauthbearer.jwks.endpoint.url`]: `file://${oidc.jwksFile}`,
    [`${sasl}.oauthbearer.sasl.oauthbearer.expected.audience`]: oidc.audience,
    [`${sasl}.oauthbearer.sasl.oauthbearer.expected.issuer`]: oidc.issuer,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:ANONYMOUS;User:${kafkaUsers[0].name}`,
  }
}

/** Kafka reads key sets only from where it was told it may. */
export function secureSystemProperties({ oidc }: KafkaSecurity): Record<string, string> {
  return {
    'org.apache.kafka.sasl.oauthbearer.allowed.urls': `file://${oidc.jwksFile}`,
    'org.apache.kafka.sasl.oauthbearer.allowed.files': oidc.jwksFile,
  }
}

/** SCRAM's users are part of the cluster's metadata, written when its storage is formatted. */
export function scramArguments(): string[] {
  return kafkaUsers.flatMap(({ name, password }) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((m) => ['--add-scram', `${m}=[name=${name},password=${password}]`]),
  )
}
