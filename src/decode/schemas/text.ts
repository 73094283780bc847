/** Records of a converter as JSON text, for keys and for transforms. */
import { type ConverterSettings, isPlain } from '../../config/converters.ts'
import { PlainText } from '../plain-text.ts'
import type { RecordText } from '../record-text.ts'
import { JsonCopy } from './json-copy.ts'
import { schemaFormats } from './lazy.ts'
import type { Warn } from './schema-cache.ts'

/** A text that may have to be waited for: `write` answers `waits`, and may be tried again when `waiting()` has resolved. */
export interface AwaitedText extends RecordText {
  waiting?(): Promise<void>
}

/** `what` is "record value" or "record key", for messages. JSON is given as it is, with the envelope that it may have. */
export function openRecordText(converter: ConverterSettings, what: string, warn: Warn | undefined): AwaitedText {
  if (converter.kind === 'json') return new JsonCopy()
  return isPlain(converter) ? new PlainText(converter, what) : schemaFormats().openSchemaText(converter, what, warn)
}
