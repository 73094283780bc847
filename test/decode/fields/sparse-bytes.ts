/** Bytes of a sparse vector as JSON has it: index and value by turns, each of four bytes. undefined if they are no such thing. */
export function sparseJson(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length % 8 !== 0) return undefined
  const indices: number[] = []
  const values: number[] = []
  for (let at = 0; at < bytes.length; at += 8) {
    indices.push(view.getUint32(at, true))
    values.push(view.getFloat32(at + 4, true))
  }
  if (!values.every(Number.isFinite)) return undefined
  return `{"indices":${JSON.stringify(indices)},"values":[${values.map((one) => (Object.is(one, -0) ? '-0.0' : one))}]}`
}
