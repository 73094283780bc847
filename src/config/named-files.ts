/**
 * What is in the files that settings only name: certificates, keys, schemas. A certificate that was renewed under its name is a change, though
 * no setting has changed.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Entries } from './entry.ts'

/** `ssl.truststore.location`, `milvus.ssl.ca.file`, `value.converter.schema.file`, `sasl.kerberos.keytab`. */
const namesFile = /(?:^|\.)(?:location|file|keytab)$/

/** Differs when what lies there does. Whether the file can be used is for whoever reads it. */
export function contentsOfNamedFiles(entries: Entries): string[] {
  return [...entries].flatMap(([key, { value }]) =>
    namesFile.test(key) && value.trim() ? [contents(value.trim())] : [],
  )
}

function contents(path: string): string {
  try {
    return statSync(path).isDirectory() ? listing(path) : digest(readFileSync(path))
  } catch {
    return 'none'
  }
}

/** A folder of certificates may hold hundreds: which they are, and when each was written, tells as much. */
function listing(folder: string): string {
  const entries = readdirSync(folder).sort()
  return digest(
    entries
      .map((name) => [name, statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs].join(' '))
      .join('\n'),
  )
}

function digest(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
