/** Java command lines over the jars that install.sh put in place. */
import { join } from 'node:path'
import { diesWithParent } from './child.ts'
import { installed } from './place.ts'

export interface JavaOptions {
  readonly heapMb: number
  /** Of slf4j-simple: `warn`, or a logger's own level as `logger=level`. */
  readonly logLevels?: readonly string[]
  readonly properties?: Record<string, string>
}

export function java(main: string, args: readonly string[], options: JavaOptions): string[] {
  const root = installed('kafka')
  const levels = (options.logLevels ?? []).map((level) => `-Dorg.slf4j.simpleLogger.log.${level}`)
  return [
    'java',
    `-Xmx${options.heapMb}m`,
    // Two cores are shared by everything a test starts: the smallest collector, no second compiler tier for what runs briefly.
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Xshare:auto',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
    ...levels,
    ...Object.entries(options.properties ?? {}).map(([name, value]) => `-D${name}=${value}`),
    '-cp',
    `${join(root, 'classes')}:${join(root, 'lib')}/*`,
    main,
    ...args,
  ]
}

export interface Ran {
  readonly exitCode: number
  /** On stdout and stderr. */
  readonly said: string
}

/** Runs one of Kafka's own tools to its end. */
export async function runTool(
  main: string,
  args: readonly string[],
  { stdin = '', properties = {} }: { readonly stdin?: string; readonly properties?: Record<string, string> } = {},
): Promise<Ran> {
  const child = Bun.spawn([...diesWithParent, ...java(main, args, { heapMb: 128, properties })], {
    stdin: Buffer.from(stdin),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  return { exitCode, said: out + err }
}

/** The text of a .properties file. */
export function properties(entries: Record<string, string | number | boolean>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${String(value).replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`)
    .join('')
}
