/** A certificate authority of the tests' own, and what it signed: one certificate for servers on this machine, one for a client. PEM files. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificates {
  readonly folder: string
  readonly caFile: string
  /** For `localhost` and 127.0.0.1. */
  readonly serverCertificateFile: string
  readonly serverKeyFile: string
  /** Key, certificate and CA in one file, as Kafka's PEM key store wants them. */
  readonly serverKeyStoreFile: string
  /** Its common name is `redkite`. */
  readonly clientCertificateFile: string
  readonly clientKeyFile: string
  readonly clientKeyStoreFile: string
}

/** Signs everything anew into `folder`; two calls give two authorities that do not trust each other. */
export function createCertificates(folder: string): Certificates {
  const at = (name: string) => join(folder, name)
  openssl([
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
    ...['-subj', '/O=redkite tests/CN=redkite test authority', '-keyout', at('ca.key'), '-out', at('ca.pem')],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ])
  sign(at, 'server', 'localhost', [
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
    'extendedKeyUsage=serverAuth,clientAuth',
  ])
  sign(at, 'client', 'redkite', ['extendedKeyUsage=clientAuth'])
  return {
    folder,
    caFile: at('ca.pem'),
    serverCertificateFile: at('server.pem'),
    serverKeyFile: at('server.key'),
    serverKeyStoreFile: at('server.store.pem'),
    clientCertificateFile: at('client.pem'),
    clientKeyFile: at('client.key'),
    clientKeyStoreFile: at('client.store.pem'),
  }
}

function sign(at: (name: string) => string, name: string, commonName: string, extensions: string[]): void {
  writeFileSync(at(`${name}.ext`), `${extensions.join('\n')}\n`)
  openssl([
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', `/CN=${commonName}`, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`)],
  ])
  openssl([
    ...['x509', '-req', '-in', at(`${name}.csr`), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'],
    ...['-days', '30', '-sha256', '-extfile', at(`${name}.ext`), '-out', at(`${name}.pem`)],
  ])
  const chain = [`${name}.key`, `${name}.pem`, 'ca.pem'].map((file) => readFileSync(at(file), 'utf8'))
  writeFileSync(at(`${name}.store.pem`), chain.join(''))
  chmodSync(at(`${name}.store.pem`), 0o600)
}

function openssl(args: string[]): void {
  const { success, stderr } = Bun.spawnSync(['openssl', ...args], { stderr: 'pipe' })
  if (!success) {
    throw new Error(`openssl ${args[0]}: ${stderr}`)
  }
}
