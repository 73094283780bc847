/**
 * Protobuf schemas as some serializers register them, and some registries give them back: not the text of a .proto file but a
 * FileDescriptorProto in base64.
 */
import type { ReferencedSchema } from '../../registry/client.ts'

/** No .proto file is without a semicolon or a brace. */
export function isSerialized(text: string): boolean {
  return /^[A-Za-z0-9+/\s]+=*\s*$/.test(text)
}

/** The bytes of a FileDescriptorSet: the files referred to, then the schema's own. References in text are left out, and may not be needed. */
export function descriptorSet(text: string, references: readonly ReferencedSchema[]): Uint8Array {
  const files = [...references.map((each) => each.text).filter(isSerialized), text]
  return Buffer.concat(
    files.flatMap((file) => {
      const bytes = Buffer.from(file, 'base64')
      return [fieldHeader(bytes.length), bytes]
    }),
  )
}

/** Field 1, length-delimited. */
function fieldHeader(length: number): Uint8Array {
  const header = [10]
  let rest = length
  for (; rest > 127; rest >>>= 7) header.push((rest & 127) | 128)
  return Uint8Array.from([...header, rest])
}
