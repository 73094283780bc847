/* How figures are written. What is not known yet is a row of dots. */
export const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })
export const count = (value) => (value == null ? '…' : value < 100000 ? whole.format(value) : short.format(value))
export const bytes = (value) =>
  value == null
    ? '…'
    : value < 1000
      ? `${whole.format(value)} B`
      : short.format(value).replace(/[KMBT]$/, (unit) => ` ${({ K: 'k', B: 'G' })[unit] ?? unit}B`)
export const seconds = (ms) =>
  ms == null ? '0 s' : ms < 10000 ? `${(ms / 1000).toFixed(1)} s` : `${whole.format(ms / 1000)} s`
/** What may be less than one. */
export const few = (value) => (value < 10 ? String(Number(value.toFixed(value < 1 ? 2 : 1))) : count(value))
export const milliseconds = (value) => (value == null ? '…' : `${few(value)} ms`)

export const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hourCycle: 'h23' })
