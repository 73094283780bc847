import { join } from 'node:path'
import { print } from '../table.ts'
import { type Contender, measureDecode } from './measure.ts'
import { formatsHead, measureFormats } from './measure-formats.ts'

/** `bun bench/decode/main.ts`: prints the decode table. */
const contenders: Contender[] = ['redkite', 'JSON.parse', 'simdjson']
const { rows, simdjson } = await measureDecode(join(import.meta.dir, '..', '..', '.cache', 'bench'))

console.log(`decode alone, one core, Bun ${Bun.version}, simdjson ${simdjson} on demand (g++ -O3); best of all passes`)
console.log(
  [
    'records'.padEnd(18),
    'bytes'.padStart(7),
    ...contenders.map((name) => name.padStart(26)),
    'ours/simdjson'.padStart(15),
  ].join(''),
)
for (const row of rows) {
  const cells = contenders.map((name) => {
    const records = Math.round(row.recordsPerSecond[name]).toLocaleString('en-US')
    return `${records}/s ${row.megabytesPerSecond[name].toFixed(0).padStart(5)} MB/s`.padStart(26)
  })
  const ratio = row.recordsPerSecond.redkite / row.recordsPerSecond.simdjson
  console.log(
    [row.workload.padEnd(18), String(row.recordBytes).padStart(7), ...cells, ratio.toFixed(2).padStart(15)].join(''),
  )
}

print('every format, decode alone', formatsHead, await measureFormats())
