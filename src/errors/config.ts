import { exit } from './exit.ts'
import type { ErrorTable } from './kind.ts'

/** What can be wrong with the command line and the .properties files. */
export const configErrors = {
  FILE_MISSING: {
    label: 'fatal',
    exit: exit.fileMissing,
    say: (path: string, why: string) => `cannot read "${path}": ${why}; give the path of an existing .properties file`,
  },
} as const satisfies ErrorTable
