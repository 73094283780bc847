/**
 * A file in a folder that only this user can write, named by its content: the second run finds the first one's.
 *
 * For systems without files in memory. Somebody else's file is never used: what is found must be ours and hold exactly these bytes.
 */
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { failure } from '../errors/errors.ts'

/** Asked of the process, not of /etc/passwd, which a small container lacks. */
const uid = process.getuid?.() ?? 0

/** Where to try, best first. The temp folder is shared, hence the user in the name. */
function folders(): readonly string[] {
  const { XDG_RUNTIME_DIR: runtime, XDG_CACHE_HOME: cache } = process.env
  return [
    ...(runtime ? [join(runtime, 'redkite')] : []),
    join(cache || join(homedir(), '.cache'), 'redkite'),
    join(tmpdir(), `redkite-${uid}`),
  ]
}

/** Puts the bytes into the first of the folders that takes them and returns the path. */
export function privateFile(
  stem: string,
  extension: string,
  bytes: Uint8Array,
  candidates: readonly string[] = folders(),
): string {
  const name = `${stem}-${Bun.SHA256.hash(bytes, 'hex').slice(0, 16)}${extension}`
  const refusals: string[] = []
  for (const folder of candidates) {
    try {
      claim(folder)
      const path = join(folder, name)
      if (!holds(path, bytes)) writeWhole(path, bytes)
      return path
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error))
    }
  }
  throw failure('LIBRARY_UNPLACED', refusals.join('; '))
}

/** Makes the folder, or makes sure that it is ours alone. */
function claim(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== uid) throw new Error(`"${folder}" is not a folder of this user`)
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700)
}

function holds(path: string, bytes: Uint8Array): boolean {
  try {
    const found = lstatSync(path)
    return found.isFile() && found.size === bytes.length && readFileSync(path).equals(bytes)
  } catch {
    return false
  }
}

/** Others see the whole file or none. */
function writeWhole(path: string, bytes: Uint8Array): void {
  const partial = `${path}.${process.pid}.${crypto.randomUUID()}`
  try {
    writeFileSync(partial, bytes, { mode: 0o600, flag: 'wx' })
    renameSync(partial, path)
  } finally {
    rmSync(partial, { force: true })
  }
}
