/** `redkite verify`: says whether each sink's collection holds what its topics say, and where not, which rows. */
import { readSetup } from '../config/setup.ts'
import { exit } from '../errors/exit.ts'
import { byCollection } from '../sink/routing/by-collection.ts'
import { isEqual } from '../verify/findings.ts'
import { toJson, toLines } from '../verify/report.ts'
import { verify as verifySink } from '../verify/verify.ts'
import { green, red } from './colours.ts'
import { folded } from './fold.ts'
import type { Io } from './io.ts'
import { warn } from './report.ts'
import { verbProgress } from './verb-progress.ts'

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
  warn(io, setup.warnings)
  let code: number = exit.ok
  const parts = (await Promise.all(setup.sinks.map(byCollection))).flat()
  const progress = verbProgress(io)
  for (const settings of parts) {
    const found = await verifySink({ settings, sample, rowsMax, progress: progress.read }).finally(progress.rest)
    if (!isEqual(found)) code = exit.rowsDiffer
    if (json) io.out(`${JSON.stringify(toJson(found))}\n`)
    else {
      const [verdict, ...figures] = toLines(found)
      const name = parts.length > 1 ? `${settings.name}: ` : ''
      const paint = isEqual(found) ? green : red
      const { colours, columns } = io.outScreen
      io.out(folded([`${name}${colours ? paint(verdict!) : verdict}`, ...figures, ''].join('\n'), columns))
    }
  }
  return code
}
