/**
 * A file that lies in memory and has a path: Linux's memfd, seen through /proc.
 *
 * It needs no writable or executable folder, and nothing is left when the process ends, however it ends. All threads of the process use
 * one: they find it by its name among the process's open files. A file is complete when it is sealed; where two threads made one at the
 * same time, the lower descriptor counts.
 */
import { dlopen, FFIType, ptr } from 'bun:ffi'
import { closeSync, readdirSync, readlinkSync, writeSync } from 'node:fs'

const openFiles = '/proc/self/fd'

/** From linux/memfd.h and linux/fcntl.h. */
const MFD = { CLOEXEC: 1, ALLOW_SEALING: 2, NOEXEC_SEAL: 8, EXEC: 16 } as const
const F_ADD_SEALS = 1033
const F_GET_SEALS = 1034
const SEAL_EVERYTHING = 15

/** Linux 6.3 wants to be told whether the file may be executed, and `vm.memfd_noexec=2` takes no for an answer only; Linux before 6.3 knows neither flag. */
const askFor = [MFD.EXEC, 0, MFD.NOEXEC_SEAL]

/** Another thread writes 8 MB in about 3 ms. */
const otherThreadMs = 5_000

/** The path of the file in memory, or undefined where this system has no such files (no memfd, no /proc, not Linux). */
export function memoryFile(name: string, bytes: Uint8Array): string | undefined {
  const libc = openLibc()
  if (libc === undefined) return undefined
  const { memfd_create, fcntl } = libc.symbols
  const sealed = (fd: number) => (fcntl(fd, F_GET_SEALS, 0) & SEAL_EVERYTHING) === SEAL_EVERYTHING
  try {
    const there = lowestNamed(name)
    if (there !== undefined) return waitUntil(() => sealed(there)) ? `${openFiles}/${there}` : undefined

    const cName = Buffer.from(`${name}\0`)
    let fd = -1
    for (const flag of askFor) {
      fd = memfd_create(ptr(cName), MFD.CLOEXEC | MFD.ALLOW_SEALING | flag)
      if (fd >= 0) break
    }
    if (fd < 0) return undefined

    const first = lowestNamed(name)
    if (first === undefined || first !== fd) {
      closeSync(fd)
      return first !== undefined && waitUntil(() => sealed(first)) ? `${openFiles}/${first}` : undefined
    }
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at)
    fcntl(fd, F_ADD_SEALS, SEAL_EVERYTHING)
    return `${openFiles}/${fd}`
  } finally {
    libc.close()
  }
}

function openLibc() {
  if (process.platform !== 'linux') return undefined
  try {
    return dlopen('libc.so.6', {
      memfd_create: { args: [FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
      fcntl: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
    })
  } catch {
    return undefined
  }
}

/** The lowest descriptor of the process whose file in memory has this name; undefined also where there is no /proc. */
function lowestNamed(name: string): number | undefined {
  let lowest: number | undefined
  for (const entry of listOpenFiles()) {
    const fd = Number(entry)
    if ((lowest === undefined || fd < lowest) && targetOf(fd) === `/memfd:${name} (deleted)`) lowest = fd
  }
  return lowest
}

function listOpenFiles(): readonly string[] {
  try {
    return readdirSync(openFiles)
  } catch {
    return []
  }
}

function targetOf(fd: number): string | undefined {
  try {
    return readlinkSync(`${openFiles}/${fd}`)
  } catch {
    return undefined // closed since it was listed
  }
}

function waitUntil(done: () => boolean): boolean {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  const end = performance.now() + otherThreadMs
  while (!done()) {
    if (performance.now() > end) return false
    Atomics.wait(sleeper, 0, 0, 1)
  }
  return true
}
