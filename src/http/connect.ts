/**
 * Kafka Connect's REST interface, as much of it as looks at sinks, pauses, resumes and restarts them, so that tools made for Connect see a
 * redkite. Paths, fields and messages are those of a Connect 4.1 worker, asked one by one (test/http/connect.test.ts asks again).
 *
 * A sink is a connector, each of its threads a task. Connectors are made, changed and deleted by their files alone.
 */
import { version } from '../version.ts'
import { connectError, empty, json, notAllowed, notFound } from './answers.ts'
import type { Board, Place, SinkState, SinkView } from './board.ts'

const stateNames: Record<SinkState, string> = {
  opening: 'UNASSIGNED',
  running: 'RUNNING',
  paused: 'PAUSED',
  restarting: 'RESTARTING',
  failed: 'FAILED',
  stopped: 'STOPPED',
}

const connectorClass = 'com.milvus.io.kafka.MilvusSinkConnector'
const taskClass = 'com.milvus.io.kafka.MilvusSinkTask'

export interface Asked {
  readonly method: string
  readonly path: readonly string[]
  readonly query: URLSearchParams
  /** `host:port`, which is what Connect calls its workers. */
  readonly worker: string
}

/** Undefined where Connect has no such path either. */
export async function connectAnswer(asked: Asked, board: Board): Promise<Response> {
  const { path } = asked
  const [first, name, third, ...rest] = path
  if (first === 'connector-plugins' && path.length === 1) {
    return reading(asked, () => json([{ class: connectorClass, type: 'sink', version }]))
  }
  if (first !== 'connectors') return notFound()
  if (name === undefined) return reading(asked, async () => json(await list(asked, board)))
  const place = board.place(name)
  if (third === undefined) return reading(asked, () => ofKnown(place, name, (view) => json(info(view))))
  if (third === 'tasks' && rest.length > 0) return taskAnswer(asked, place, name, rest)
  if (rest.length > 0) return notFound()
  switch (third) {
    case 'status':
      if (place === undefined) return reading(asked, () => connectError(404, `No status found for connector ${name}`))
      return reading(asked, async () => json(status(await place.view(), asked.worker)))
    case 'config':
      return reading(asked, () => ofKnown(place, name, ({ info }) => json(info.config)))
    case 'tasks':
      return reading(asked, () => ofKnown(place, name, (view) => json(tasks(view))))
    case 'topics':
      return reading(asked, async () => json({ [name]: { topics: topics(await place?.view()) } }))
    case 'pause':
    case 'resume':
      return changing(asked, 'PUT', place, name, (place) => {
        place[third]()
        return empty(202)
      })
    case 'restart':
      return changing(asked, 'POST', place, name, (place) => restart(asked, place))
    default:
      return notFound()
  }
}

async function reading({ method }: Asked, answer: () => Response | Promise<Response>): Promise<Response> {
  return method === 'GET' || method === 'HEAD' ? await answer() : notAllowed(['GET', 'HEAD'])
}

async function ofKnown(place: Place | undefined, name: string, answer: (view: SinkView) => Response) {
  return place === undefined ? connectError(404, `Connector ${name} not found`) : answer(await place.view())
}

async function changing(
  { method }: Asked,
  takes: 'PUT' | 'POST',
  place: Place | undefined,
  name: string,
  change: (place: Place) => Response | Promise<Response>,
): Promise<Response> {
  if (method !== takes) return notAllowed([takes])
  if (place === undefined) return connectError(404, `Unknown connector ${name}`)
  return await change(place)
}

async function list({ query, worker }: Asked, board: Board): Promise<unknown> {
  const expand = query.getAll('expand')
  const views = await board.view()
  if (expand.length === 0) return views.map(({ info }) => info.name)
  return Object.fromEntries(
    views.map((view) => [
      view.info.name,
      {
        ...(expand.includes('status') ? { status: status(view, worker) } : {}),
        ...(expand.includes('info') ? { info: info(view) } : {}),
      },
    ]),
  )
}

function info(view: SinkView) {
  const { name, config } = view.info
  return { name, config, tasks: numbers(view).map((task) => ({ connector: name, task })), type: 'sink' }
}

function tasks(view: SinkView) {
  const { name, config } = view.info
  return numbers(view).map((task) => ({
    id: { connector: name, task },
    config: { ...config, 'task.class': taskClass },
  }))
}

function status(view: SinkView, worker: string) {
  const { info, state, error } = view
  const trace = error === undefined ? {} : { trace: error }
  return {
    name: info.name,
    connector: { state: stateNames[state], worker_id: worker, version, ...trace },
    tasks: numbers(view).map((id) => ({ ...taskStatus(view, id, worker), ...trace })),
    type: 'sink',
  }
}

function taskStatus(view: SinkView, id: number, worker: string) {
  // What ended or is wished of the sink holds for its tasks; only a restart may be of one alone.
  const own = view.tasks[id]?.state
  const state = view.state === 'restarting' && own !== undefined ? own : view.state
  return { id, state: stateNames[state], worker_id: worker, version }
}

/** As many as it will have, before it is open. */
function numbers({ info, tasks }: SinkView): number[] {
  return Array.from({ length: tasks.length || info.tasksMax }, (_, task) => task)
}

function topics(view: SinkView | undefined): string[] {
  const names = view?.tasks.flatMap(({ partitions }) => partitions.map(({ topic }) => topic))
  return [...new Set(names)].sort()
}

async function restart({ query, worker }: Asked, place: Place): Promise<Response> {
  // A task that failed ends redkite, so while it answers there is none.
  const onlyFailed = query.get('onlyFailed') === 'true'
  if (!onlyFailed) {
    if (!place.isOpen) return connectError(409, 'The sink is being opened or has ended: there is nothing to restart')
    place.restart()
  }
  if (query.get('includeTasks') !== 'true') return empty(204)
  const now = status(await place.view(), worker)
  if (onlyFailed) return json(now, 202)
  const restarting = { state: stateNames.restarting }
  const { connector, tasks, ...rest } = now
  return json(
    {
      ...rest,
      connector: { ...connector, ...restarting },
      tasks: tasks.map((task) => ({ ...task, ...restarting })),
    },
    202,
  )
}

async function taskAnswer(
  asked: Asked,
  place: Place | undefined,
  name: string,
  [number, what, ...more]: readonly string[],
): Promise<Response> {
  if (!/^\d+$/.test(number!) || more.length > 0 || (what !== 'status' && what !== 'restart')) return notFound()
  const id = Number(number)
  const view = await place?.view()
  const isThere = view !== undefined && id < numbers(view).length
  if (what === 'status') {
    return reading(asked, () =>
      isThere
        ? json(taskStatus(view, id, asked.worker))
        : connectError(404, `No status found for task ${name}-${number}`),
    )
  }
  if (asked.method !== 'POST') return notAllowed(['POST'])
  if (!isThere || !place!.isOpen) return connectError(404, `Task ${name}-${number} not found`)
  place!.restart(id)
  return empty(204)
}
