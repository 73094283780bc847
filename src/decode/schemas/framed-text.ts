import type { RedkiteError } from '../../errors/errors.ts'
import type { Header } from '../../kafka/header.ts'
import type { RecordText } from '../record-text.ts'
import type { Framed } from './framed.ts'

/** Records whose schema is in a registry as JSON text: for keys, and for transforms. `write` may answer `waits`; then see `waiting`. */
export class FramedText implements RecordText {
  readonly #framed: Framed<RecordText>
  #refusedBy: { failure(): RedkiteError }

  constructor(framed: Framed<RecordText>) {
    this.#framed = framed
    this.#refusedBy = framed
  }

  get wantsHeaders(): boolean {
    return this.#framed.wantsHeaders
  }

  turnTo(headers: readonly Header[]): void {
    this.#framed.turnTo(headers)
  }

  write(bytes: Uint8Array, start: number, end: number): number {
    const at = this.#framed.locate(bytes, start, end)
    if (at < 0) {
      this.#refusedBy = this.#framed
      return at
    }
    const { plan } = this.#framed
    this.#refusedBy = plan
    return plan.write(bytes, at, end)
  }

  get bytes(): Uint8Array {
    return this.#framed.plan.bytes
  }

  get length(): number {
    return this.#framed.plan.length
  }

  failure(): RedkiteError {
    return this.#refusedBy.failure()
  }

  waiting(): Promise<void> {
    return this.#framed.cache.waiting()
  }
}
