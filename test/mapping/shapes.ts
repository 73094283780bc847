/** Random chains of transforms that change the shape of records, with records that mostly suit them. Records are latin1 texts of their bytes. */
import type { Random } from '../decode/json/documents.ts'
import { chainLines, predicateLines } from './chain-lines.ts'

interface Step {
  readonly settings: Readonly<Record<string, string>>
  /** Makes the record that the step makes this one of. */
  readonly wrap?: (text: string) => string
}

export interface ShapedChain {
  /** Lines of a sink's file. */
  readonly lines: string
  wrap(row: string): string
}

const strange = ['null', '7', '"x"', '[1]', 'true', '{}', '[{"id":1}]']
const delimiters = ['.', '_', '--']

export class ShapedChains {
  /** What objects the row lies in behind the chain, and what its names are joined by. */
  #around: string[] = []
  #delimiter: string | undefined

  constructor(
    private readonly random: Random,
    /** Writes a record that is an object, mostly. */
    private readonly part: () => string,
  ) {}

  next(names: readonly string[]): ShapedChain {
    const { random } = this
    this.#around = []
    this.#delimiter = undefined
    const steps: Step[] = []
    for (let i = random.below(4); i >= 0; i--) {
      steps.push(random.once(3) ? this.#names(names) : this.#shape(names))
      if (this.#around.length > 0 && random.once(2)) steps.push(this.#out())
    }
    const keys = random.once(4)
      ? ['pk.mode=record_key', 'key.converter=org.apache.kafka.connect.json.JsonConverter', noSchemas]
      : []
    const nulls = random.once(2) ? ['behavior.on.null.values=delete'] : []
    const transforms = chainLines(steps.map(({ settings }) => settings))
    return {
      lines: transforms + predicateLines + [...this.#mapping(names), ...keys, ...nulls, ''].join('\n'),
      wrap: (row) => steps.reduceRight((text, { wrap }) => wrap?.(text) ?? text, row),
    }
  }

  #shape(names: readonly string[]): Step {
    const { random } = this
    switch (random.below(6)) {
      case 0:
      case 1:
        return this.#extract()
      case 2:
      case 3:
        return this.#unwrap(names)
      case 4:
        return this.#hoist()
      default:
        return this.#flatten()
    }
  }

  #extract(): Step {
    const { random } = this
    const path = random.pick([['doc'], ['row'], ['in', 'deep'], ['after']])
    const version: Record<string, string> = path.length > 1 ? { 'field.syntax.version': 'V2' } : {}
    const settings = { type: 'ExtractField$Value', field: path.join('.'), ...version, ...this.#condition() }
    return { settings, wrap: (text) => path.reduceRight((inner, field) => this.#member(field, inner), text) }
  }

  /** An object with this field, or without it, or with something else there. */
  #member(field: string, text: string): string {
    const { random } = this
    const members = [`"other" :${random.pick(strange)}`, ` "${field}": ${text}`]
    if (random.once(25)) members[1] = `"${field}":${random.pick(strange)}`
    if (random.once(40)) members.push(`"${field}":${random.pick(strange)}`)
    if (random.once(40)) members.pop()
    return `{${random.shuffled(members).join(',')}}`
  }

  #unwrap(names: readonly string[]): Step {
    const { random } = this
    const settings: Record<string, string> = { type: 'io.debezium.transforms.ExtractNewRecordState' }
    const mode = random.pick(['', '', 'drop', 'rewrite', 'tombstone', 'rewrite-with-tombstone'])
    if (mode !== '') settings['delete.tombstone.handling.mode'] = mode
    if (random.once(2)) {
      settings['add.fields.prefix'] = random.pick(['', '__'])
      const fields = random.shuffled(['op', 'ts_ms', 'source.ts_ms', 'table', 'transaction.id', 'source.version'])
      const to = () => (random.once(2) ? `:${random.pick(names)}` : '')
      settings['add.fields'] = fields
        .slice(0, 1 + random.below(3))
        .map((field) => field + to())
        .join(',')
    }
    if (random.once(10)) settings['route.by.field'] = 'title'
    return { settings: { ...settings, ...this.#condition() }, wrap: (text) => this.#event(text) }
  }

  #event(after: string): string {
    const { random } = this
    const source = '{"version":"3.0","ts_ms":1709212455123,"table":"orders","name":"shop"}'
    const deleted = random.once(12)
    const members = [
      `"before":${deleted ? after : random.pick(['null', 'null', '{"id":9}', '7'])}`,
      `"after": ${deleted ? 'null' : random.once(40) ? random.pick(strange) : after}`,
      `"source":${random.once(15) ? random.pick(['null', '7', '{}', '{"table":null}']) : source}`,
      `"op":${random.pick(['"c"', '"u"', '"r"', 'null', '17'])}`,
      '"ts_ms":1709212455999',
      `"transaction": ${random.pick(['null', 'null', '{"id":"5","total_order":1}'])}`,
    ]
    const left = members.filter(() => !random.once(40))
    if (random.once(40))
      left.push(random.pick(['"after":{"id":3}', '"op":"d"', '"before":{}', '"id":5', '"source":{}']))
    return `{${(random.once(3) ? random.shuffled(left) : left).join(' , ')}}`
  }

  #hoist(): Step {
    const field = this.random.pick(['h', 'doc', 'title'])
    this.#around.unshift(field)
    return { settings: { type: 'HoistField$Value', field, ...this.#condition() } }
  }

  /** Out of what was hoisted last. */
  #out(): Step {
    return { settings: { type: 'ExtractField$Value', field: this.#around.shift()! } }
  }

  #flatten(): Step {
    const { random } = this
    const delimiter = random.pick(delimiters)
    this.#delimiter ??= delimiter
    this.#around = []
    const settings = { type: 'Flatten$Value', delimiter, ...this.#condition() }
    return { settings, wrap: (text) => this.#deepen(text, delimiter) }
  }

  /** With objects inside, and sometimes names that look as if they were. */
  #deepen(text: string, delimiter: string): string {
    const { random, part } = this
    const inside = [
      `"doc":${random.once(30) ? random.pick(strange) : part()}`,
      random.once(3) ? '' : `"in" : {"deep":${part()} , "other":{} } `,
      random.once(15) ? `"doc${delimiter}title":"joined"` : '',
      random.once(30) ? '"doc":{"id":5}' : '',
      random.once(40) ? '"":{"title":"nameless"}' : '',
      random.once(20) ? `"x":${'{"y":'.repeat(5)}[{"z":1}]${'}'.repeat(5)}` : '',
    ].filter((each) => each !== '')
    const brace = text.indexOf('{') + 1
    if (brace === 0) return text
    const separator = /^\s*\}/.test(text.slice(brace)) ? '' : ','
    return `${text.slice(0, brace)}${random.shuffled(inside).join(',')}${separator}${text.slice(brace)}`
  }

  /** Looks at names alone. */
  #names(names: readonly string[]): Step {
    const { random } = this
    const name = random.pick(names)
    const d = this.#delimiter ?? '.'
    return {
      settings: {
        ...random.pick([
          {
            type: 'ReplaceField$Value',
            renames: `${random.pick(['unknown', `doc${d}${name}`])}:${name}`,
            exclude: name,
          },
          { type: 'ReplaceField$Value', exclude: `color,${name}` },
          { type: 'InsertField$Value', 'topic.field': name, 'offset.field': random.pick(['unknown', 'count']) },
          { type: 'InsertField$Value', 'static.field': `in${d}deep${d}note`, 'static.value': 'new' },
          { type: 'Cast$Value', spec: `${name}:string` },
          { type: 'MaskField$Value', fields: `${name},doc${d}${name}` },
          { type: 'HeaderFrom$Value', fields: name, headers: 'trace', operation: 'move' },
          { type: 'ValueToKey', fields: 'id' },
          { type: 'RegexRouter', regex: 'shop(.*)', replacement: 'made$1' },
        ]),
        ...this.#condition(),
      },
    }
  }

  #condition(): Record<string, string> {
    const { random } = this
    if (!random.once(12)) return {}
    return { predicate: random.pick(['header', 'topic', 'tombstone']), negate: random.pick(['true', 'false']) }
  }

  #mapping(names: readonly string[]): readonly string[] {
    const { random } = this
    if (this.#around.length === 0 && random.once(3)) return []
    const joint = this.#delimiter ?? '.'
    const quote = this.#delimiter === undefined ? '' : '`'
    const pairs = names.flatMap((name) => {
      if (this.#around.length === 0 && random.once(2)) return []
      const inside = random.pick([name, name, name, `doc${joint}${name}`, `in${joint}deep${joint}${name}`])
      return [`${name}:${[...this.#around, `${quote}${inside}${quote}`].join('.')}`]
    })
    return pairs.length === 0 ? [] : [`field.mapping=${pairs.join(',')}`]
  }
}

const noSchemas = 'key.converter.schemas.enable=false'
