/** The control socket of a run, for `redkite console`. */
import { join } from 'node:path'
import { controlFolder, serveControl } from '../console/control-socket.ts'
import { Operator } from '../console/operator.ts'
import { RedkiteError } from '../errors/errors.ts'
import type { Roster } from '../sink/roster.ts'
import type { RunOptions } from './run.ts'
import type { RunOutput } from './run-output.ts'

/** A run that ends by itself has none unless it is asked for: it leaves no file behind, not even when it is killed. */
export function controlPath(
  { control, untilCaughtUp }: Pick<RunOptions, 'control' | 'untilCaughtUp'>,
  env: Readonly<Record<string, string | undefined>>,
  sink: string,
): string | undefined {
  if (control !== undefined) return control === 'none' ? undefined : control
  const folder = controlFolder(env)
  if (folder === undefined || untilCaughtUp) return undefined
  // A name of a sink may hold anything; a path may not.
  return join(folder, `${sink.replaceAll(/[^\w.-]/g, '_').slice(0, 40)}.sock`)
}

/** A place that somebody named has to work; one that nobody asked for is no reason to stop. Gives what takes it away. */
export async function openControl(
  path: string,
  isAsked: boolean,
  roster: Roster,
  { log, threshold }: RunOutput,
): Promise<() => void> {
  const operator = new Operator({
    settings: () => roster.sinks.flatMap(({ name }) => roster.settingsOf(name) ?? []),
    live: { sinks: () => roster.sinks, threshold },
  })
  try {
    const server = await serveControl(path, operator)
    return () => server.close()
  } catch (error) {
    if (isAsked || !(error instanceof RedkiteError)) throw error
    log.info(`no control socket: ${error.message}`)
    return () => {}
  }
}
