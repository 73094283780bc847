/**
 * The error that a request ends with. `expect(…).rejects` will not do here: Bun runs the event loop inside of it, without the ticks in which
 * the stand-in, a server of the same process, sends some of its answers.
 */
export async function refusal(request: Promise<unknown>): Promise<Error> {
  const outcome = await request.then(
    () => undefined,
    (error: Error) => error,
  )
  if (!outcome) throw new Error('the request was not refused')
  return outcome
}
