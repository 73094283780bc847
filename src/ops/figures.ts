/** Figures as a person reads them, and the one line that holds them, as wide as there is room. */

export interface Figures {
  readonly rows: number
  readonly rowsPerSecond: number
  /** Undefined while it is not known. */
  readonly lag: number | undefined
  /** Undefined for a run without end. */
  readonly goal: number | undefined
}

const barChars = 24

/** A bar where there is a goal, figures alone where the run has no end; what matters least goes first when the line has no room. */
export function figuresLine(figures: Figures, widthMax?: number): string {
  const { goal, lag, rowsPerSecond } = figures
  const rows = plural(figures.rows, 'row')
  const rate = `${count(rowsPerSecond)} rows/s`
  const behind = `lag ${lag === undefined ? '…' : count(lag)}`
  if (widthMax === undefined)
    return [`${rows} written`, rate, lag === undefined ? 'lag not known yet' : behind].join(', ')
  const candidates =
    goal === undefined
      ? [[rows, rate, behind], [rate, behind], [rate]]
      : withGoal(fractionOf(goal, lag), [rows, rate, behind], timeLeft(lag, rowsPerSecond))
  const lines = candidates.map((parts) => parts.filter((part) => part !== '').join(' · '))
  // The last column stays free: a character there makes some terminals begin a new line.
  return lines.find((line) => line.length < widthMax) ?? lines.at(-1)!.slice(0, Math.max(0, widthMax - 1))
}

/** For a verb that reads records up to a goal, where there is no terminal. */
export function readingLine(done: number, goal: number, perSecond: number): string {
  const percent = `${Math.floor(fractionOf(goal, goal - done) * 100)}%`
  const parts = [`read ${count(done)} of ${count(goal)}`, percent, `${count(perSecond)} a second`]
  return [...parts, timeLeft(goal - done, perSecond)].filter((part) => part !== '').join(', ')
}

function withGoal(fraction: number, figures: readonly string[], left: string): string[][] {
  const percent = `${Math.floor(fraction * 100)}%`
  const full = Math.round(fraction * barChars)
  const bar = '█'.repeat(full) + '░'.repeat(barChars - full)
  return [
    [`${bar} ${percent}`, ...figures, left],
    [percent, ...figures, left],
    [percent, ...figures.slice(0, 2), left],
    [percent, figures[0]!, left],
    [percent],
  ]
}

function fractionOf(goal: number, lag: number | undefined): number {
  if (lag === undefined) return 0
  return goal === 0 ? 1 : Math.min(1, Math.max(0, 1 - lag / goal))
}

function timeLeft(lag: number | undefined, rowsPerSecond: number): string {
  return lag === undefined || rowsPerSecond < 1 ? '' : `${duration(lag / rowsPerSecond)} left`
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** A line of a report: what it is, how many, and what there is to say of them. */
export function figure(name: string, value: number, details = ''): string {
  return `  ${name.padEnd(22)}${count(value).padStart(12)}${details === '' ? '' : `  (${details})`}`
}

/** `1 record`, `2,000 records`. */
export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
