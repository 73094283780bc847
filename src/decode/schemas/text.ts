/** Records of a converter as JSON text, for keys and for transforms. */
import { type ConverterSettings, isPlain } from '../../config/converters.ts'
import { compileAvroText } from '../avro/text.ts'
import { PlainText } from '../plain-text.ts'
import { compileProtobufText } from '../protobuf/text.ts'
import type { RecordText } from '../record-text.ts'
import { fromFile, fromRegistry, type PlanMaker } from './formats.ts'
import { FramedText } from './framed-text.ts'
import { JsonCopy } from './json-copy.ts'
import type { Warn } from './schema-cache.ts'

/** A text that may have to be waited for: `write` answers `waits`, and may be tried again when `waiting()` has resolved. */
export interface AwaitedText extends RecordText {
  waiting?(): Promise<void>
}

/** `what` is "record value" or "record key", for messages. JSON is given as it is, with the envelope that it may have. */
export function openRecordText(converter: ConverterSettings, what: string, warn: Warn | undefined): AwaitedText {
  if (converter.kind === 'json') return new JsonCopy()
  if (isPlain(converter)) return new PlainText(converter, what)
  const make: PlanMaker<RecordText> = {
    avro: compileAvroText,
    protobuf: compileProtobufText,
    json: () => new JsonCopy(),
  }
  const { kind, schemas } = converter
  if (schemas.from === 'file') return fromFile(kind, schemas, make)
  return new FramedText(fromRegistry(kind, schemas, make, { what, warn }))
}
