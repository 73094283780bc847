import type { Header } from '../../kafka/header.ts'
import type { IgnoredFields } from '../fields/ignored-fields.ts'
import type { RowFields } from '../fields/row-fields.ts'
import type { Target } from '../fields/target.ts'
import { HeaderField } from './header-field.ts'

/** Header names that are looked up once; producers that put data into the names of headers are without number. */
const namesMax = 256

/** The fields of a row that come in headers, and the headers that are no field: those are counted, since tracing and the like are no part of the row. */
export class HeaderFields {
  private readonly fields: readonly HeaderField[]
  private readonly known = new Map<string, HeaderField | { count: number }>()
  private readonly rest: { count: number }

  constructor(
    private readonly rowFields: RowFields,
    targets: readonly Target[],
    private readonly ignored: IgnoredFields,
  ) {
    this.fields = targets.map((target) => new HeaderField(target))
    this.rest = ignored.add('(headers of other names)')
  }

  /** Puts them into the row; 0 or a fault. */
  put(headers: readonly Header[]): number {
    for (const field of this.fields) field.begin()
    for (const { name, value } of headers) {
      const met = this.known.get(name) ?? this.meet(name)
      if (met instanceof HeaderField) met.take(value)
      else met.count++
    }
    for (const field of this.fields) {
      const why = field.finish()
      if (why < 0) return why
    }
    return 0
  }

  private meet(name: string): HeaderField | { count: number } {
    const place = this.rowFields.place(name)
    const field = place.to === 'column' ? this.fields.find(({ target }) => target === place.target) : undefined
    if (field === undefined && this.known.size >= namesMax) return this.rest
    const met = field ?? (place.to === 'dropped' ? { count: 0 } : this.ignored.add(name))
    this.known.set(name, met)
    return met
  }
}
