import type { Workload } from '../decode/workloads.ts'

/**
 * A workload's records over and over, each with an id of its own: what is measured is a topic of as many rows, not one of as many
 * repetitions. All ids have nine digits, so that a record is made by patching them into one that is there.
 */
export class NumberedRecords {
  readonly #records: readonly PatchableRecord[]

  constructor(workload: Workload) {
    this.#records = recordsOf(workload)
  }

  /** Valid until the workload comes round to it again. */
  record(row: number): Uint8Array {
    const record = this.#records[row % this.#records.length]!
    writeId(record, firstId + row)
    return record.bytes
  }
}

interface PatchableRecord {
  readonly bytes: Uint8Array
  readonly idAt: number
}

const firstId = 100_000_000
const idDigits = 9

/** The workload's records with room for an id of nine digits. */
function recordsOf({ bytes, starts, records }: Workload): PatchableRecord[] {
  const decoder = new TextDecoder()
  const idKey = '"id": '
  return Array.from({ length: records }, (_, i) => {
    const text = decoder.decode(bytes.subarray(starts[i]!, starts[i + 1]! - 1))
    return {
      bytes: new TextEncoder().encode(text.replace(/"id": \d+/, `${idKey}${firstId}`)),
      idAt: text.indexOf(idKey) + idKey.length,
    }
  })
}

function writeId({ bytes, idAt }: PatchableRecord, id: number): void {
  let rest = id
  for (let at = idAt + idDigits - 1; at >= idAt; at--) {
    bytes[at] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}
