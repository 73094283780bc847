/** Which sink a command about a topic is about. */
import type { SinkSettings } from '../config/setup.ts'
import { wrong } from './answer.ts'

/** The first that reads the topic, by its name or by a pattern. */
export function readerOf(sinks: readonly SinkSettings[], topic: string): SinkSettings {
  const reader = sinks.find(({ topics }) => topics.matches(topic))
  return reader ?? wrong(`no sink reads the topic "${topic}"; there is ${sinkNames(sinks)}`)
}

export function sinkNames(sinks: readonly SinkSettings[]): string {
  return sinks.map(({ name, topics }) => `${name} (topics ${topics.text})`).join(', ')
}
