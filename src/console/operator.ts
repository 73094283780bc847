/**
 * Does what the commands say, for a redkite that runs (`live`), or with its two files alone. Reads topics without the group and
 * writes nothing, but for `seek`.
 */
import type { SinkSettings } from '../config/setup.ts'
import { asFailure } from '../errors/errors.ts'
import { count, plural } from '../ops/figures.ts'
import { type Level, levels, type Threshold } from '../ops/log.ts'
import { listLetters } from '../sink/dlq/list.ts'
import type { RunningSink } from '../sink/running.ts'
import { askBounds } from '../sink/topic-bounds.ts'
import { type Answer, table, wrong } from './answer.ts'
import { type CommandName, commands } from './commands.ts'
import { pausedPlaces, steer } from './steer.ts'

export interface OperatorOptions {
  readonly settings: () => readonly SinkSettings[]
  readonly live?: { readonly sinks: () => readonly RunningSink[]; readonly threshold: Threshold }
}

export class Operator {
  constructor(readonly options: OperatorOptions) {}

  /** Never rejects: what is wrong is an answer. */
  async answer([name = '', ...words]: readonly string[]): Promise<Answer> {
    try {
      if (!Object.hasOwn(commands, name)) wrong(`there is no command "${name}"`)
      if (commands[name as CommandName].live && this.options.live === undefined) {
        wrong(`${name} needs a redkite that runs; this console has its files alone`)
      }
      return { lines: await this.#do(name as CommandName, words), isError: false }
    } catch (error) {
      return { lines: [asFailure(error).message], isError: true }
    }
  }

  /** Words that completion offers. */
  words(): { readonly sinks: string[]; readonly topics: string[] } {
    const settings = this.options.settings()
    // A pattern is no name of a topic.
    const topics = settings.flatMap(({ topics: { regex, subscribe } }) => (regex ? [] : subscribe))
    return { sinks: settings.map(({ name }) => name), topics: [...new Set(topics)] }
  }

  /** Names of fields, for the completion of `search`: Milvus is asked for them, so only when somebody wants them. */
  async fields(): Promise<string[]> {
    const { searchable } = await import('./search.ts')
    return searchable(this.options.settings())
  }

  async #do(name: CommandName, words: readonly string[]): Promise<readonly string[]> {
    switch (name) {
      case 'status':
        return this.#status()
      case 'lag':
        return this.#lag()
      case 'pause':
      case 'resume':
      case 'restart':
        return steer(name, words[0], this.#live(), this.options.settings())
      case 'peek': {
        const { peek } = await import('./peek.ts')
        return peek(this.options.settings(), words)
      }
      case 'search': {
        const { search } = await import('./search.ts')
        return search(this.options.settings(), words)
      }
      case 'seek': {
        const { seek } = await import('./seek.ts')
        return seek(this.options.settings(), words[0], words[1])
      }
      case 'dlq':
        return this.#letters()
      case 'errors':
        return this.#errors()
      case 'set':
        return this.#set(words)
    }
  }

  async #status(): Promise<string[]> {
    const rows = this.#live().map(async (sink) => {
      const tasks = await sink.detail()
      const { counts, lag } = sink.standing()
      const state = tasks.find((task) => task.state !== 'running')?.state
      const paused = pausedPlaces(tasks)
      return [
        sink.name,
        state ?? '',
        `${plural(counts.written, 'row')} written from ${plural(counts.records, 'record')}`,
        `lag ${lag === undefined ? 'not known yet' : count(lag)}`,
        counts.deadLettered > 0 ? plural(counts.deadLettered, 'dead letter') : '',
        counts.retries > 0 ? `${plural(counts.retries, 'request')} sent again` : '',
        paused.length > 0 ? `paused: ${paused.join(', ')}` : '',
      ]
    })
    return table(await Promise.all(rows))
  }

  async #lag(): Promise<string[]> {
    const parts = await Promise.all(
      this.options.settings().map(async (settings) => {
        const { stretches } = await askBounds(settings)
        const running = this.options.live?.sinks().find(({ name }) => name === settings.name)
        const paused = new Set(pausedPlaces((await running?.detail()) ?? []))
        return stretches.map(({ topic, partition, from, to, committed }) => [
          settings.name,
          `${topic}:${partition}`,
          `committed ${committed === undefined ? 'nothing' : committed}`,
          `end ${to}`,
          `lag ${count(Math.max(0, to - Math.max(from, committed ?? 0)))}`,
          ...(paused.has(`${topic}:${partition}`) ? ['paused'] : []),
        ])
      }),
    )
    return table(parts.flat())
  }

  async #letters(): Promise<string[]> {
    const withTopic = this.options.settings().filter(({ errors }) => errors.deadLetterTopic !== undefined)
    if (withTopic.length === 0) return ['no sink has a dead-letter topic']
    const lists = await Promise.all(withTopic.map(listLetters))
    return lists.flatMap(({ topic, letters, waiting, reasons }) => [
      `${topic}: ${plural(letters, 'dead letter')}, ${count(waiting)} not replayed`,
      ...table(reasons.map((each) => [`  ${each.reason}`, count(each.letters), `first ${each.first.place}`])),
    ])
  }

  async #errors(): Promise<string[]> {
    const tasks = (await Promise.all(this.#live().map(async (sink) => ({ sink, tasks: await sink.detail() })))).flatMap(
      ({ sink, tasks }) => tasks.map(({ tallies }) => ({ name: sink.name, tallies })),
    )
    const kinds = tasks.flatMap(({ name, tallies }) => [
      ...Object.entries(tallies.retries).map(([code, times]) => [name, code, `${plural(times, 'time')} sent again`]),
      ...Object.entries(tallies.rejects).map(([code, records]) => [
        name,
        code,
        `${plural(records, 'record')} rejected`,
      ]),
    ])
    const last = tasks.flatMap(({ name, tallies }) =>
      tallies.recentRejects.map(({ atMs, code, topic, partition, offset }) => [
        name,
        new Date(atMs).toISOString(),
        `${topic}:${partition}@${offset}`,
        code,
      ]),
    )
    return kinds.length === 0 ? ['none'] : [...table(kinds), ...(last.length > 0 ? ['last:', ...table(last)] : [])]
  }

  #set([key, value]: readonly string[]): string[] {
    if (key !== 'log.level') wrong('only log.level can be set here')
    if (!levels.includes(value as Level)) wrong(`log.level takes ${levels.join(', ')}`)
    this.options.live!.threshold.level = value as Level
    return [`log.level is ${value}`]
  }

  #live(): readonly RunningSink[] {
    return this.options.live!.sinks()
  }
}
