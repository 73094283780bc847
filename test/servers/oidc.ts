/**
 * An OpenID Connect provider as small as OAUTHBEARER needs: a token endpoint for the client credentials grant, over HTTP and over TLS,
 * that signs RS256 tokens, and the key set that a broker checks them with.
 */
import { createSign, generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificates } from './certificates.ts'

export interface OidcClient {
  readonly id: string
  readonly secret: string
}

export class OidcProvider {
  readonly issuer = 'https://oidc.redkite.test'
  readonly audience = 'kafka'
  readonly tokenEndpoint: string
  readonly tokenEndpointTls: string
  /** A JSON Web Key Set, for the broker to read. */
  readonly jwksFile: string
  /** Of the tokens signed from now on. */
  lifetimeSeconds = 3600
  /** How many tokens were given out, and how many requests turned away. */
  issued = 0
  refused = 0

  private readonly key = generateKeyPairSync('rsa', { modulusLength: 2048 })
  private readonly servers: Bun.Server<undefined>[]

  constructor(
    folder: string,
    certificates: Certificates,
    private readonly clients: readonly OidcClient[],
  ) {
    this.jwksFile = join(folder, 'jwks.json')
    const jwk = { ...this.key.publicKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }
    writeFileSync(this.jwksFile, JSON.stringify({ keys: [jwk] }))
    const fetch = (request: Request) => this.answer(request)
    const plain = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch })
    const tls = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch,
      tls: {
        cert: readFileSync(certificates.serverCertificateFile),
        key: readFileSync(certificates.serverKeyFile),
      },
    })
    plain.unref()
    tls.unref()
    this.servers = [plain, tls]
    this.tokenEndpoint = `http://localhost:${plain.port}/token`
    this.tokenEndpointTls = `https://localhost:${tls.port}/token`
  }

  /** A signed token as the endpoint would give it; `claims` replace what it would say. */
  token(subject: string, claims: Record<string, unknown> = {}): string {
    const now = Math.floor(Date.now() / 1000)
    const body = {
      iss: this.issuer,
      aud: this.audience,
      sub: subject,
      scope: 'kafka',
      iat: now,
      exp: now + this.lifetimeSeconds,
      ...claims,
    }
    const signed = `${base64url({ alg: 'RS256', typ: 'JWT', kid: 'test' })}.${base64url(body)}`
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(this.key.privateKey, 'base64url')}`
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop(true)))
  }

  private async answer(request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text())
    const { id, secret } = credentials(request, form)
    const known = this.clients.some((client) => client.id === id && client.secret === secret)
    if (new URL(request.url).pathname !== '/token' || form.get('grant_type') !== 'client_credentials' || !known) {
      this.refused++
      return Response.json({ error: 'invalid_client', error_description: 'unknown client or secret' }, { status: 401 })
    }
    this.issued++
    return Response.json({ access_token: this.token(id), token_type: 'Bearer', expires_in: this.lifetimeSeconds })
  }
}

/** In the Authorization header, as librdkafka and Java send them, or in the form. */
function credentials(request: Request, form: URLSearchParams): OidcClient {
  const basic = /^Basic (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
  if (!basic) {
    return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' }
  }
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':')
  return { id: decodeURIComponent(id), secret: decodeURIComponent(secret) }
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
