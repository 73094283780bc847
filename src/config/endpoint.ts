/**
 * `public.endpoint`: where Milvus is. The plugin speaks REST and takes a URL; redkite speaks gRPC, on the same port, and takes the URL's host and
 * port, or host and port alone as the Milvus SDKs do.
 */
import { failure } from '../errors/errors.ts'
import type { Findings } from './entry.ts'

export interface Endpoint {
  /** A name or an address; an IPv6 address without its brackets. */
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** For people: `https://host:port`, with the port always. */
  readonly text: string
}

const milvusPort = 19530
const httpsPort = 443

/** Zilliz Cloud speaks nothing but TLS, and shows its endpoint with and without the scheme. */
const zillizCloud = /\.(zillizcloud\.com|zilliz\.com|zilliz\.com\.cn)$/

/** One that leads nowhere, and a problem among the findings, where `text` is none. */
export function readEndpoint(text: string | undefined, at: string, findings: Findings): Endpoint {
  const nowhere: Endpoint = { host: '', port: 0, tls: false, text: '' }
  if (text === undefined) return nowhere
  const endpoint = parseEndpoint(text)
  if (!('expected' in endpoint)) return endpoint
  const shown = text.includes('@') ? 'what is there' : `"${text}"`
  findings.problem(failure('VALUE_INVALID', at, 'public.endpoint', endpoint.expected, shown))
  return nowhere
}

/** An endpoint, or what was expected instead. */
export function parseEndpoint(text: string): Endpoint | { readonly expected: string } {
  const [, scheme, rest] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/i.exec(text.trim())!
  const known = scheme?.toLowerCase()
  if (known !== undefined && known !== 'https' && known !== 'http') return expected('https:// or http:// or no scheme')
  if (rest!.includes('@')) return expected('an address without user and password; write them as `token=user:password`')
  const [, address, path] = /^([^/?#]*)(.*)$/s.exec(rest!)!
  if (path !== '' && path !== '/') return expected('an address without a path; write the database as `database.name`')

  const parts = /^(?:\[([0-9a-fA-F:.]+(?:%[\w.]+)?)\]|([^:[\]\s]+))(?::(\d+))?$/.exec(address!)
  if (parts === null)
    return expected('https://HOST:PORT, http://HOST:PORT, HOST:PORT or HOST; an IPv6 address in [brackets]')
  const ipv6 = parts[1]
  const host = (ipv6 ?? parts[2]!).toLowerCase()
  if (ipv6 === undefined && !/^[a-z0-9_]([a-z0-9._-]*[a-z0-9_.])?$/.test(host))
    return expected('a host name or an address before the port')
  const tls = known === 'https' || (known === undefined && zillizCloud.test(host))
  const port = parts[3] === undefined ? (tls ? httpsPort : milvusPort) : Number(parts[3])
  if (port < 1 || port > 65_535) return expected('a port from 1 to 65535')
  return { host, port, tls, text: `${tls ? 'https' : 'http'}://${ipv6 === undefined ? host : `[${host}]`}:${port}` }
}

function expected(what: string): { readonly expected: string } {
  return { expected: what }
}
