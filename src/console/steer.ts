/** `pause`, `resume` and `restart`: what they are said of, and what is answered. */
import type { SinkSettings } from '../config/setup.ts'
import { byPlace } from '../delivery/place.ts'
import type { TaskDetail } from '../sink/detail.ts'
import type { Part } from '../sink/paused-parts.ts'
import type { RunningSink } from '../sink/running.ts'
import { wrong } from './answer.ts'
import { sinkNames } from './reader-of.ts'

export type Steering = 'pause' | 'resume' | 'restart'

const said: Readonly<Record<Steering, string>> = {
  pause: 'pauses: what was read is written and committed',
  resume: 'goes on',
  restart: 'is opened anew',
}

/** Of a sink, of a topic or one of its partitions, or of everything. A sink's name goes before that of a topic. */
export async function steer(
  what: Steering,
  target: string | undefined,
  sinks: readonly RunningSink[],
  settings: readonly SinkSettings[],
): Promise<string[]> {
  const named = sinks.filter(({ name }) => target === undefined || name === target)
  if (named.length > 0) {
    for (const sink of named) sink[what]()
    return named.map(({ name }) => `${name} ${said[what]}`)
  }
  if (what === 'restart') wrong(`no sink is named "${target}"; there is ${sinkNames(settings)}`)
  const part = partIn(target!)
  const readers = sinks.filter(({ name }) =>
    settings.some((each) => each.name === name && each.topics.matches(part.topic)),
  )
  if (readers.length === 0) wrong(`no sink is named "${target}" or reads that topic; there is ${sinkNames(settings)}`)
  for (const sink of readers) sink[what](part)
  return await Promise.all(readers.map((sink) => answer(what, target!, part, sink)))
}

/** `topic:*` names a topic that a sink is named like. */
function partIn(text: string): Part {
  const [, topic, partition] = /^([^:]+)(?::(\d{1,9}|\*))?$/.exec(text) ?? []
  if (topic === undefined) wrong(`it takes a sink, a topic, or topic:partition, not "${text}"`)
  return { topic, partition: partition === undefined || partition === '*' ? undefined : Number(partition) }
}

async function answer(what: 'pause' | 'resume', target: string, part: Part, sink: RunningSink): Promise<string> {
  const tasks = await sink.detail()
  const isHere = tasks.some(({ partitions }) =>
    partitions.some(({ topic, partition }) => topic === part.topic && (part.partition ?? partition) === partition),
  )
  const here = isHere ? '' : ', which it does not read now: it holds when it comes'
  return what === 'pause'
    ? `${sink.name} pauses ${target}${here}; what was read of it is written and committed`
    : `${sink.name} goes on with ${target}${here}`
}

/** `topic:partition` of what is paused by itself. */
export function pausedPlaces(tasks: readonly TaskDetail[]): string[] {
  return tasks
    .flatMap(({ partitions }) => partitions)
    .filter(({ isPaused }) => isPaused)
    .sort(byPlace)
    .map(({ topic, partition }) => `${topic}:${partition}`)
}
