/**
 * What the bench starts beside the sink, in processes of their own, so that neither their time nor their memory counts as the sink's: this
 * same program, with a verb of its own. They speak in lines, of which the first is their setup, and end when their input does: a bench that was killed leaves
 * none behind.
 */
import { join } from 'node:path'

export type PartName = 'kafka' | 'milvus'

export interface Part {
  say(line: string): void
  /** The next line that it says; rejects when it has ended. */
  hear(): Promise<string>
  stop(): Promise<void>
}

/** See main.ts. */
const partVerb = 'bench-part'

export function startPart(name: PartName, setup: object): Part {
  const part = Bun.spawn([...program(), partVerb, name], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
    env: environment(),
  })
  const lines = linesOf(name, part.stdout)
  const say = (line: string) => {
    part.stdin.write(`${line}\n`)
    part.stdin.flush()
  }
  say(JSON.stringify(setup))
  return {
    say,
    hear: lines,
    async stop() {
      part.stdin.end()
      await part.exited
    },
  }
}

/** The part's own side. */
export async function servePart(name: PartName): Promise<void> {
  // A terminal sends Ctrl-C to all that it started, and the bench still needs its parts to end in good order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  const input = console[Symbol.asyncIterator]()
  const setup = JSON.parse((await input.next()).value as string)
  const rest = linesUntilEmpty(input)
  const say = (line: string) => console.log(line)
  if (name === 'milvus') await (await import('./null-milvus/server.ts')).serveNullMilvus(setup, rest, say)
  else await (await import('./kafka/serve.ts')).serveKafka(setup, rest, say)
}

/** The end of the input comes as an empty line. */
async function* linesUntilEmpty(input: AsyncIterator<string>): AsyncIterable<string> {
  for (;;) {
    const { value, done } = await input.next()
    if (done || value === '') return
    yield value
  }
}

/** The binary is its own program; from the sources, Bun runs the entry. */
function program(): string[] {
  const isCompiled = Bun.main.startsWith('/$bunfs/')
  return isCompiled ? [process.execPath] : [process.execPath, join(import.meta.dir, '..', 'main.ts')]
}

/** What JavaScriptCore is told, as to log its collections, is for the sink alone. */
function environment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('BUN_JSC_')))
}

function linesOf(name: PartName, stream: ReadableStream<Uint8Array>): () => Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return async () => {
    while (!text.includes('\n')) {
      const { value, done } = await reader.read()
      if (done) throw new Error(`the bench's ${name} has ended`)
      text += value
    }
    const end = text.indexOf('\n')
    const line = text.slice(0, end)
    text = text.slice(end + 1)
    return line
  }
}
