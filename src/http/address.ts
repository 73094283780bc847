/** `--http HOST:PORT`: where to listen, and whether somebody on another machine can reach it. */
import { failure } from '../errors/errors.ts'

export interface Address {
  /** A name or an address; an IPv6 address without its brackets. */
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly isLoopback: boolean
}

const portMax = 65_535
const loopback = '127.0.0.1'

/** A port alone is on loopback: what can be read there names topics and collections, and is nobody else's concern. */
export function parseAddress(text: string): Address {
  const [, v6, name, digits] = /^(?:\[([0-9a-f:.]+)\]:|([^:[\]/@\s]*):)?(\d{1,5})$/i.exec(text.trim()) ?? []
  const port = Number(digits)
  if (digits === undefined || port > portMax) throw failure('HTTP_ADDRESS_INVALID', text)
  const host = (v6 ?? (name || loopback)).toLowerCase()
  return { host, port, isLoopback: isLoopback(host) }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

export function hostAndPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
