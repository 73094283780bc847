/** What each peer is told, as its only argument, and what it prints. */
export interface PeerSetup {
  readonly bootstrap: string
  readonly topic: string
  readonly group: string
  /** host:port */
  readonly milvus: string
  readonly collection: string
  readonly dims: number
  /** Ends after so many rows, or so long, whichever comes first. */
  readonly rows: number
  readonly seconds: number
  readonly batchRows: number
  readonly inFlight: number
  /** Of the Python peer. */
  readonly mode: 'rows' | 'columns'
}

/** From the first record to the last acknowledgement. */
export interface PeerRun {
  readonly rows: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakRssBytes: number
}
