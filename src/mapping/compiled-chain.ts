import type { TransformOf, TransformSettings } from '../config/transforms.ts'
import { RowShape } from './row-shape.ts'
import type { TransformedNames } from './transformed-names.ts'
import { Cast } from './transforms/cast.ts'
import { ExtractField } from './transforms/extract-field.ts'
import { ExtractNewRecordState } from './transforms/extract-new-record-state.ts'
import { InsertField } from './transforms/insert-field.ts'
import { MaskField } from './transforms/mask-field.ts'
import { ReplaceField } from './transforms/replace-field.ts'
import { isRouter, RegexRouter } from './transforms/routers.ts'
import { TimestampConverter } from './transforms/timestamp-converter.ts'

/** What the chain does to the values of a few fields. */
export interface ValueChanges {
  /** Fields of the record. */
  readonly names: readonly string[]
  /** Names that they have behind the chain. */
  readonly behind: readonly string[]
  /** For a record of these fields alone. */
  readonly steps: readonly TransformSettings[]
  /** Whether record keys are made of them, and asked for. */
  readonly makesKey: boolean
}

/** What a chain of transforms without conditions comes to for all records alike, as far as that can be said before the first of them. */
export class CompiledChain {
  readonly shape = new RowShape()
  /** Whether a record without a time is another case. */
  wantsTime = false
  #topicOf: ((topic: string) => string) | undefined
  #topicHasTime = false
  #keyIsMade = false
  #keyIsExtracted = false
  readonly #steps: TransformSettings[] = []
  readonly #keySteps: TransformSettings[] = []

  /** What the fields of the row become. */
  get names(): TransformedNames {
    return this.shape.names
  }

  /** Transforms of the record's key, which is small, with what they may ask the record for: they run as ever. */
  get keySteps(): readonly TransformSettings[] {
    return this.#makesKey || !this.#keySteps.some(({ side }) => side === 'key') ? [] : this.#keySteps
  }

  /** undefined where the chain looks at names alone. */
  get changes(): ValueChanges | undefined {
    const { entangled } = this.names
    if (entangled === undefined) return undefined
    const makesKey = this.#makesKey
    const steps = this.#steps.filter(({ kind, side }) => {
      if (kind === 'InsertHeader' || kind === 'DropHeaders' || kind === 'SetSchemaMetadata') return false
      return makesKey || (side !== 'key' && kind !== 'TimestampRouter')
    })
    return { names: [...entangled.before], behind: [...entangled.behind], steps, makesKey }
  }

  get #makesKey(): boolean {
    return this.readsKeys && this.#keyIsMade
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
    if (!shapers.has(settings.kind) || settings.side === 'key') this.#steps.push(settings)
    if (settings.side === 'key') return this.#takeKeyStep(settings)
    // Of an object around the row there is nothing but the row to take.
    if (this.shape.around.length > 0 && namesFields.has(settings.kind)) return false
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
      case 'ExtractField':
        return this.#reshape((shape) => shape.extract(new ExtractField(settings).path))
      case 'HoistField':
        return this.shape.hoist(settings.values.field)
      case 'Flatten':
        return this.#reshape((shape) => shape.flatten(settings.values.delimiter))
      case 'ExtractNewRecordState':
        return this.#reshape((shape) => shape.unwrap(new ExtractNewRecordState(settings)))
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
        this.#topicHasTime = true
        return true
      case 'ValueToKey':
        // A key that is made of the value is asked for by nobody while the value is there to be asked.
        this.#keyIsMade = true
        return !this.readsKeys || this.names.look(settings.values.fields)
      case 'Cast': {
        const { casts } = new Cast(settings)
        return casts.size > 0 && this.names.look([...casts.keys()])
      }
      case 'MaskField':
        return this.names.look([...new MaskField(settings).fields])
      case 'TimestampConverter': {
        const { field } = new TimestampConverter(settings)
        return field !== undefined && this.names.look([field])
      }
      default:
        return false
    }
  }

  /** What was done to fields before is done: of the values behind them nobody knows. */
  #reshape(change: (shape: RowShape) => boolean): boolean {
    const { names } = this
    if (names.hasLooked || !change(this.shape)) return false
    if (this.names === names) return true
    const others = this.#steps.filter((step) => step.side === 'key' || isRouter(step))
    this.#steps.splice(0, Infinity, ...others)
    return true
  }

  #insert(step: InsertField): boolean {
    const topicOf = this.#topicOf
    const takesTopic = step.sources.some(([, source]) => source === 'topic')
    if (takesTopic && this.#topicHasTime) return false
    if (step.sources.some(([, source]) => source === 'timestamp')) this.wantsTime = true
    return this.names.insert(
      step.sources.map(([name, source]) => [
        name,
        source === 'topic' && topicOf !== undefined ? { ofTopic: topicOf } : source,
      ]),
    )
  }

  #takeKeyStep(settings: TransformSettings): boolean {
    if (settings.kind === 'InsertField' && settings.values['timestamp.field'] !== undefined) this.wantsTime = true
    if (!this.#keyIsMade || this.readsKeys) this.#keySteps.push(settings)
    else if (settings.kind === 'ExtractField') return this.#extractFromMade(settings)
    else return settings.kind === 'HoistField'
    return true
  }

  /** The key is an object, so the first such transform finds one; what it takes out of it need be none. */
  #extractFromMade({ values }: TransformOf<'ExtractField'>): boolean {
    const takesField = !this.#keyIsExtracted && values['field.syntax.version'] === 'V1'
    this.#keyIsExtracted = true
    return takesField
  }
}

/** Change where fields are, and no field. */
const shapers: ReadonlySet<TransformSettings['kind']> = new Set<TransformSettings['kind']>([
  'ExtractField',
  'ExtractNewRecordState',
  'Flatten',
  'HoistField',
])

/** Name fields. */
const namesFields: ReadonlySet<TransformSettings['kind']> = new Set<TransformSettings['kind']>([
  'Cast',
  'HeaderFrom',
  'InsertField',
  'MaskField',
  'ReplaceField',
  'TimestampConverter',
  'ValueToKey',
])

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
