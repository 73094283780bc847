/**
 * Where servers are installed and where their data lies. Data is under the test process's own folder name, so that what a killed run left
 * behind is recognised by the next one and swept away.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder of test/servers/install.sh; REDKITE_SERVERS moves it. */
export const serversRoot = process.env.REDKITE_SERVERS ?? resolve(import.meta.dir, '../../.cache/servers')

/** The path of something install.sh put there; says what to do when it did not. */
export function installed(...path: string[]): string {
  const found = join(serversRoot, ...path)
  if (!existsSync(found)) {
    throw new Error(`${found} is not there; run test/servers/install.sh first`)
  }
  return found
}

/** A fresh folder for one server's data. */
export function dataFolder(name: string): string {
  const parent = join(serversRoot, 'data')
  mkdirSync(parent, { recursive: true })
  sweep(parent)
  return mkdtempSync(join(parent, `${process.pid}-${name}-`))
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

function sweep(parent: string): void {
  for (const entry of readdirSync(parent)) {
    const owner = Number(entry.split('-', 1)[0])
    if (owner > 0 && !isAlive(owner)) {
      removeFolder(join(parent, entry))
    }
  }
}

/** A process that has ended and that nobody has asked after yet is not: whoever inherits orphans may take its time. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
