import type { ColumnBatch } from '../columns/batch.ts'
import type { TransformSettings } from '../config/transforms.ts'
import type { KeyBytes, RecordPlace, RowDecoder } from '../decode/decoder.ts'
import { addIgnored, type IgnoredNames } from '../decode/ignored-names.ts'
import { reason } from '../decode/json/reason.ts'
import type { RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Conditions } from './conditions.ts'

/**
 * Records whose transforms have predicates: one decoder for each set of transforms that records go through, made for the first record that does, and a choice a
 * record by its topic and its headers.
 */
export class ChoosingDecoder implements RowDecoder {
  readonly takesTombstones = true
  readonly wantsDetails: boolean
  private readonly byTransforms = new Map<string, RowDecoder>()
  /** By which headers a record has, of those asked for: of each topic. */
  private readonly byTopic = new Map<string, (RowDecoder | undefined)[]>()
  private topic: string | undefined
  private ofTopic: (RowDecoder | undefined)[] = []
  private chosen: RowDecoder

  /** @param compile makes the decoder of records that go through these transforms, which have no conditions */
  constructor(
    private readonly conditions: Conditions,
    private readonly compile: (transforms: readonly TransformSettings[]) => RowDecoder,
    wantsDetails: boolean,
  ) {
    this.chosen = this.decoderFor('', 0)
    this.wantsDetails = wantsDetails || conditions.headers.length > 0 || this.chosen.wantsDetails === true
  }

  get key(): KeyBytes | undefined {
    return this.chosen.key
  }

  get makesKey(): boolean {
    return this.chosen.makesKey === true
  }

  turnTo(arena: Arena, row: number, place: RecordPlace): number {
    const { topic } = place
    if (topic !== this.topic) {
      this.topic = topic
      this.ofTopic = this.byTopic.get(topic) ?? []
      this.byTopic.set(topic, this.ofTopic)
    }
    const had = this.headersOf(arena, row)
    this.chosen = this.ofTopic[had] ??= this.decoderFor(topic, had)
    const turned = this.chosen.turnTo?.(arena, row, place) ?? 0
    // Said here, before a key is looked for that nobody needs.
    const isTombstone = arena.valueStart[row]! < 0 && this.chosen.takesTombstones !== true
    return turned === 0 && isTombstone ? reason.nullValue : turned
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    return this.chosen.decode(bytes, start, end, batch)
  }

  failure(): RedkiteError {
    return this.chosen.failure()
  }

  waiting(): Promise<void> {
    return this.chosen.waiting!()
  }

  ignoredNames(): IgnoredNames {
    return addIgnored([...this.byTransforms.values()].map((decoder) => decoder.ignoredNames()))
  }

  /** A bit for each header that is asked for. */
  private headersOf(arena: Arena, row: number): number {
    const { headers } = this.conditions
    let had = 0
    if (headers.length === 0) return had
    const given = arena.headers[row]
    if (given === undefined) return had
    for (let i = 0; i < given.length; i++) {
      const at = headers.indexOf(given[i]!.name)
      if (at >= 0) had |= 1 << at
    }
    return had
  }

  private decoderFor(topic: string, had: number): RowDecoder {
    const names = this.conditions.headers.filter((_, at) => ((had >> at) & 1) === 1)
    const held = this.conditions.hold(topic, names)
    const which = held.map(({ name }) => name).join()
    let decoder = this.byTransforms.get(which)
    if (decoder === undefined) {
      decoder = this.compile(held)
      this.byTransforms.set(which, decoder)
    }
    return decoder
  }
}
