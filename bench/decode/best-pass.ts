/** The shortest of so many passes, in milliseconds. */
export function bestPassMs(passes: number, pass: () => void): number {
  let best = Infinity
  for (let i = 0; i < passes; i++) {
    const start = performance.now()
    pass()
    best = Math.min(best, performance.now() - start)
  }
  return best
}
