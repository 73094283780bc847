/**
 * What Prometheus sees of redkite. The sinks count for themselves; here their counts get names, when somebody asks. Names follow Prometheus'
 * rules (base units, `_total` on what only rises), and labels are bounded: sinks, partitions that are ours, codes of the closed table of errors.
 */
import { Counter, Gauge, Histogram, type HistogramConfiguration, type MetricType, Registry } from 'prom-client'
import { librdkafkaVersion } from '../kafka/library.ts'
import type { Counts } from '../sink/counts.ts'
import type { TaskDetail } from '../sink/detail.ts'
import { addCounts } from '../sink/running.ts'
import type { Stages } from '../sink/stages.ts'
import { addTallies, durationBoundsMs, type Tallies } from '../sink/tallies.ts'
import { version } from '../version.ts'
import { type SinkState, sinkStates } from './board.ts'
import { processCounters, processGauges } from './process-metrics.ts'

export interface MeasuredSink {
  readonly name: string
  readonly state: SinkState
  readonly tasks: readonly TaskDetail[]
}

interface Measured {
  readonly counts: Counts
  readonly tallies: Tallies
  readonly tasks: readonly TaskDetail[]
}

/** One series a sink. */
export const sinkCounters: Record<string, readonly [help: string, of: (sink: Measured) => number]> = {
  redkite_records_read_total: ['Records taken from Kafka.', ({ counts }) => counts.records],
  redkite_record_bytes_total: ['Bytes of the values of records that became rows.', ({ counts }) => counts.valueBytes],
  redkite_rows_written_total: ['Rows that Milvus acknowledged.', ({ counts }) => counts.written],
  redkite_rows_deleted_total: ['Keys whose deletion Milvus acknowledged.', ({ counts }) => counts.deleted],
  redkite_rows_superseded_total: [
    'Rows that a later record of the same key replaced before they were sent.',
    ({ counts }) => counts.superseded,
  ],
  redkite_tombstones_skipped_total: ['Null values passed over.', ({ counts }) => counts.tombstones],
  redkite_records_filtered_total: ['Records that a filter dropped.', ({ counts }) => counts.dropped],
  redkite_records_skipped_total: [
    'Records that could not be written and were passed over, as errors.tolerance=all asks.',
    ({ counts }) => counts.skipped,
  ],
  redkite_dead_letters_total: [
    'Records that could not be written and are in the dead-letter topic.',
    ({ counts }) => counts.deadLettered,
  ],
  redkite_offset_resets_total: [
    'Times that Kafka no longer had the next record of a partition.',
    ({ counts }) => counts.offsetResets,
  ],
  redkite_batches_total: ['Batches that were filled, or sent before they were full.', ({ counts }) => counts.batches],
  redkite_requests_total: ['Requests sent to Milvus, repeated ones included.', ({ counts }) => counts.requests],
  redkite_request_bytes_total: ['Bytes of the requests that Milvus acknowledged.', ({ counts }) => counts.requestBytes],
  redkite_commits_total: ['Commits of offsets that Kafka acknowledged.', ({ counts }) => counts.commits],
  redkite_intake_seconds_total: [
    "Time spent on taking, decoding and batching records; its rate is the share of a thread's time.",
    ({ counts }) => counts.intakeMs / 1_000,
  ],
}

export const sinkGauges: Record<string, readonly [help: string, of: (sink: Measured) => number]> = {
  redkite_tasks: ['Tasks (threads) of the sink that are open.', ({ tasks }) => tasks.length],
  redkite_watermark_age_seconds: [
    'How long ago the oldest record was read that is not settled yet; 0 when all are.',
    ({ tasks }) => Math.max(0, ...tasks.map(({ oldestAgeMs }) => oldestAgeMs ?? 0)) / 1_000,
  ],
  redkite_held_bytes: ['Bytes of rows that are read and not settled.', ({ tasks }) => sumOf(tasks, 'heldBytes')],
  redkite_requests_in_flight: ['Requests that Milvus has not answered yet.', ({ tasks }) => sumOf(tasks, 'inFlight')],
  redkite_requests_in_flight_limit: [
    'Requests that may be unanswered, of all tasks together; it follows what Milvus takes.',
    ({ tasks }) => sumOf(tasks, 'inFlightMax'),
  ],
  redkite_batch_limit_bytes: [
    'From how many bytes on a batch is sent, of the task with the largest; it follows what Milvus takes.',
    ({ tasks }) => Math.max(0, ...tasks.map(({ batchBytes }) => batchBytes)),
  ],
}

/** With a label besides the sink. */
export const labelled = {
  redkite_sink_state: ['gauge', 'Always one state of a sink is 1, the others are 0.', ['sink', 'state']],
  redkite_lag_records: [
    'gauge',
    "Offsets between what was read and the end of the partition, of partitions that are this process's.",
    ['sink', 'topic', 'partition'],
  ],
  redkite_retries_total: ['counter', 'Requests that were to be sent again, by the error.', ['sink', 'code']],
  redkite_rejects_total: [
    'counter',
    'Records that could not be written and were dead-lettered or passed over, by the error.',
    ['sink', 'code'],
  ],
  redkite_request_duration_seconds: [
    'histogram',
    'How long Milvus took to answer a request, whatever it answered.',
    ['sink', 'operation'],
  ],
  redkite_stage_seconds_total: [
    'counter',
    "Time that the sink's threads spent on each stage, or waited for Milvus or Kafka.",
    ['sink', 'stage'],
  ],
  redkite_build_info: ['gauge', 'Always 1; the labels are versions.', ['version', 'bun', 'librdkafka']],
} as const

const stageNames: Readonly<Record<keyof Stages, string>> = {
  ...{ fetchMs: 'fetch', decodeMs: 'decode', sealMs: 'keys', encodeMs: 'encode' },
  ...{ blockedMs: 'wait_for_milvus', starvedMs: 'wait_for_kafka' },
}

export class Metrics {
  readonly #registry = new Registry()
  readonly #counters = new Map<string, Counter>()
  readonly #gauges = new Map<string, Gauge>()
  readonly #durations: CountedHistogram

  constructor() {
    const registers = [this.#registry]
    const counter = (name: string, help: string, labelNames: readonly string[]) =>
      this.#counters.set(name, new Counter({ name, help, labelNames, registers }))
    const gauge = (name: string, help: string, labelNames: readonly string[]) =>
      this.#gauges.set(name, new Gauge({ name, help, labelNames, registers }))
    for (const [name, [type, help, labels]] of Object.entries(labelled)) {
      if (type === 'counter') counter(name, help, labels)
      else if (type === 'gauge') gauge(name, help, labels)
    }
    for (const [name, [help]] of Object.entries(sinkCounters)) counter(name, help, ['sink'])
    for (const [name, [help]] of Object.entries(sinkGauges)) gauge(name, help, ['sink'])
    for (const [name, [help]] of Object.entries(processCounters)) counter(name, help, [])
    for (const [name, [help]] of Object.entries(processGauges)) gauge(name, help, [])
    const [, help, labelNames] = labelled.redkite_request_duration_seconds
    const buckets = durationBoundsMs.map((boundMs) => boundMs / 1_000)
    this.#durations = new CountedHistogram({
      name: 'redkite_request_duration_seconds',
      help,
      labelNames,
      buckets,
      registers,
    })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** In Prometheus' text format. */
  async text(sinks: readonly MeasuredSink[]): Promise<string> {
    this.#registry.resetMetrics()
    this.#durations.series.length = 0
    const versions = { version, bun: Bun.version, librdkafka: librdkafkaVersion() }
    this.#gauges.get('redkite_build_info')!.set(versions, 1)
    for (const [name, [, of]] of Object.entries(processCounters)) this.#counters.get(name)!.inc(of())
    for (const [name, [, of]] of Object.entries(processGauges)) this.#gauges.get(name)!.set(of())
    for (const sink of sinks) this.#fill(sink)
    return await this.#registry.metrics()
  }

  #fill({ name: sink, state, tasks }: MeasuredSink): void {
    const measured: Measured = {
      counts: addCounts(tasks.map(({ counts }) => counts)),
      tallies: addTallies(tasks.map(({ tallies }) => tallies)),
      tasks,
    }
    for (const [name, [, of]] of Object.entries(sinkCounters)) this.#counters.get(name)!.inc({ sink }, of(measured))
    for (const [name, [, of]] of Object.entries(sinkGauges)) this.#gauges.get(name)!.set({ sink }, of(measured))
    for (const each of sinkStates) {
      this.#gauges.get('redkite_sink_state')!.set({ sink, state: each }, each === state ? 1 : 0)
    }
    for (const { topic, partition, lag } of tasks.flatMap(({ partitions }) => partitions)) {
      if (lag !== undefined) this.#gauges.get('redkite_lag_records')!.set({ sink, topic, partition }, lag)
    }
    const { retries, rejects, requests, stages } = measured.tallies
    for (const [name, stage] of Object.entries(stageNames)) {
      const seconds = stages[name as keyof Stages] / 1_000
      this.#counters.get('redkite_stage_seconds_total')!.inc({ sink, stage }, seconds)
    }
    for (const [code, count] of Object.entries(retries)) {
      this.#counters.get('redkite_retries_total')!.inc({ sink, code }, count)
    }
    for (const [code, count] of Object.entries(rejects)) {
      this.#counters.get('redkite_rejects_total')!.inc({ sink, code }, count)
    }
    for (const [operation, { counts, sumMs }] of Object.entries(requests)) {
      this.#durations.series.push({ labels: { sink, operation }, counts, sum: sumMs / 1_000 })
    }
  }
}

interface Series {
  readonly labels: Record<string, string>
  /** Not cumulated; one more than there are bounds. */
  readonly counts: readonly number[]
  readonly sum: number
}

/** prom-client's types say that it is a number, and its code that it is this. */
const histogramType = 'histogram' as unknown as MetricType

/** A histogram that was counted elsewhere: prom-client's own takes one observation after the other. */
class CountedHistogram extends Histogram {
  readonly series: Series[] = []
  readonly #about: { readonly name: string; readonly help: string }

  constructor(about: HistogramConfiguration<string>) {
    super(about)
    this.#about = about
  }

  /** What a registry asks for the text format; prom-client's `get` is made of it. */
  async getForPromString(): ReturnType<Histogram['get']> {
    const { name, help } = this.#about
    const values = this.series.flatMap((each) => this.#values(each))
    return { name, help, type: histogramType, aggregator: 'sum', collect() {}, values }
  }

  #values({ labels, counts, sum }: Series) {
    const { name } = this.#about
    let cumulated = 0
    const buckets = counts.map((count, at) => {
      cumulated += count
      const boundMs = durationBoundsMs[at]
      const le = boundMs === undefined ? '+Inf' : boundMs / 1_000
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: cumulated }
    })
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: cumulated },
    ]
  }
}

function sumOf(tasks: readonly TaskDetail[], name: 'heldBytes' | 'inFlight' | 'inFlightMax'): number {
  return tasks.reduce((sum, task) => sum + task[name], 0)
}
