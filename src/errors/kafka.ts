import type { ErrorTable } from './kind.ts'

/** What Kafka and librdkafka can answer. */
export const kafkaErrors = {} as const satisfies ErrorTable
