import { readFileSync } from 'node:fs'

/** In which /proc counts; the same on every Linux of these architectures. */
const ticksPerSecond = 100

/** CPU of all threads that a process has and had. proc_pid_stat(5): the name is in brackets and may have blanks; `utime` and `stime` are fields 14 and 15. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
