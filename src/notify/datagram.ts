/**
 * Unix datagrams, which neither Bun nor node:dgram has: libc's `socket` and `sendto`. A path, or a name in Linux's abstract space.
 *
 * Ownership: libc keeps no pointer after a call returns, so every buffer here may go when its call is over.
 */
import { dlopen, FFIType, ptr } from 'bun:ffi'

/** From sys/socket.h and bits/socket_type.h. */
const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const MSG_NOSIGNAL = 0x4000

/** `sun_path` holds 108 bytes; a path ends with a zero in it. */
const addressBytesMax = 108
const familyBytes = 2

function openLibc() {
  return dlopen('libc.so.6', {
    socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
    sendto: {
      args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32, FFIType.ptr, FFIType.u32],
      returns: FFIType.i64,
    },
    close: { args: [FFIType.i32], returns: FFIType.i32 },
  })
}

/** Sends to one address; a receiver that is gone or full is no error here, as the datagram is lost either way. */
export class DatagramSender {
  readonly #libc = openLibc()
  readonly #address: Uint8Array
  readonly #fd: number

  /** A leading "@" stands for the zero byte of an abstract name, as in systemd's NOTIFY_SOCKET. */
  constructor(address: string) {
    this.#address = socketAddress(address)
    this.#fd = this.#libc.symbols.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
  }

  /** Whether the datagram was taken. */
  send(text: string): boolean {
    const bytes = Buffer.from(text)
    if (this.#fd < 0 || bytes.length === 0) return false
    const { sendto } = this.#libc.symbols
    const sent = sendto(this.#fd, ptr(bytes), bytes.length, MSG_NOSIGNAL, ptr(this.#address), this.#address.length)
    return Number(sent) === bytes.length
  }

  close(): void {
    if (this.#fd >= 0) this.#libc.symbols.close(this.#fd)
    this.#libc.close()
  }
}

/** A `sockaddr_un`, as long as its name. */
export function socketAddress(address: string): Uint8Array {
  const isAbstract = address.startsWith('@')
  const name = Buffer.from(isAbstract ? `\0${address.slice(1)}` : `${address}\0`)
  if (name.length < 2 || name.length > addressBytesMax) throw new RangeError('a socket name has 1 to 107 bytes')
  const bytes = new Uint8Array(familyBytes + name.length)
  new DataView(bytes.buffer).setUint16(0, AF_UNIX, true)
  bytes.set(name, familyBytes)
  return bytes
}
