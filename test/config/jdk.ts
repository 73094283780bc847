/** Asks the JDK on this machine, once for all cases of a test: ground truth that is not ours. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const source = join(import.meta.dir, 'JdkTruth.java')

/** Of each file its properties as `hex(key)=hex(value)`, sorted, or `malformed`. */
export function jdkProperties(files: readonly Uint8Array[]): string[] {
  return inFolder((folder) => {
    files.forEach((bytes, index) => {
      writeFileSync(join(folder, String(index).padStart(6, '0')), bytes)
    })
    return ask('properties', folder)
  })
}

/** Whether `java.util.regex` matches the whole topic with the expression. */
export function jdkMatches(cases: readonly (readonly [string, string])[]): boolean[] {
  return inFolder((folder) => {
    const file = join(folder, 'cases')
    writeFileSync(file, cases.map((pair) => pair.join('\t')).join('\n'))
    return ask('regex', file).map((line) => line === 'true')
  })
}

function ask(mode: string, path: string): string[] {
  const { exitCode, stdout, stderr } = Bun.spawnSync(['java', source, mode, path])
  if (exitCode !== 0) throw new Error(`java failed: ${stderr.toString()}`)
  return stdout.toString().split('\n').slice(0, -1)
}

function inFolder<T>(step: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-jdk-'))
  try {
    return step(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
