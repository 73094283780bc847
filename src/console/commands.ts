/** The commands of the console: names, what they take, and what they are for. Help, completion and dispatch are made of this table. */
export interface CommandShape {
  readonly takes: string
  readonly help: string
  /** Whether it needs a redkite that runs. */
  readonly live: boolean
  /** What its first words may be, for completion: names of sinks, topics, both, or these. */
  readonly words?: 'sinks' | 'topics' | 'steerable' | 'fields' | readonly string[]
}

export const commands = {
  status: { takes: '', help: 'how each sink stands', live: true },
  lag: { takes: '', help: 'what each partition has left to read', live: false },
  pause: {
    takes: '[sink|topic[:partition]]',
    help: 'take no more records, keep the partitions',
    live: true,
    words: 'steerable',
  },
  resume: { takes: '[sink|topic[:partition]]', help: 'go on', live: true, words: 'steerable' },
  restart: { takes: '[sink]', help: 'finish what was read, and open anew', live: true, words: 'sinks' },
  peek: {
    takes: '<topic> [records]',
    help: 'the last records as the plan sees them',
    live: false,
    words: 'topics',
  },
  search: {
    takes: '<field> <id|[1,0.5]> [rows]',
    help: "the rows nearest to a key's, or to a vector",
    live: false,
    words: 'fields',
  },
  seek: {
    takes: '<topic:partition> <offset>',
    help: 'where the group goes on; stop its sink first',
    live: false,
    words: 'topics',
  },
  dlq: { takes: '', help: 'what is in the dead-letter topics', live: false },
  errors: { takes: '', help: 'retries and rejects by error, and the last', live: true },
  set: {
    takes: 'log.level <info|warn|error>',
    help: 'what the running redkite logs',
    live: true,
    words: ['log.level'],
  },
} as const satisfies Readonly<Record<string, CommandShape>>

export type CommandName = keyof typeof commands
