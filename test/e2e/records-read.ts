import { until } from './until.ts'

/** Waits until the sinks of a run with `--http ADDRESS` have taken so many records from Kafka: its log does not say so. */
export function untilRead(address: string, records: number): Promise<void> {
  return until(`${records} records are read`, async () => {
    const answer = await fetch(`http://${address}/status`).catch(() => undefined)
    if (answer === undefined) return false
    const { sinks } = (await answer.json()) as { sinks: { counts: { records: number } }[] }
    return sinks.reduce((sum, { counts }) => sum + counts.records, 0) >= records
  })
}
