/** Ids in the forms that records hold them in, each as long as any other of its form, so that one can be written over another. */
export type IdWriter = (out: Uint8Array, at: number, id: number) => void

/** Nine digits up to 999,999,999, and five bytes as a varint, zigzag or not. */
export const firstId = 300_000_000
export const idsMax = 700_000_000

const digits = 9
const varintBytes = 5

export const writeDigits: IdWriter = (out, at, id) => {
  let rest = id
  for (let i = at + digits - 1; i >= at; i--) {
    out[i] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}

/** Of a value from 2^28 to below 2^35. */
export const writeVarint5: IdWriter = (out, at, value) => {
  let rest = value
  for (let i = 0; i < varintBytes - 1; i++) {
    out[at + i] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  out[at + varintBytes - 1] = rest
}

/** Big-endian, as Kafka's own serializer of longs writes it. */
export const writeInt64: IdWriter = (out, at, id) => {
  const view = new DataView(out.buffer, out.byteOffset + at, 8)
  view.setUint32(0, Math.floor(id / 2 ** 32))
  view.setUint32(4, id % 2 ** 32)
}
