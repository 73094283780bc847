import type { DenseVectorColumn } from '../../columns/dense-vector.ts'
import { misfitError } from '../../columns/misfit.ts'
import type { SparseFloatVectorColumn } from '../../columns/sparse-float-vector.ts'
import { failure } from '../../errors/errors.ts'
import { DataType } from '../../milvus/schema.ts'
import { isVector } from '../fields/fit.ts'
import { JsonText } from '../fields/json-text.ts'
import { putJson } from '../fields/put-json.ts'
import type { Target } from '../fields/target.ts'
import { unfit } from '../fields/trouble.ts'
import { skipValue } from '../json/skip.ts'
import { skipBlanks } from '../json/whitespace.ts'

const scratch = new JsonText()

/**
 * A field that a header brings. Its value is UTF-8 text: of a number or boolean as JSON writes it, of JSON and ARRAY fields (also of structs) JSON itself, of all others
 * the text that they hold. Of a vector it is the bytes. A header that comes twice counts as it came last.
 */
export class HeaderField {
  private value: Uint8Array | null | undefined

  constructor(readonly target: Target) {}

  begin(): void {
    this.value = undefined
  }

  take(value: Uint8Array | null): void {
    this.value = value
  }

  /** Puts it into the row; 0 or a fault. */
  finish(): number {
    const { target, value } = this
    if (value === undefined) return target.putMissing()
    if (value === null) return target.putNull()
    const { field } = target
    if (isVector(field.type)) {
      const why = (target.column as DenseVectorColumn | SparseFloatVectorColumn).putBytes(value, 0, value.length)
      return why < 0 ? unfit(misfitError(field, why)) : 0
    }
    scratch.clear()
    if (isInJson(field.type)) {
      scratch.rawBytes(value, 0, value.length)
      scratch.terminate()
      if (!isJson(scratch)) return unfit(failure('HEADER_NOT_JSON', field.name))
    } else if (scratch.utf8(value, 0, value.length) >= 0) {
      return unfit(failure('HEADER_NOT_UTF8', field.name))
    }
    return putJson(scratch, target)
  }
}

function isInJson(type: number): boolean {
  return type === DataType.Json || type === DataType.Array || type === DataType.ArrayOfStruct
}

/** Whether it is one JSON value and nothing else; what stands around it is fine for the column as well. */
function isJson({ bytes, view, length }: JsonText): boolean {
  const end = skipValue(bytes, view, skipBlanks(bytes, 0), 0)
  return end >= 0 && end === length && bytes[0]! > 32
}
