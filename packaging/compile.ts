/**
 * Makes the binary: `bun packaging/compile.ts ARCH LIBRDKAFKA OUTFILE [BUN]`.
 *
 * ARCH is x86_64 or aarch64, LIBRDKAFKA the library of that architecture, BUN the Bun executable to put redkite into where it is not
 * the one that runs this. Beside the binary lies OUTFILE.inputs.json: the files that went in, from which the notices are made.
 */
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { BunPlugin } from 'bun'
import { leftOut } from './left-out.ts'

const targets = { x86_64: 'bun-linux-x64', aarch64: 'bun-linux-arm64' } as const

const { positionals } = parseArgs({ allowPositionals: true })
const [arch, library, outfile, bun] = positionals
if ((arch !== 'x86_64' && arch !== 'aarch64') || library === undefined || outfile === undefined) {
  console.error('usage: bun packaging/compile.ts x86_64|aarch64 LIBRDKAFKA OUTFILE [BUN]')
  process.exit(64)
}

// Put in place in one step: a binary that runs cannot be written to, and one half written cannot be run.
const building = mkdtempSync(join(dirname(outfile), '.compile-'))
process.on('exit', () => rmSync(building, { recursive: true }))
const built = join(building, basename(outfile))
const result = await Bun.build({
  entrypoints: ['src/main.ts'],
  target: 'bun',
  minify: true,
  // Parsed at build time: with the SDK loaded, the program starts in 95 ms instead of 215.
  bytecode: true,
  format: 'esm',
  // Bun would write this machine's folder for it. What asks for it (grpc-js, for debugging services nobody starts) finds no file either way.
  define: { __dirname: '"/"' },
  metafile: true,
  compile: {
    target: targets[arch],
    outfile: built,
    ...(bun === undefined ? {} : { executablePath: bun }),
    // A .env, bunfig.toml or tsconfig.json in the folder where redkite is started is not redkite's.
    autoloadDotenv: false,
    autoloadBunfig: false,
    autoloadTsconfig: false,
    autoloadPackageJson: false,
  },
  plugins: [ofThisTarget(library), leftOut],
})
renameSync(built, outfile)
const inputs = Object.keys(result.metafile?.inputs ?? {}).sort()
await Bun.write(`${outfile}.inputs.json`, `${JSON.stringify(inputs, undefined, 1)}\n`)
console.log(`${outfile}: redkite for ${arch}, ${(Bun.file(outfile).size / 1e6).toFixed(1)} MB`)

/** The sources import the library of the machine that builds; the binary gets that of the machine it is for. */
function ofThisTarget(path: string): BunPlugin {
  return {
    name: 'librdkafka of the target',
    setup: (build) => void build.onResolve({ filter: /\/librdkafka\.so$/ }, () => ({ path })),
  }
}
