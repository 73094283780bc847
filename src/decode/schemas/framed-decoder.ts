import type { ColumnBatch } from '../../columns/batch.ts'
import type { RedkiteError } from '../../errors/errors.ts'
import type { Arena } from '../../kafka/arena.ts'
import type { RowDecoder } from '../decoder.ts'
import { addIgnored, type IgnoredNames, nothingIgnored } from '../ignored-names.ts'
import type { Framed } from './framed.ts'

/** Reads records whose schema is in a registry: each by the plan of the schema that it names. */
export class FramedDecoder implements RowDecoder {
  readonly #framed: Framed<RowDecoder>
  /** Of plans that are no longer kept. */
  #retired = nothingIgnored
  #refusedBy: { failure(): RedkiteError }

  constructor(framed: Framed<RowDecoder>) {
    this.#framed = framed
    this.#refusedBy = framed
    framed.cache.onRetired = ({ plans }) => {
      this.#retired = addIgnored([this.#retired, ...Array.from(plans, (plan) => plan.ignoredNames())])
    }
  }

  get wantsDetails(): boolean {
    return this.#framed.wantsHeaders
  }

  turnTo(arena: Arena, row: number): number {
    this.#framed.turnTo(arena.headers[row] ?? [])
    return 0
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    const at = this.#framed.locate(bytes, start, end)
    if (at < 0) {
      this.#refusedBy = this.#framed
      return at
    }
    const { plan } = this.#framed
    this.#refusedBy = plan
    return plan.decode(bytes, at, end, batch)
  }

  failure(): RedkiteError {
    return this.#refusedBy.failure()
  }

  waiting(): Promise<void> {
    return this.#framed.cache.waiting()
  }

  ignoredNames(): IgnoredNames {
    const parts = [this.#retired]
    for (const { plans } of this.#framed.cache.values()) for (const plan of plans) parts.push(plan.ignoredNames())
    return addIgnored(parts)
  }
}
