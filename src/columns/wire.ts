/**
 * Protobuf's wire format, as much as columns need: varints, and the tags of schema.proto that they stand behind.
 *
 * An int32 that is negative takes ten bytes on the wire (protobuf extends its sign to 64 bits), so all integers go through one 64-bit writer.
 */

/** A field's number and wire type; all numbers used here are below 16, so a tag is one byte. */
export const varintTag = (field: number): number => field << 3
export const bytesTag = (field: number): number => (field << 3) | 2

/** Longest varint: 64 bits, 7 a byte. */
export const varintBytesMax = 10

export function varintBytes(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x200000) return 3
  if (value < 0x10000000) return 4
  return 5
}

/** Writes an unsigned number below 2^32; returns the index after it. */
export function writeVarint(out: Uint8Array, at: number, value: number): number {
  let rest = value
  while (rest > 0x7f) {
    out[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  out[at++] = rest
  return at
}

/** Writes the 64 bits `high`:`low` (both int32); returns the index after them. */
export function writeVarint64(out: Uint8Array, at: number, high: number, low: number): number {
  let h = high
  let l = low
  while (h !== 0 || l >>> 0 > 0x7f) {
    out[at++] = (l & 0x7f) | 0x80
    l = (l >>> 7) | (h << 25)
    h >>>= 7
  }
  out[at++] = l
  return at
}

/** A message or packed list inside another: its tag, its length, and room for its `bytes`. */
export function nestedBytes(bytes: number): number {
  return 1 + varintBytes(bytes) + bytes
}

/** Writes tag and length of such a list; its bytes come next. */
export function writeNested(out: Uint8Array, at: number, field: number, bytes: number): number {
  out[at] = bytesTag(field)
  return writeVarint(out, at + 1, bytes)
}

/**
 * Ends a list's element that is tag 1, length and text; returns the index after it. The text lies at `start + 2`, as if its length took one byte; a
 * longer text makes way for its longer length (one memmove, cheaper than looking for the text's end first), for which 4 bytes behind it are needed.
 */
export function closeText(bytes: Uint8Array, start: number, textEnd: number): number {
  const length = textEnd - start - 2
  const head = 1 + varintBytes(length)
  if (head > 2) bytes.copyWithin(start + head, start + 2, textEnd)
  bytes[start] = bytesTag(1)
  writeVarint(bytes, start + 1, length)
  return start + head + length
}
