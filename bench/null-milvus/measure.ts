/**
 * What it costs to send: CPU of this process a row for redkite's requests and for the SDK's insert(rows), and CPU of the null Milvus itself.
 * `bun bench/null-milvus/measure.ts [seconds of each]`
 */

import { MilvusClient } from '@zilliz/milvus2-sdk-node'
import { type NullMilvus, startNullMilvus } from '../../src/bench/null-milvus/start.ts'
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { FloatVectorColumn } from '../../src/columns/float-vector.ts'
import type { Int64Column } from '../../src/columns/int64.ts'
import { connect } from '../../src/milvus/connect.ts'
import { WriteTarget } from '../../src/milvus/request.ts'
import { type CollectionSchema, DataType, plainField } from '../../src/milvus/schema.ts'

const seconds = Number(process.argv[2] ?? 3)
const rows = 1000
const inFlight = 4

function schemaOf(dim: number): CollectionSchema {
  const primaryKey = plainField('id', DataType.Int64, { primaryKey: true })
  const fields = [primaryKey, plainField('vector', DataType.FloatVector, { dim })]
  return { collection: 'bench', fields, primaryKey, dynamicField: false }
}

function filled(schema: CollectionSchema): ColumnBatch {
  const batch = new ColumnBatch(schema, { rowsHint: rows })
  const [id, vector] = batch.columns as [Int64Column, FloatVectorColumn]
  for (let row = 0; row < rows; row++) {
    id.put(0, row)
    const start = vector.start()
    for (let i = 0; i < vector.dim; i++) vector.values[start + i] = Math.random()
    batch.commit()
  }
  return batch
}

interface Cost {
  readonly rowsPerSecond: number
  readonly cpuUsPerRow: number
  readonly serverCpuMsPerMb: number
  readonly mbPerSecond: number
}

/** Sends until the time is up, `inFlight` at once; `send` sends `rows` rows. */
async function cost(server: NullMilvus, send: () => Promise<unknown>): Promise<Cost> {
  for (let i = 0; i < 3; i++) await send()
  const before = await server.counts()
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  const lanes = Array.from({ length: inFlight }, async () => {
    while (performance.now() - start < seconds * 1000) await send()
  })
  await Promise.all(lanes)
  const ms = performance.now() - start
  const cpu = process.cpuUsage(cpuBefore)
  const after = await server.counts()
  const sent = after.rows - before.rows
  const mb = (after.bytes - before.bytes) / 1e6
  return {
    rowsPerSecond: (sent / ms) * 1000,
    cpuUsPerRow: (cpu.user + cpu.system) / sent,
    serverCpuMsPerMb: (after.cpuMs - before.cpuMs) / mb,
    mbPerSecond: (mb / ms) * 1000,
  }
}

function print(name: string, { rowsPerSecond, cpuUsPerRow, serverCpuMsPerMb, mbPerSecond }: Cost): void {
  const figures = [
    `${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`,
    `${mbPerSecond.toFixed(0)} MB/s`,
    `${cpuUsPerRow.toFixed(2)} µs CPU a row`,
    `null Milvus ${serverCpuMsPerMb.toFixed(2)} ms CPU a MB`,
  ]
  console.log(`${name.padEnd(24)}${figures.map((text) => text.padStart(20)).join('  ')}`)
}

function sdkRows(batch: ColumnBatch): object[] {
  const vector = batch.columns[1] as FloatVectorColumn
  const { dim } = vector
  return Array.from({ length: rows }, (_, row) => ({
    id: row,
    vector: Array.from(vector.values.subarray(row * dim, (row + 1) * dim)),
  }))
}

for (const dim of [768, 8]) {
  const schema = schemaOf(dim)
  const server = await startNullMilvus({ schema })
  const batch = filled(schema)
  const endpoint = { host: '127.0.0.1', port: server.port, tls: false }
  const connection = await connect({ endpoint, requestTimeoutMs: 30_000 })
  const target = new WriteTarget(schema.collection)
  for (const kind of ['insert', 'upsert'] as const) {
    const send = () => connection.send(target.write(kind, batch.columns, 0, rows))
    print(`${dim}-d ${kind}`, await cost(server, send))
  }
  await connection.close()
  const sdk = new MilvusClient({ address: `127.0.0.1:${server.port}`, telemetry: { enabled: false } })
  await sdk.connectPromise
  const data = sdkRows(batch)
  const insert = () => sdk.insert({ collection_name: schema.collection, data: data as never })
  print(`${dim}-d SDK insert(rows)`, await cost(server, insert))
  await sdk.closeConnection()
  await server.stop()
}
process.exit(0)
