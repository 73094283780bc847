/** `--sweep`: which settings are tried, and which of them to recommend. Pure. */

/** Settings of the sink's file that a sweep is over; undefined is redkite's own. */
export interface Cell {
  readonly batchRows: number | undefined
  readonly batchBytes: number | undefined
  readonly inFlight: number | undefined
}

export interface GridOptions {
  readonly batchRows: readonly number[]
  readonly batchBytes: readonly number[]
  readonly inFlight: readonly number[]
  readonly isSweep: boolean
}

/** Around redkite's own 2 MiB and 4 requests: what makes a difference in one direction or the other. */
const sweptBytes = [512 * 1024, 1024 * 1024, 2 * 1024 * 1024, 4 * 1024 * 1024]
const sweptInFlight = [1, 2, 4, 8]

/** Undefined where several values are given and nobody asked for a sweep. */
export function gridOf({ batchRows, batchBytes, inFlight, isSweep }: GridOptions): readonly Cell[] | undefined {
  const isMany = [batchRows, batchBytes, inFlight].some((values) => values.length > 1)
  if (isMany && !isSweep) return undefined
  // Batches are cut by whichever limit is reached first; who names one of them sweeps that one.
  const sweepsBytes = isSweep && batchRows.length === 0 && batchBytes.length === 0
  const bytes = sweepsBytes ? sweptBytes : orUnset(batchBytes)
  const flights = isSweep && inFlight.length === 0 ? sweptInFlight : orUnset(inFlight)
  return orUnset(batchRows).flatMap((rows) =>
    bytes.flatMap((size) => flights.map((count) => ({ batchRows: rows, batchBytes: size, inFlight: count }))),
  )
}

function orUnset(values: readonly number[]): readonly (number | undefined)[] {
  return values.length === 0 ? [undefined] : values
}

/** As one setting takes them: `1000`, `512k`, `2m`; `1,2,4` for several. Undefined: it is none of these. */
export function listOf(text: string): readonly number[] | undefined {
  const values = text.split(',').map((part) => {
    const [, digits, unit] = /^(\d{1,9})([km]?)$/i.exec(part.trim()) ?? []
    const scale = unit?.toLowerCase() === 'k' ? 1024 : unit?.toLowerCase() === 'm' ? 1024 * 1024 : 1
    return digits === undefined ? Number.NaN : Number(digits) * scale
  })
  return values.every((value) => value > 0) ? values : undefined
}

export interface Measured {
  readonly cell: Cell
  readonly rowsPerSecond: number
  /** A request's, at the 99th percentile. */
  readonly p99Ms: number
}

/** Runs differ by as much when nothing has changed. */
const asFast = 0.95

/** Of the settings that are as fast as the fastest, the one whose requests are answered soonest: more in flight only wait longer. */
export function recommended<M extends Measured>(measured: readonly M[]): M | undefined {
  const best = Math.max(...measured.map(({ rowsPerSecond }) => rowsPerSecond))
  const good = measured.filter(({ rowsPerSecond }) => rowsPerSecond >= best * asFast)
  return good.length === 0 ? undefined : good.reduce((one, other) => (other.p99Ms < one.p99Ms ? other : one))
}

/** Lines for the sink's file. */
export function propertiesOf({ batchRows, batchBytes, inFlight }: Cell): readonly string[] {
  return [
    ...(batchRows === undefined ? [] : [`batch.size=${batchRows}`]),
    ...(batchBytes === undefined ? [] : [`batch.bytes=${batchBytes}`]),
    ...(inFlight === undefined ? [] : [`max.in.flight.requests=${inFlight}`]),
  ]
}
