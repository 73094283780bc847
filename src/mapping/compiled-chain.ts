import type { TransformOf, TransformSettings } from '../config/transforms.ts'
import { TransformedNames } from './transformed-names.ts'
import { InsertField } from './transforms/insert-field.ts'
import { ReplaceField } from './transforms/replace-field.ts'
import { RegexRouter } from './transforms/routers.ts'

/** What a chain of transforms without conditions comes to for all records alike, as far as that can be said before the first of them. */
export class CompiledChain {
  readonly names = new TransformedNames()
  /** Whether a record without a time is an error. */
  wantsTime = false
  #topicOf: ((topic: string) => string) | undefined
  #keyIsMade = false
  readonly #keySteps: TransformSettings[] = []

  /** Transforms of the record's key, which is small, with what they may ask the record for: they run as ever. */
  get keySteps(): readonly TransformSettings[] {
    return this.#keySteps.some(({ side }) => side === 'key') ? this.#keySteps : []
  }

  /**
   * undefined when a transform of the chain does more.
   *
   * @param readsKeys whether rows take their primary key from records' keys
   */
  static of(transforms: readonly TransformSettings[], readsKeys: boolean): CompiledChain | undefined {
    const chain = new CompiledChain(readsKeys)
    return transforms.every((settings) => chain.#take(settings)) ? chain : undefined
  }

  private constructor(private readonly readsKeys: boolean) {}

  #take(settings: TransformSettings): boolean {
    if (settings.condition !== undefined) return false
    if (settings.side === 'key') return this.#takeKeyStep(settings)
    switch (settings.kind) {
      case 'SetSchemaMetadata':
        return true
      // Nobody looks at headers but predicates, which know which there are.
      case 'InsertHeader':
      case 'DropHeaders':
        return true
      case 'HeaderFrom':
        return settings.values.operation === 'copy' || this.names.leaveOut(settings.values.fields)
      case 'ReplaceField':
        return this.names.replace(new ReplaceField(settings))
      case 'InsertField':
        return this.#insert(new InsertField(settings))
      case 'RegexRouter': {
        const router = new RegexRouter(settings)
        const before = this.#topicOf
        this.#keySteps.push(settings)
        this.#topicOf = (topic) => router.route(before === undefined ? topic : before(topic))
        return true
      }
      case 'TimestampRouter':
        this.#keySteps.push(settings)
        this.wantsTime = true
        return true
      case 'ValueToKey':
        // A key that is made of the value is asked for by nobody while the value is there to be asked.
        this.#keyIsMade = true
        return !this.readsKeys
      default:
        return false
    }
  }

  #insert(step: InsertField): boolean {
    const topicOf = this.#topicOf
    const takesTopic = step.sources.some(([, source]) => source === 'topic')
    if (takesTopic && this.wantsTime) return false
    return this.names.insert(
      step.sources.map(([name, source]) => [
        name,
        source === 'topic' && topicOf !== undefined ? { ofTopic: topicOf } : source,
      ]),
    )
  }

  #takeKeyStep(settings: TransformSettings): boolean {
    if (!this.#keyIsMade) this.#keySteps.push(settings)
    else if (settings.kind === 'ExtractField') return this.#extractFromMade(settings)
    else return settings.kind === 'HoistField'
    return true
  }

  /** The key is an object, so the first such transform finds one; what it takes out of it need be none. */
  #extracted = false
  #extractFromMade({ values }: TransformOf<'ExtractField'>): boolean {
    const takesField = !this.#extracted && values['field.syntax.version'] === 'V1'
    this.#extracted = true
    return takesField
  }
}

/** Give null back as it is, and refuse none. */
const passNull: ReadonlySet<TransformSettings['kind']> = new Set<TransformSettings['kind']>([
  'Cast',
  'DropHeaders',
  'ExtractField',
  'Flatten',
  'InsertField',
  'InsertHeader',
  'RegexRouter',
  'ReplaceField',
  'SetSchemaMetadata',
  'TimestampConverter',
])

/** Whether a tombstone may come to something else by a transform than one that goes through none. */
export function looksAtNull({ kind, side, condition }: TransformSettings): boolean {
  return side === 'key' || !passNull.has(kind) || condition?.predicate.kind === 'RecordIsTombstone'
}
