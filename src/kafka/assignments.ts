/**
 * The partitions this consumer has, and had. Each time a partition is assigned it gets a new index, so that records, acknowledgements and
 * commits of an earlier assignment never mix with those of a later one.
 */
import { type Pointer, read } from 'bun:ffi'
import { textAt } from './c-string.ts'
import { message } from './layout.ts'
import { librdkafka } from './symbols.ts'
import type { TopicPartition } from './topic-partition-list.ts'

export interface Assignment {
  readonly index: number
  readonly topic: string
  readonly partition: number
  /** False once it is revoked: nothing may be committed for it any more. */
  owned: boolean
}

export class Assignments {
  readonly all: Assignment[] = []
  /** By topic name: the assignment whose records are taken, by partition; -1 where none is. */
  readonly #reading = new Map<string, number[]>()
  /** The same by librdkafka's topic object, which messages carry. Valid between two rebalances, while the topics are held by them. */
  readonly #byTopicObject = new Map<number, readonly number[]>()
  #lastTopicObject = 0
  #lastIndexes: readonly number[] = []

  add(partitions: readonly TopicPartition[]): Assignment[] {
    this.#forgetTopicObjects()
    return partitions.map(({ topic, partition }) => {
      const assignment = { index: this.all.length, topic, partition, owned: true }
      this.all.push(assignment)
      const indexes = this.#reading.get(topic) ?? []
      while (indexes.length <= partition) indexes.push(-1)
      indexes[partition] = assignment.index
      this.#reading.set(topic, indexes)
      return assignment
    })
  }

  /** The current assignments of these partitions. */
  of(partitions: readonly TopicPartition[]): Assignment[] {
    return partitions.flatMap(({ topic, partition }) => this.all[this.#reading.get(topic)?.[partition] ?? -1] ?? [])
  }

  /** All that are taken from now. */
  current(): Assignment[] {
    return [...this.#reading.values()].flat().flatMap((index) => this.all[index] ?? [])
  }

  /** Records of these are dropped from now on. */
  stopReading(leaving: readonly Assignment[]): void {
    for (const { topic, partition } of leaving) {
      const indexes = this.#reading.get(topic)
      if (indexes !== undefined) indexes[partition] = -1
    }
    this.#forgetTopicObjects()
  }

  /** The assignment that a message belongs to; -1 for a partition that is not ours (any more). */
  indexOf(pointer: Pointer): number {
    const topicObject = read.ptr(pointer, message.topic)
    if (topicObject !== this.#lastTopicObject) this.#lookUp(topicObject)
    return this.#lastIndexes[read.i32(pointer, message.partition)] ?? -1
  }

  #lookUp(topicObject: number): void {
    let indexes = this.#byTopicObject.get(topicObject)
    if (indexes === undefined) {
      indexes = this.#reading.get(textAt(librdkafka().rd_kafka_topic_name(topicObject as Pointer))) ?? []
      this.#byTopicObject.set(topicObject, indexes)
    }
    this.#lastTopicObject = topicObject
    this.#lastIndexes = indexes
  }

  #forgetTopicObjects(): void {
    this.#byTopicObject.clear()
    this.#lastTopicObject = 0
    this.#lastIndexes = []
  }
}
