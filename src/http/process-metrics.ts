/** The process, by the names that all of Prometheus' client libraries give it. */
import { readdirSync, readFileSync } from 'node:fs'

export const processCounters: Record<string, readonly [help: string, of: () => number]> = {
  process_cpu_seconds_total: [
    'User and system CPU time spent, in seconds.',
    () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    },
  ],
}

export const processGauges: Record<string, readonly [help: string, of: () => number]> = {
  process_start_time_seconds: [
    'When the process started, in seconds since 1970.',
    () => performance.timeOrigin / 1_000,
  ],
  process_resident_memory_bytes: ['Resident memory, in bytes.', () => process.memoryUsage.rss()],
  process_open_fds: ['Open file descriptors.', () => orNaN(() => readdirSync('/proc/self/fd').length)],
  process_max_fds: ['The most file descriptors that may be open.', () => orNaN(maxFileDescriptors)],
}

function maxFileDescriptors(): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))![1])
}

/** As Prometheus writes what is not known. */
function orNaN(read: () => number): number {
  try {
    return read()
  } catch {
    return Number.NaN
  }
}
