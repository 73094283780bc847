/**
 * A file that lies in memory and has a path: Linux's memfd, seen through /proc.
 *
 * It needs no writable or executable folder, and nothing is left when the process ends, however it ends. All threads of the process use
 * one: they find it by its name among the process's open files, one thread at a time.
 */
import { dlopen, FFIType, ptr } from 'bun:ffi'
import { closeSync, openSync, readdirSync, readlinkSync, writeSync } from 'node:fs'

const openFiles = '/proc/self/fd'

/** A file that every thread of this process can open and that no other process does: the lock hangs on it. */
const lockFile = '/proc/self/status'

/** From linux/memfd.h, linux/fcntl.h and sys/file.h. */
const MFD = { CLOEXEC: 1, ALLOW_SEALING: 2, NOEXEC_SEAL: 8, EXEC: 16 } as const
const F_GETFL = 3
const F_ADD_SEALS = 1033
const SEAL_EVERYTHING = 15
const O_ACCMODE = 3
const O_RDWR = 2
const LOCK_EX_NB = 2 | 4

/** Linux 6.3 wants to be told whether the file may be executed, and may be set to refuse that (`vm.memfd_noexec`), which `dlopen` does not mind; older ones know neither flag. */
const askFor = [MFD.EXEC, 0, MFD.NOEXEC_SEAL]

/** Writing 8 MB takes 3 ms; a thread that was ended in the middle must not hold up the others for ever. */
const lockMs = 5_000

/** The path of the file in memory, or undefined where this system has no such files (no memfd, no /proc, not Linux). */
export function memoryFile(name: string, bytes: Uint8Array): string | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    return inTurn((libc) => {
      const fd = findOpen(libc, name) ?? create(libc, name, bytes)
      return fd === undefined ? undefined : `${openFiles}/${fd}`
    })
  } catch {
    return undefined // the caller has another way, and its error says more
  }
}

function openLibc() {
  return dlopen('libc.so.6', {
    memfd_create: { args: [FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
    fcntl: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
    flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  })
}

type Libc = ReturnType<typeof openLibc>['symbols']

/** Runs while no other thread of the process runs it. */
function inTurn<T>(run: (libc: Libc) => T): T {
  const library = openLibc()
  const lock = openSync(lockFile, 'r')
  try {
    const sleeper = new Int32Array(new SharedArrayBuffer(4))
    const end = performance.now() + lockMs
    while (library.symbols.flock(lock, LOCK_EX_NB) !== 0) {
      if (performance.now() > end) throw new Error(`another thread holds the lock on ${lockFile}`)
      Atomics.wait(sleeper, 0, 0, 1)
    }
    return run(library.symbols)
  } finally {
    closeSync(lock)
    library.close()
  }
}

/**
 * The descriptor under which the process made its file of this name. A thread that is in `dlopen` has, for a moment, another one open,
 * only for reading.
 */
function findOpen(libc: Libc, name: string): number | undefined {
  const target = `/memfd:${name} (deleted)`
  const writable = (fd: string) => (libc.fcntl(Number(fd), F_GETFL, 0) & O_ACCMODE) === O_RDWR
  const found = readdirSync(openFiles).find((fd) => targetOf(fd) === target && writable(fd))
  return found === undefined ? undefined : Number(found)
}

function targetOf(fd: string): string | undefined {
  try {
    return readlinkSync(`${openFiles}/${fd}`)
  } catch {
    return undefined // closed since it was listed
  }
}

function create(libc: Libc, name: string, bytes: Uint8Array): number | undefined {
  const cName = Buffer.from(`${name}\0`)
  for (const flag of askFor) {
    const fd = libc.memfd_create(ptr(cName), MFD.CLOEXEC | MFD.ALLOW_SEALING | flag)
    if (fd < 0) continue
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at)
      libc.fcntl(fd, F_ADD_SEALS, SEAL_EVERYTHING)
      return fd
    } catch (error) {
      closeSync(fd) // half a file must not be found under its name
      throw error
    }
  }
  return undefined
}
