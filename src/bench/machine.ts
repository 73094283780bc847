/** What the bench ran on. Figures of two machines do not compare, nor do those of one that was busy. */
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { librdkafkaVersion } from '../kafka/library.ts'
import { version } from '../version.ts'

export interface Machine {
  readonly redkite: string
  readonly bun: string
  readonly librdkafka: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly system: string
  /** Mean number of threads that wanted a core in the minute before. */
  readonly load: number
}

export function machine(): Machine {
  const [cpu] = cpus()
  return {
    redkite: version,
    bun: Bun.version,
    librdkafka: librdkafkaVersion(),
    cpu: cpu?.model ?? process.arch,
    cores: navigator.hardwareConcurrency,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    load: loadavg()[0]!,
  }
}
