/** Waits for what comes of itself, and says what it waited for when it does not come. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, deadlineMs = 60_000): Promise<void> {
  const end = performance.now() + deadlineMs
  for (let times = 1; !(await holds()); times++) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    // What this process does itself comes at once, what another one does takes its time.
    await Bun.sleep(Math.min(50, 5 * times))
  }
}
