/** What the page asks for every two seconds: every sink in figures, as JSON. Fields: docs/http.md. */
import { byPlace } from '../delivery/place.ts'
import { addCounts } from '../sink/running.ts'
import { addTallies, durationBoundsMs } from '../sink/tallies.ts'
import { version } from '../version.ts'
import type { Board, SinkView } from './board.ts'
import type { Changers } from './guard.ts'

export async function statusOf(board: Board, changes: Changers) {
  return {
    version,
    startedAt: board.startedAt.toISOString(),
    now: new Date().toISOString(),
    durationBoundsMs,
    changes,
    sinks: (await board.view()).map(sinkStatus),
  }
}

function sinkStatus({ info, state, error, standing, tasks }: SinkView) {
  const ages = tasks.flatMap(({ oldestAgeMs }) => oldestAgeMs ?? [])
  const { requests, retries, rejects, recentRejects } = addTallies(tasks.map(({ tallies }) => tallies))
  return {
    name: info.name,
    state,
    ...(error === undefined ? {} : { error }),
    topics: info.topics,
    collection: info.collection,
    tasks: tasks.map(({ state }) => ({ state })),
    lag: standing?.lag ?? null,
    goal: standing?.goal ?? null,
    counts: addCounts(tasks.map(({ counts }) => counts)),
    partitions: tasks
      .flatMap(({ partitions }, task) =>
        partitions.map(({ topic, partition, position, end, lag, isPaused: paused }) => {
          return { topic, partition, task, position: position ?? null, end: end ?? null, lag: lag ?? null, paused }
        }),
      )
      .sort(byPlace),
    ...{ requests, retries, rejects, recentRejects },
    oldestAgeMs: ages.length === 0 ? null : Math.max(...ages),
    heldBytes: tasks.reduce((sum, task) => sum + task.heldBytes, 0),
    requestsInFlight: tasks.reduce((sum, task) => sum + task.inFlight, 0),
  }
}

/** Why not every sink is at work yet; empty when all are, or have done what they were to do. */
export async function unready(board: Board): Promise<string[]> {
  return (await board.view()).flatMap((view) => {
    const why = unreadiness(view)
    return why === undefined ? [] : [`${view.info.name}: ${why}`]
  })
}

function unreadiness({ state, error, standing, tasks }: SinkView): string | undefined {
  switch (state) {
    case 'opening':
      return 'Kafka and Milvus have not answered yet'
    case 'failed':
      return `it failed: ${error}`
    case 'stopped':
      return standing?.isCaughtUp ? undefined : 'it was stopped'
    case 'restarting':
      return 'it is being restarted'
    case 'paused':
      return undefined
    case 'running': {
      const waiting = tasks.filter(({ hasJoined }) => !hasJoined).length
      return waiting === 0 ? undefined : `${waiting} of ${tasks.length} tasks wait for the group to assign partitions`
    }
  }
}
