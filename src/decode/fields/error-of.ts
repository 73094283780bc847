import { failure, type RedkiteError } from '../../errors/errors.ts'
import { levelsMax } from '../json/skip.ts'
import { messageLevelsMax } from '../protobuf/wire.ts'
import { emptyItemsMax, textBytesMax } from './json-text.ts'
import { fault, trouble } from './trouble.ts'

/** The error of a fault, for a record that lies from `start` to `end`. */
export function errorOf(
  why: number,
  start: number,
  end: number,
  code: 'RECORD_NOT_AVRO' | 'RECORD_NOT_PROTOBUF',
): RedkiteError {
  // A default of the schema lies nowhere.
  const position = Math.max(0, Math.min(trouble.at, end) - start)
  const { field } = trouble
  trouble.field = undefined
  switch (why) {
    case fault.unfit:
      return trouble.error!
    case fault.tooDeep:
      return failure('RECORD_TOO_DEEP', code === 'RECORD_NOT_PROTOBUF' ? messageLevelsMax : levelsMax)
    case fault.notUtf8:
      return failure('NESTED_NOT_UTF8', position, field)
    case fault.notFinite:
      return failure('NESTED_NOT_FINITE', position, field)
    case fault.tooLarge:
      return failure('NESTED_TOO_LARGE', textBytesMax, field)
    case fault.tooMany:
      return failure('NESTED_TOO_MANY', emptyItemsMax, field)
    default:
      return failure(code, position, end - start)
  }
}
