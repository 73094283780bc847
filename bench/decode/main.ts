/** `bun bench/decode/main.ts`: the decode tables of `make bench` alone. */
import { measureDecode } from './measure.ts'
import { printFormats } from './measure-formats.ts'
import { printDecode } from './report.ts'

printDecode(await measureDecode())
await printFormats()
