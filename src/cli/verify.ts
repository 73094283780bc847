/** `redkite verify`: says whether each sink's collection holds what its topics say, and where not, which rows. */
import pc from 'picocolors'
import { readSetup } from '../config/setup.ts'
import { exit } from '../errors/exit.ts'
import { terminalProgress } from '../ops/progress.ts'
import { byCollection } from '../sink/routing/by-collection.ts'
import { isEqual } from '../verify/findings.ts'
import { toJson, toLines } from '../verify/report.ts'
import { verify as verifySink } from '../verify/verify.ts'
import type { Io } from './io.ts'

export interface VerifyFlags {
  readonly files: readonly string[]
  readonly sets: readonly string[]
  readonly sample: number | undefined
  readonly rowsMax: number
  readonly json: boolean
}

/** One sink, and one collection of it, after the other; `exit.rowsDiffer` where any differs. With `json`, one object a line for each sink. */
export async function verify({ files, sets, sample, rowsMax, json }: VerifyFlags, io: Io): Promise<number> {
  const setup = readSetup(files, { sets, env: io.env })
  for (const warning of setup.warnings) io.err(`${warning}\n`)
  let code: number = exit.ok
  const parts = (await Promise.all(setup.sinks.map(byCollection))).flat()
  for (const settings of parts) {
    const progress = io.terminal && terminalProgress(io.terminal, io.onExit)
    try {
      const found = await verifySink({
        settings,
        sample,
        rowsMax,
        progress: (done, goal) => progress?.update({ rows: done, lag: goal - done, goal }, performance.now()),
      })
      progress?.stop()
      if (!isEqual(found)) code = exit.rowsDiffer
      if (json) io.out(`${JSON.stringify(toJson(found))}\n`)
      else {
        const [verdict, ...figures] = toLines(found)
        const name = parts.length > 1 ? `${settings.name}: ` : ''
        const paint = isEqual(found) ? pc.green : pc.red
        io.out([`${name}${io.colours ? paint(verdict!) : verdict}`, ...figures, ''].join('\n'))
      }
    } finally {
      progress?.stop()
    }
  }
  return code
}
