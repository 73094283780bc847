/** Runs in every `bun test` process: stops the shared servers after the last test, and on Ctrl-C. */
import { afterAll } from 'bun:test'
import { serverTimeoutMs, stopShared } from './shared.ts'

afterAll(stopShared, serverTimeoutMs)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void stopShared().finally(() => process.exit(130))
  })
}
