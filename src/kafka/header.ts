/** A header of a Kafka record; of one name there may be several. */
export interface Header {
  readonly name: string
  readonly value: Uint8Array | null
}
