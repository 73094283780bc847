/** Which settings of Kafka's clients, Java's or librdkafka's, must not be printed. */

/** `sasl.oauthbearer.config` and the whole of `sasl.jaas.config` hold passwords; `ssl.keystore.key`, `ssl.key.pem` are private keys. */
const secret =
  /(password|passphrase|secret|sasl\.jaas\.config|sasl\.oauthbearer\.config|ssl\.keystore\.key|ssl\.key\.pem|private\.key\.pem)$/

/** With or without `consumer.` and the like before it. */
export function isSecretName(name: string): boolean {
  return secret.test(name)
}
