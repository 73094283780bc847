/**
 * What redkite tells systemd of itself (sd_notify(3)): lines of `NAME=value` in a datagram to NOTIFY_SOCKET. Without that variable nothing
 * is told, and nothing of this costs anything.
 */
import { dlopen, FFIType, ptr } from 'bun:ffi'
import { oneLine } from '../ops/log.ts'
import { DatagramSender } from './datagram.ts'

export interface ServiceManager {
  readonly isListening: boolean
  /** All sinks are opened; also the end of a reload. */
  ready(status: string): void
  /** A line for `systemctl status`. */
  status(text: string): void
  /** The files are being read again. */
  reloading(): void
  /** What is in flight is being finished, which may take so long. */
  stopping(timeoutMs: number): void
  /** Everything moves, or rests with reason: see vitality.ts. */
  alive(): void
  /** How often systemd wants to hear `alive`; undefined when it does not. */
  readonly watchdogMs: number | undefined
  close(): void
}

type Environment = Readonly<Record<string, string | undefined>>

export function serviceManager(env: Environment): ServiceManager {
  const address = env.NOTIFY_SOCKET
  // systemd also knows addresses of vsock, which are for machines, not for services.
  if (address === undefined || !/^[/@]./.test(address)) return nobody
  return new Systemd(new DatagramSender(address), watchdogMs(env, process.pid))
}

/** WATCHDOG_PID, where it is set, says for which process the variable was meant: children inherit it. */
export function watchdogMs(env: Environment, pid: number): number | undefined {
  const { WATCHDOG_USEC: microseconds, WATCHDOG_PID: meant } = env
  if (microseconds === undefined || !/^[1-9]\d*$/.test(microseconds)) return undefined
  return meant === undefined || meant === String(pid) ? Number(microseconds) / 1_000 : undefined
}

class Systemd implements ServiceManager {
  readonly isListening = true
  #status = ''

  constructor(
    readonly socket: Pick<DatagramSender, 'send' | 'close'>,
    readonly watchdogMs: number | undefined,
  ) {}

  ready(status: string): void {
    this.#status = status
    this.#tell('READY=1', `STATUS=${oneLine(status)}`)
  }

  status(text: string): void {
    if (text === this.#status) return
    this.#status = text
    this.#tell(`STATUS=${oneLine(text)}`)
  }

  reloading(): void {
    this.#tell('RELOADING=1', `MONOTONIC_USEC=${monotonicMicroseconds()}`)
  }

  stopping(timeoutMs: number): void {
    this.#tell('STOPPING=1', `EXTEND_TIMEOUT_USEC=${Math.round(timeoutMs * 1_000)}`)
  }

  alive(): void {
    this.#tell('WATCHDOG=1')
  }

  close(): void {
    this.socket.close()
  }

  #tell(...lines: string[]): void {
    this.socket.send(`${lines.join('\n')}\n`)
  }
}

const nobody: ServiceManager = {
  isListening: false,
  ready() {},
  status() {},
  reloading() {},
  stopping() {},
  alive() {},
  watchdogMs: undefined,
  close() {},
}

/** CLOCK_MONOTONIC, which systemd compares with its own; JavaScript's clocks begin with the process. */
function monotonicMicroseconds(): bigint {
  const libc = dlopen('libc.so.6', { clock_gettime: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 } })
  const [CLOCK_MONOTONIC, time] = [1, new BigInt64Array(2)]
  libc.symbols.clock_gettime(CLOCK_MONOTONIC, ptr(time))
  libc.close()
  return time[0]! * 1_000_000n + time[1]! / 1_000n
}
