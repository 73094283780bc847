import { join } from 'node:path'
import { run } from '../run.ts'
import { type Cell, print } from '../table.ts'
import { formatNames, formatWorkload } from './formats.ts'

/** Each format beside JSON, beside its library, and beside a bare copy of the record, in turns so that all see the same machine. */
const turns = 3
const passes = 40
const ways = ['redkite', 'encode', 'library', 'copy'] as const

const head = [
  ...['768-d records', 'bytes', 'redkite', 'of JSON', 'library', 'of library', 'bare copy'],
  ...['decode + encode', 'of vectors'],
]

export async function printFormats(): Promise<void> {
  const title = 'every format, decode alone: beside JSON, beside its library, and beside a bare copy of its records'
  print(title, head, await measureFormats())
}

async function measureFormats(): Promise<Cell[][]> {
  const best = new Map<string, number>()
  for (let turn = 0; turn < turns; turn++) {
    for (const format of formatNames) {
      for (const way of ways) {
        const program = join(import.meta.dir, 'format-contender.ts')
        const ms = Number(await run([process.execPath, program, way, format, String(passes)]))
        best.set(`${way} ${format}`, Math.min(ms, best.get(`${way} ${format}`) ?? Infinity))
      }
    }
  }
  return formatNames.map((format) => {
    const { starts, schema } = formatWorkload(format)
    const records = starts.length - 1
    const bestOf = (way: (typeof ways)[number]) => best.get(`${way} ${format}`)!
    const redkite = bestOf('redkite')
    const library = bestOf('library')
    const encode = bestOf('encode')
    const perSecond = (ms: number) => `${Math.round((records / ms) * 1e3).toLocaleString('en-US')}/s`
    const vectorBytes = records * 4 * schema.fields.find((field) => field.dim !== undefined)!.dim!
    return [
      format,
      Math.round(starts[records]! / records),
      perSecond(redkite),
      `${(best.get('redkite JSON')! / redkite).toFixed(1)} ×`,
      perSecond(library),
      `${(library / redkite).toFixed(1)} ×`,
      perSecond(bestOf('copy')),
      perSecond(encode),
      `${(vectorBytes / encode / 1e6).toFixed(2)} GB/s`,
    ]
  })
}
