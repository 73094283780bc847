import { exit } from './exit.ts'
import type { ErrorTable } from './kind.ts'

/** What can be wrong with `--http`. */
export const httpErrors = {
  HTTP_ADDRESS_INVALID: {
    label: 'fatal',
    exit: exit.usage,
    say: (got: string) =>
      `--http takes a port, or HOST:PORT with an IPv6 address in [brackets], not "${got}"; e.g. --http 8083, which is 127.0.0.1:8083`,
  },
  HTTP_TOKEN_UNREADABLE: {
    label: 'fatal',
    exit: exit.fileMissing,
    say: (path: string, why: string) =>
      `--http-token-file "${path}": ${why}; give a file that holds the token and nothing else`,
  },
  HTTP_LISTEN_FAILED: {
    label: 'fatal',
    exit: exit.listenFailed,
    say: (address: string, why: string) =>
      `--http cannot listen on ${address}: ${why}; choose a free port of an address that this machine has`,
  },
} as const satisfies ErrorTable
