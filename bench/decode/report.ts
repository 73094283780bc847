import { print } from '../table.ts'
import type { MeasuredDecode } from './measure.ts'

const whole = (value: number) => Math.round(value).toLocaleString('en-US')

export function printDecode({ rows, simdjson }: MeasuredDecode): void {
  print(
    `decode alone, from bytes in memory, one core (simdjson ${simdjson}, on demand)`,
    ['records', 'bytes', 'redkite', '', 'JSON.parse + set', '', 'simdjson', '', 'of simdjson'],
    rows.map(({ workload, recordBytes, recordsPerSecond: records, megabytesPerSecond: megabytes }) => [
      workload,
      recordBytes,
      ...(['redkite', 'JSON.parse', 'simdjson'] as const).flatMap((one) => [
        `${whole(records[one])}/s`,
        `${megabytes[one].toFixed(0)} MB/s`,
      ]),
      (records.redkite / records.simdjson).toFixed(2),
    ]),
  )
}
