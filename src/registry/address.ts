/** One question to the addresses of a registry: the one that answered last is asked first, the others when it does not answer. */
import { readFileSync } from 'node:fs'
import type { RegistrySettings, RegistryUrl } from '../config/registry.ts'
import { basicHeader } from '../config/registry-login.ts'
import type { RegistryTls } from '../config/registry-tls.ts'
import { failure, RedkiteError } from '../errors/errors.ts'
import { type Answer, readAnswer } from './answer.ts'

/** A schema is a few kilobytes; one that is larger than this is an attack or a mistake. */
export const answerBytesMax = 4 * 1024 * 1024

/** What registries say they speak, and plain JSON for those behind something that does not know it. */
const accept =
  'application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json; q=0.9, application/json; q=0.8'

export class Addresses {
  readonly #settings: RegistrySettings
  readonly #tls: TlsOptions
  #first = 0

  /** Throws REGISTRY_TLS_FILE. */
  constructor(settings: RegistrySettings) {
    this.#settings = settings
    this.#tls = readTls(settings.tls)
  }

  /** All of them, without credentials. */
  get text(): string {
    return this.#settings.urls.map(({ base }) => base).join(', ')
  }

  /** The answer to GET of a path that begins with a slash; undefined where the registry says that there is none. */
  async get(path: string): Promise<{ url: string; said: Record<string, unknown> } | undefined> {
    const { urls } = this.#settings
    const errors: RedkiteError[] = []
    for (let i = 0; i < urls.length; i++) {
      const index = (this.#first + i) % urls.length
      const url = urls[index]!
      try {
        const said = readAnswer(url.base, await this.#ask(url, path))
        this.#first = index
        return said && { url: url.base, said }
      } catch (error) {
        if (!(error instanceof RedkiteError)) throw error
        errors.push(error)
      }
    }
    // What one of them answers counts for more than the silence of another: wrong credentials are to be mended, not waited for.
    throw errors.find(({ label }) => label === 'fatal') ?? errors[0]!
  }

  async #ask(url: RegistryUrl, path: string): Promise<Answer> {
    const { authorization, headers, timeoutMs, proxy } = this.#settings
    const login = authorization ?? (url.login && basicHeader(url.login))
    try {
      const response = await fetch(`${url.base}${path}`, {
        headers: {
          accept,
          ...Object.fromEntries(headers.map(({ name, value }) => [name, value.reveal()])),
          ...(login === undefined ? {} : { authorization: login.reveal() }),
        },
        // Credentials go nowhere but to the address that was written.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        ...(url.base.startsWith('https:') ? { tls: this.#tls } : {}),
        ...(proxy === undefined ? {} : { proxy }),
      })
      return { status: response.status, body: await readBounded(response) }
    } catch (error) {
      if (error instanceof RedkiteError) throw error
      throw unreached(url.base, error as Error & { code?: string }, timeoutMs)
    }
  }
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > answerBytesMax) {
      throw failure(
        'REGISTRY_NOT_THERE',
        new URL(response.url).origin,
        `an answer of more than ${answerBytesMax} bytes`,
      )
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function unreached(url: string, { name, code, message }: Error & { code?: string }, timeoutMs: number): RedkiteError {
  if (name === 'TimeoutError') return failure('REGISTRY_UNREACHABLE', url, `no answer within ${timeoutMs} ms`)
  const isTls = code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|ISSUER/.test(code)
  if (isTls) return failure('REGISTRY_TLS_REFUSED', url, code)
  return failure('REGISTRY_UNREACHABLE', url, code ?? message)
}

interface TlsOptions {
  ca?: string
  cert?: string
  key?: string
  passphrase?: string
  checkServerIdentity?: () => undefined
}

function readTls(tls: RegistryTls): TlsOptions {
  const ca = tls.caPem ?? readPem(tls.caFile)
  const cert = tls.certPem ?? readPem(tls.certFile)
  const key = tls.keyPem?.reveal() ?? readPem(tls.keyFile)
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.keyPassword === undefined ? {} : { passphrase: tls.keyPassword.reveal() }),
    ...(tls.verifyHost ? {} : { checkServerIdentity: () => undefined }),
  }
}

function readPem(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw failure('REGISTRY_TLS_FILE', path, (error as Error).message)
  }
}
