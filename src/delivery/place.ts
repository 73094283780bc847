/** A partition of a topic, for whoever holds those of several topics: by what it is told apart, in which order it stands, how it is named. */
export interface Place {
  readonly topic: string
  readonly partition: number
}

/** For maps and sets. Topic names cannot hold a slash. */
export function placeId({ topic, partition }: Place): string {
  return `${topic}/${partition}`
}

/** By topic, then by number. */
export function byPlace(a: Place, b: Place): number {
  if (a.topic === b.topic) return a.partition - b.partition
  return a.topic < b.topic ? -1 : 1
}

/** As Kafka's own logs name partitions. */
export function placeNames(places: readonly Place[]): string {
  return places.map(({ topic, partition }) => `${topic}-${partition}`).join(', ')
}
