import { exit } from './exit.ts'
import type { ErrorTable } from './kind.ts'

/** What can be wrong with how redkite is run, beside what it is told to do. */
export const operationErrors = {
  ALREADY_RUNNING: {
    label: 'fatal',
    exit: exit.alreadyRunning,
    say: (sink: string) =>
      `another run of ${sink} with --until-caught-up is not finished yet; start it less often, or let it end earlier with --max-runtime`,
  },
  LOCK_IMPOSSIBLE: {
    label: 'fatal',
    exit: exit.usage,
    say: (sink: string, why: string) =>
      `the lock that keeps two runs of ${sink} apart cannot be taken (${why}); give --lock-file a path in a folder that can be written, or none`,
  },
  NOTHING_MEASURED: {
    label: 'fatal',
    exit: exit.nothingMeasured,
    say: (endpoint: string, seconds: number) =>
      `${endpoint} acknowledged no row in ${seconds.toFixed(1)} s, so there is nothing to show; give it longer with --duration`,
  },
  OUTPUT_FAILED: {
    label: 'fatal',
    exit: exit.outputFailed,
    say: (why: string) => `stdout cannot be written (${why}), what is there is not complete; everything else was done`,
  },
  CONSOLE_COMMAND: {
    label: 'fatal',
    exit: exit.usage,
    say: (what: string) => `${what}; help lists the commands`,
  },
  CONTROL_TAKEN: {
    label: 'fatal',
    exit: exit.usage,
    say: (path: string) => `another redkite listens at ${path}; give --control another path, or none`,
  },
  CONTROL_IMPOSSIBLE: {
    label: 'fatal',
    exit: exit.usage,
    say: (path: string, why: string) =>
      `no control socket can be made at ${path} (${why}); give --control another path, or none`,
  },
  CONSOLE_NOT_FOUND: {
    label: 'fatal',
    exit: exit.usage,
    say: (why: string) => `${why}; give --control PATH of a redkite that runs, or the two files to work without one`,
  },
} as const satisfies ErrorTable
