import { failure, type RedkiteError } from '../../errors/errors.ts'
import { errorOf } from '../fields/error-of.ts'
import { JsonText } from '../fields/json-text.ts'
import { reason } from '../json/reason.ts'
import type { RecordText } from '../record-text.ts'
import type { MessageText } from './message-text.ts'
import type { ProtobufMessage } from './schema.ts'
import { TextCompiler } from './text-compiler.ts'
import { wire } from './wire.ts'

/** For records whose whole is wanted as JSON. */
export function compileProtobufText(message: ProtobufMessage): RecordText {
  return new ProtobufText(new TextCompiler().message(message))
}

class ProtobufText implements RecordText {
  private readonly text = new JsonText()
  private error: RedkiteError | undefined

  constructor(private readonly message: MessageText) {}

  get bytes(): Uint8Array {
    return this.text.bytes
  }

  get length(): number {
    return this.text.length
  }

  write(bytes: Uint8Array, start: number, end: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.text.clear()
    const why = this.message.write(bytes, view, [start, end, wire.bytes], 0, this.text)
    if (why < 0) {
      this.error = errorOf(why, start, end, 'RECORD_NOT_PROTOBUF')
      return reason.record
    }
    this.text.terminate()
    return 0
  }

  failure(): RedkiteError {
    return this.error ?? failure('RECORD_NULL')
  }
}
