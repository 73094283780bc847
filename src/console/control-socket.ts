/**
 * The socket that a console reaches a running redkite by: a file that only its owner may open, commands as lines of JSON, answers likewise.
 *
 * Records' values travel over it when the operator asks for them (`peek`): it is the one way out that shows any, and it is local.
 */
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { failure, RedkiteError } from '../errors/errors.ts'
import { systemReason } from '../errors/system.ts'
import type { Answer } from './answer.ts'
import type { Operator } from './operator.ts'

export type Words = ReturnType<Operator['words']>
type Environment = Readonly<Record<string, string | undefined>>

/** Where sockets lie unless `--control` says otherwise: a folder of the user's, or of the unit's. */
export function controlFolder({ RUNTIME_DIRECTORY: unit, XDG_RUNTIME_DIR: user }: Environment): string | undefined {
  const folder = unit?.split(':')[0] || user
  return folder ? (folder === user ? join(folder, 'redkite') : folder) : undefined
}

export function controlSockets(env: Environment): string[] {
  const folder = controlFolder(env)
  if (folder === undefined) return []
  return namesIn(folder)
    .filter((name) => name.endsWith('.sock'))
    .map((name) => join(folder, name))
}

/** None in a folder that is not there, or is somebody else's. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

export interface ControlServer {
  close(): void
}

/** Rejects where somebody listens there already; a socket that a killed process left behind is taken over. */
export async function serveControl(path: string, operator: Operator): Promise<ControlServer> {
  await clear(path)
  const server = createServer((socket) => serve(socket, operator))
  await listen(server, path)
  server.unref()
  return {
    close() {
      server.close()
      if (existsSync(path)) unlinkSync(path)
    },
  }
}

async function clear(path: string): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const there = lstatSync(path, { throwIfNoEntry: false })
    if (there === undefined) return
    if (!there.isSocket()) throw failure('CONTROL_IMPOSSIBLE', path, 'what is there is no socket')
    if (await isAnswered(path)) throw failure('CONTROL_TAKEN', path)
    unlinkSync(path)
  } catch (error) {
    if (error instanceof RedkiteError) throw error
    throw failure('CONTROL_IMPOSSIBLE', path, systemReason(error))
  }
}

/** Nobody else may open it, not even between its making and a chmod. */
function listen(server: Server, path: string): Promise<void> {
  const mask = process.umask(0o177)
  return new Promise<void>((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) =>
      reject(failure('CONTROL_IMPOSSIBLE', path, systemReason(error))),
    )
    server.listen(path, () => {
      chmodSync(path, 0o600)
      resolve()
    })
  }).finally(() => process.umask(mask))
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.on('connect', () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}

function serve(socket: Socket, operator: Operator): void {
  socket.on('error', () => socket.destroy())
  void eachLine(socket, async (line) => {
    const words = JSON.parse(line) as readonly string[]
    const [name] = words
    const answer =
      name === wordsAsked
        ? operator.words()
        : name === fieldsAsked
          ? await operator.fields()
          : await operator.answer(words)
    socket.write(`${JSON.stringify(answer)}\n`)
  }).catch(() => socket.destroy())
}

/** What completion asks; no command has such a name. */
const wordsAsked = '\0words'
const fieldsAsked = '\0fields'

/** The console's end. */
export class ControlClient {
  readonly #socket: Socket
  readonly #waiting: ((line: string) => void)[] = []
  readonly #gone = Promise.withResolvers<never>()

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#gone.promise.catch(() => {})
    const end = () => this.#gone.reject(failure('CONSOLE_NOT_FOUND', 'the running redkite has ended'))
    socket.on('close', end)
    void eachLine(socket, async (line) => this.#waiting.shift()?.(line)).catch(end)
  }

  static async open(path: string): Promise<ControlClient> {
    const socket = connect(path)
    await new Promise<void>((resolve, reject) => {
      socket.on('connect', resolve)
      socket.on('error', (error: NodeJS.ErrnoException) =>
        reject(failure('CONSOLE_NOT_FOUND', `nobody answers at ${path} (${systemReason(error)})`)),
      )
    })
    return new ControlClient(socket)
  }

  answer(words: readonly string[]): Promise<Answer> {
    return this.#ask(words)
  }

  words(): Promise<Words> {
    return this.#ask([wordsAsked])
  }

  fields(): Promise<string[]> {
    return this.#ask([fieldsAsked])
  }

  close(): void {
    this.#socket.end()
  }

  #ask<T>(words: readonly string[]): Promise<T> {
    const answer = new Promise<string>((resolve) => this.#waiting.push(resolve))
    this.#socket.write(`${JSON.stringify(words)}\n`)
    return Promise.race([answer, this.#gone.promise]).then((line) => JSON.parse(line) as T)
  }
}

async function eachLine(socket: Socket, each: (line: string) => Promise<unknown>): Promise<void> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of socket) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    rest = lines.pop()!
    for (const line of lines) await each(line)
  }
}
