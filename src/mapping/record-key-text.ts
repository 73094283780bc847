import type { KeyConverterSettings } from '../config/converters.ts'
import { reason } from '../decode/json/reason.ts'
import type { RecordText } from '../decode/record-text.ts'
import { failure, type RedkiteError } from '../errors/errors.ts'
import type { Header } from '../kafka/header.ts'
import { unwrapKeyPayload } from './payload.ts'
import { Text } from './text.ts'
import { Digits, type Value } from './value.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads a record's key as the value that its converter makes of it, for transforms that look at keys. */
export class RecordKeyText {
  private readonly text = new Text()
  private error: RedkiteError | undefined
  /** The last key could not be read yet: its schema is not here. */
  waits = false

  /** @param keyText what writes keys as JSON text where the converter is one with schemas */
  constructor(
    private readonly converter: KeyConverterSettings | undefined,
    private readonly keyText?: RecordText,
  ) {}

  /** Why the last key could not be read. */
  failure(): RedkiteError {
    return this.error ?? failure('KEY_NOT_JSON')
  }

  /** undefined when it cannot be read; a start below 0 is no key. */
  read(bytes: Uint8Array, start: number, end: number, headers: readonly Header[] = []): Value | undefined {
    this.error = undefined
    this.waits = false
    if (start < 0) return null
    const { converter, keyText } = this
    if (keyText !== undefined) {
      keyText.turnTo?.(headers)
      const result = keyText.write(bytes, start, end)
      if (result === 0) return this.text.take(keyText.bytes, 0, keyText.length)
      this.waits = result === reason.waits
      if (!this.waits) this.error = failure('KEY_UNREADABLE', keyText.failure().message)
      return undefined
    }
    switch (converter?.kind) {
      case 'json':
        return this.readJson(bytes, start, end, converter.schemasEnable)
      case 'string':
        return this.readText(bytes, start, end)
      case 'number':
      case 'float':
      case 'boolean':
        return this.readPlain(bytes, start, end, converter)
      case 'bytes':
        return Buffer.from(bytes.subarray(start, end)).toString('base64')
      default:
        return null
    }
  }

  private readJson(bytes: Uint8Array, start: number, end: number, schemas: boolean): Value | undefined {
    const whole = this.text.take(bytes, start, end)
    if (whole === undefined || !schemas) return whole
    const payload = unwrapKeyPayload(whole)
    if (payload === undefined) this.error = failure('KEY_NO_ENVELOPE')
    return payload
  }

  private readText(bytes: Uint8Array, start: number, end: number): Value | undefined {
    try {
      return decoder.decode(bytes.subarray(start, end))
    } catch {
      this.error = failure('KEY_NOT_UTF8')
      return undefined
    }
  }

  /** Big-endian, as Kafka's own serializers write. */
  private readPlain(
    bytes: Uint8Array,
    start: number,
    end: number,
    converter: { readonly kind: 'number' | 'float'; readonly bytes: number } | { readonly kind: 'boolean' },
  ): Value | undefined {
    const size = converter.kind === 'boolean' ? 1 : converter.bytes
    if (end - start !== size) {
      this.error = failure('KEY_NOT_NUMBER', size, end - start)
      return undefined
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, size)
    if (converter.kind === 'boolean') return view.getUint8(0) !== 0
    if (converter.kind === 'float') {
      const value = size === 8 ? view.getFloat64(0) : view.getFloat32(0)
      return Number.isFinite(value) ? new Digits(String(value)) : null
    }
    const value = size === 8 ? view.getBigInt64(0) : size === 4 ? view.getInt32(0) : view.getInt16(0)
    return new Digits(String(value))
  }
}
