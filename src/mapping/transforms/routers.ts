import type { TransformOf, TransformSettings } from '../../config/transforms.ts'
import { failure } from '../../errors/errors.ts'
import type { JavaDateFormat } from '../java/date-format.ts'
import { JavaPattern, NotInJavaScript, type Replacement } from '../java/regex.ts'
import { type MappedRecord, Unfit } from '../record.ts'
import type { Transform } from '../transform.ts'
import { readFormat } from './timestamp-converter.ts'

/** Whether it gives records another topic, and changes nothing else. */
export function isRouter({ kind }: TransformSettings): boolean {
  return kind === 'RegexRouter' || kind === 'TimestampRouter'
}

/** Gives the record another topic, which says what collection it goes to. */
export class RegexRouter implements Transform {
  private readonly pattern: JavaPattern
  private readonly replacement: Replacement
  /** Topics are few. */
  private readonly known = new Map<string, string>()

  constructor({ name, at, values }: TransformOf<'RegexRouter'>) {
    const { regex, replacement } = values
    this.pattern = readPattern(regex, at, `transforms.${name}.regex`)
    this.replacement = orInvalid(() => this.pattern.replacement(replacement), at, `transforms.${name}.replacement`)
  }

  apply(record: MappedRecord): boolean {
    record.topic = this.route(record.topic)
    return true
  }

  /** The topic that records of this one have behind the transform. */
  route(topic: string): string {
    let routed = this.known.get(topic)
    if (routed === undefined) {
      routed = this.pattern.replace(topic, this.replacement) ?? topic
      if (this.known.size < topicsMax) this.known.set(topic, routed)
    }
    return routed
  }
}

/** Names that another router made may be without number. */
const topicsMax = 10_000

/** Puts the record's time, in UTC, into its topic. */
export class TimestampRouter implements Transform {
  private readonly topicFormat: string
  private readonly format: JavaDateFormat

  constructor({ name, at, values }: TransformOf<'TimestampRouter'>) {
    this.topicFormat = values['topic.format']
    this.format = readFormat(values['timestamp.format'], at, `transforms.${name}.timestamp.format`)
  }

  apply(record: MappedRecord): boolean {
    if (record.timestampMs === undefined) throw new Unfit('the record has no timestamp')
    const timestamp = this.format.format(record.timestampMs)
    record.topic = this.topicFormat.replaceAll(/\$\{(topic|timestamp)\}/gi, (_, what: string) =>
      what.toLowerCase() === 'topic' ? record.topic : timestamp,
    )
    return true
  }
}

/** Throws VALUE_INVALID. */
export function readPattern(regex: string, at: string, key: string): JavaPattern {
  return orInvalid(() => new JavaPattern(regex), at, key)
}

function orInvalid<T>(read: () => T, at: string, key: string): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof NotInJavaScript)) throw error
    throw failure('VALUE_INVALID', at, key, error.message, 'what is there')
  }
}
