/** What each peer is told, as its only argument, and what it prints. */
export interface PeerSetup {
  readonly bootstrap: string
  readonly topic: string
  readonly group: string
  /** host:port */
  readonly milvus: string
  readonly collection: string
  readonly dims: number
  /** Ends after so many rows, or so long after it has warmed up, whichever comes first. */
  readonly rows: number
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly batchRows: number
  readonly inFlight: number
  /** Of the Python peer. */
  readonly mode: 'rows' | 'columns'
}

/** From when it is warm to the last acknowledgement. */
export interface PeerRun {
  readonly rows: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakRssBytes: number
  /** Rows in all, those before it was warm included. */
  readonly written: number
}
