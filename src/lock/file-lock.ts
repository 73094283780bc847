/**
 * A lock on a file (flock), for runs that share a folder but not a machine's socket names. The kernel gives it back when the process ends, however it
 * does; a file that a killed run left behind holds nobody up.
 */
import { dlopen, FFIType } from 'bun:ffi'
import { closeSync, fstatSync, openSync, statSync, unlinkSync } from 'node:fs'
import { failure } from '../errors/errors.ts'
import { systemReason } from '../errors/system.ts'
import type { RunLock } from './run-lock.ts'

/** LOCK_EX | LOCK_NB of sys/file.h. */
const exclusiveAtOnce = 2 | 4

/** `sinks` are for the message. The file is removed when the lock is given back, if it is empty. */
export function lockFile(path: string, sinks: string): RunLock {
  for (;;) {
    const fd = open(path, sinks)
    if (!flock(fd)) {
      closeSync(fd)
      throw failure('ALREADY_RUNNING', sinks)
    }
    // Whoever held it before may have removed the file between our open and our lock: then this is a lock on a file without a name.
    if (isStillAt(path, fd)) return { release: () => remove(path, fd) }
    closeSync(fd)
  }
}

function open(path: string, sinks: string): number {
  try {
    return openSync(path, 'a', 0o600)
  } catch (error) {
    throw failure('LOCK_IMPOSSIBLE', sinks, `${path}: ${systemReason(error)}`)
  }
}

function flock(fd: number): boolean {
  const libc = dlopen('libc.so.6', { flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 } })
  const taken = libc.symbols.flock(fd, exclusiveAtOnce) === 0
  libc.close()
  return taken
}

function isStillAt(path: string, fd: number): boolean {
  try {
    return statSync(path).ino === fstatSync(fd).ino
  } catch {
    return false
  }
}

/** Removed while it is still locked, so that nobody locks a file that is about to go. What holds something is somebody else's file. */
function remove(path: string, fd: number): void {
  try {
    if (fstatSync(fd).size === 0) unlinkSync(path)
  } catch {
    // Somebody has removed it already, which is what was wanted.
  }
  closeSync(fd)
}
