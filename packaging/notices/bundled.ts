/** The npm packages that the last build put into the binary, told by the files that went in. */
import { readFileSync } from 'node:fs'

export interface BundledPackage {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly folder: string
}

/** The folder of the package that a file belongs to: up to the name after the last node_modules, with its scope. */
const packageFolder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//

export function bundledPackages(inputsFile = 'dist/redkite.inputs.json'): readonly BundledPackage[] {
  const inputs: readonly string[] = JSON.parse(readFileSync(inputsFile, 'utf8'))
  const folders = new Set(inputs.flatMap((file) => packageFolder.exec(file)?.[1] ?? []))
  const packages = new Map([...folders].map(describe).map((found) => [`${found.name} ${found.version}`, found]))
  return [...packages.keys()].sort().map((key) => packages.get(key)!)
}

function describe(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  return { name, version, license: typeof license === 'string' ? license : 'see its text', folder }
}
