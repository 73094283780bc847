/**
 * Writes THIRD-PARTY.md: what of others is inside the binary, with the texts of the licences.
 *
 * The list is not kept by hand. The npm packages are those the last build put in (`dist/redkite.inputs.json`); the C libraries' texts were
 * taken from their sources when librdkafka was built; what Bun contains is in notices/bun.md.
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type BundledPackage, bundledPackages } from './notices/bundled.ts'

const native = [
  {
    file: 'librdkafka',
    title:
      'librdkafka, and what it contains (cJSON, crc32c, fnv1a, lz4, murmur2, nanopb, OpenTelemetry protocols, snappy, tinycthread…)',
  },
  { file: 'openssl', title: 'OpenSSL' },
  { file: 'curl', title: 'curl' },
  { file: 'zlib', title: 'zlib' },
  { file: 'zstd', title: 'zstd' },
  { file: 'zig', title: "Zig's compiler runtime" },
]

const licenses = join(dirname(realpathSync('.cache/librdkafka/librdkafka.so')), 'licenses')
const quoted = (text: string) => `\`\`\`text\n${text.replaceAll('\r', '').trim()}\n\`\`\`\n`

const unnamed = readdirSync(licenses).filter((name) => !native.some(({ file }) => `${file}.txt` === name))
if (unnamed.length > 0) throw new Error(`packaging/notices.ts does not know ${unnamed.join(', ')} in ${licenses}`)

const sections = [
  `# What of others is inside redkite\n\nMade by \`make notices\` from what the build puts into the binary. redkite's own licence is in the file LICENSE.\n`,
  `## Bun ${Bun.version}\n\n${readFileSync('packaging/notices/bun.md', 'utf8')}`,
  ...native.map(({ file, title }) => `## ${title}\n\n${quoted(readFileSync(join(licenses, `${file}.txt`), 'utf8'))}`),
  ...bundledPackages().map(npmSection),
]
await Bun.write('THIRD-PARTY.md', sections.join('\n'))

function npmSection({ name, version, license, folder }: BundledPackage): string {
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(basename(file)))
  const body =
    texts.length === 0
      ? `The package carries no licence text; its package.json says ${license}.\n`
      : texts.map((file) => quoted(readFileSync(join(folder, file), 'utf8'))).join('\n')
  return `## ${name} ${version} (${license})\n\n${body}`
}
