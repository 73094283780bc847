/** Java command lines over the jars that install.sh put in place. */
import { join } from 'node:path'
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

/** The text of a .properties file. */
export function properties(entries: Record<string, string | number | boolean>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${String(value).replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`)
    .join('')
}
