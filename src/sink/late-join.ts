import type { Log } from '../ops/log.ts'

/** Longer than a group of members that all answer takes. */
const lateMs = 10_000

/** Says why nothing happens, where a group keeps a new member waiting; gives what calls it off. */
export function sayLateJoin(groupId: string, hasJoined: () => boolean, log: Log, afterMs = lateMs): () => void {
  const timer = setTimeout(() => {
    if (hasJoined()) return
    log.info(
      `the group ${groupId} has given out no partitions yet: a member that was killed, or does not answer, is waited for until its session.timeout.ms is over`,
    )
  }, afterMs)
  return () => clearTimeout(timer)
}
