/**
 * Who may ask what.
 *
 * Reading needs no token: what is shown holds no rows and no secrets. But a web page must not read it through its visitor's browser by
 * giving its own name this machine's address (DNS rebinding), so the Host header has to be an address or a name that is known to be ours.
 * Changing something is for who can reach loopback, or has the token; and never for a page of another origin, which a browser would let
 * send a POST without asking anybody.
 */
import { timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { Secret } from '../config/secret.ts'
import type { Address } from './address.ts'
import { connectError } from './answers.ts'

export interface GuardOptions {
  readonly address: Address
  /** Names under which others know this machine. */
  readonly names: readonly string[]
  readonly token: Secret | undefined
}

/** Who may change something, for a page that has to know before it asks. */
export type Changers = 'anyone' | 'token' | 'nobody'

export function changers({ address, token }: GuardOptions): Changers {
  if (token !== undefined) return 'token'
  return address.isLoopback ? 'anyone' : 'nobody'
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The answer to a request that may not be served; undefined to one that may. */
export function refusal(request: Request, options: GuardOptions): Response | undefined {
  const host = request.headers.get('host')
  const name = host === null ? undefined : nameIn(host)
  if (name === undefined) return connectError(400, 'the Host header is missing or malformed')
  if (!isOurs(name, options)) {
    return connectError(
      403,
      `"${name}" is not known to be a name of this machine; use its address, or start redkite with --http-name ${name}`,
    )
  }
  return safeMethods.has(request.method) ? undefined : changeRefusal(request, host!, options)
}

function changeRefusal(request: Request, host: string, options: GuardOptions): Response | undefined {
  const origin = request.headers.get('origin')
  if ((origin !== null && !isSameOrigin(origin, host)) || request.headers.get('sec-fetch-site') === 'cross-site') {
    return connectError(403, 'a page of another origin may not change anything')
  }
  const who = changers(options)
  if (who === 'nobody') {
    return connectError(
      403,
      'nothing can be changed over the network without a token; start redkite with --http-token-file or REDKITE_HTTP_TOKEN',
    )
  }
  if (who === 'anyone' || isToken(request.headers.get('authorization'), options.token!)) return undefined
  const answer = connectError(401, 'this takes the token of redkite, as `Authorization: Bearer …` or as the password')
  answer.headers.append('WWW-Authenticate', 'Bearer')
  answer.headers.append('WWW-Authenticate', 'Basic realm="redkite"')
  return answer
}

/** Of `name:port`, `[address]:port`, with the port left out or not. */
function nameIn(host: string): string | undefined {
  const [, v6, name] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host) ?? []
  return (v6 ?? name)?.toLowerCase().replace(/\.$/, '')
}

function isOurs(name: string, { address, names }: GuardOptions): boolean {
  return isIP(name) !== 0 || name === 'localhost' || name === address.host || names.includes(name)
}

function isSameOrigin(origin: string, host: string): boolean {
  return URL.parse(origin)?.host === host.toLowerCase()
}

/** Tools made for Connect know users and passwords; the user may be any. */
function isToken(authorization: string | null, token: Secret): boolean {
  const [, scheme, value] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization ?? '') ?? []
  if (value === undefined) return false
  const given = scheme!.toLowerCase() === 'bearer' ? value : /:(.*)$/s.exec(decoded(value))?.[1]
  if (given === undefined) return false
  const hash = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(token.reveal()))
}

function decoded(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8')
}
