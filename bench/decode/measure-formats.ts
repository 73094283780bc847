import { join } from 'node:path'
import type { Cell } from '../table.ts'
import { formatNames, formatWorkload } from './formats.ts'
import { run } from './run.ts'

/** Each format beside JSON, beside its library, and beside a bare copy of the record, in turns so that all see the same machine. */
const turns = 3
const passes = 40
const ways = ['redkite', 'encode', 'library', 'copy'] as const

export const formatsHead = [
  ...['768-d records', 'bytes', 'redkite', 'of JSON', 'library', 'of library', 'bare copy'],
  ...['decode + encode', 'of vectors'],
]

export async function measureFormats(): Promise<Cell[][]> {
  const best = new Map<string, number>()
  for (let turn = 0; turn < turns; turn++) {
    for (const format of formatNames) {
      for (const way of ways) {
        const program = join(import.meta.dir, 'format-contender.ts')
        const ms = Number(await run([process.execPath, program, way, format, String(passes)], import.meta.dir))
        best.set(`${way} ${format}`, Math.min(ms, best.get(`${way} ${format}`) ?? Infinity))
      }
    }
  }
  return formatNames.map((format) => {
    const { starts, schema } = formatWorkload(format)
    const records = starts.length - 1
    const [redkite, encode, library, copy] = ways.map((way) => best.get(`${way} ${format}`)!) as [
      number,
      number,
      number,
      number,
    ]
    const perSecond = (ms: number) => `${Math.round((records / ms) * 1e3).toLocaleString('en-US')}/s`
    const vectorBytes = records * 4 * schema.fields.find((field) => field.dim !== undefined)!.dim!
    return [
      format,
      Math.round(starts[records]! / records),
      perSecond(redkite),
      `${(best.get('redkite JSON')! / redkite).toFixed(1)} ×`,
      perSecond(library),
      `${(library / redkite).toFixed(1)} ×`,
      perSecond(copy),
      perSecond(encode),
      `${(vectorBytes / encode / 1e6).toFixed(2)} GB/s`,
    ]
  })
}
