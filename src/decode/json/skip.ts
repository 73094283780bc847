import { skipNumber } from './numbers.ts'
import { notJson, reason } from './reason.ts'
import { skipString } from './strings.ts'
import { skipBlanks } from './whitespace.ts'

/** Levels of arrays and objects that a value may have: Jackson's default, so as many as Kafka Connect takes. */
export const levelsMax = 1000

/** What is open at each level: 1 an object, 0 an array. */
const open = new Uint8Array(levelsMax)

/** `at` is at `t`, `f` or `n`; returns the index after the word. */
export function skipWord(bytes: Uint8Array, at: number): number {
  const c = bytes[at]!
  if (c === 116) {
    if (bytes[at + 1] === 114 && bytes[at + 2] === 117 && bytes[at + 3] === 101) return at + 4
  } else if (c === 110) {
    if (bytes[at + 1] === 117 && bytes[at + 2] === 108 && bytes[at + 3] === 108) return at + 4
  } else if (c === 102) {
    if (bytes[at + 1] === 97 && bytes[at + 2] === 108 && bytes[at + 3] === 115 && bytes[at + 4] === 101) return at + 5
  }
  return notJson(at)
}

/** Goes over one value of any kind, checking all of it; `level` is how many arrays and objects are open around it. */
export function skipValue(bytes: Uint8Array, view: DataView, at: number, level: number): number {
  const outer = level
  for (;;) {
    const c = bytes[at]!
    if (c === 123 || c === 91) {
      if (level === levelsMax) return reason.tooDeep
      const object = c === 123
      at = skipBlanks(bytes, at + 1)
      if (bytes[at] !== (object ? 125 : 93)) {
        open[level++] = object ? 1 : 0
        at = object ? skipKey(bytes, view, at) : skipNumbers(bytes, view, at)
        if (at < 0) return at
        if (object || bytes[at] !== 93) continue
        level--
      }
      at++
    } else if (c === 34) {
      at = skipString(bytes, view, at + 1)
    } else if (c === 45 || (c >= 48 && c <= 57)) {
      at = skipNumber(bytes, at)
    } else {
      at = skipWord(bytes, at)
    }
    if (at < 0) return at
    for (;;) {
      if (level === outer) return at
      at = skipBlanks(bytes, at)
      const next = bytes[at]!
      const object = open[level - 1] === 1
      if (next === 44) {
        at = skipBlanks(bytes, at + 1)
        if (object) at = skipKey(bytes, view, at)
        if (at < 0) return at
        break
      }
      if (next !== (object ? 125 : 93)) return notJson(at)
      level--
      at++
    }
  }
}

/** A key, its colon, and the blanks around. */
function skipKey(bytes: Uint8Array, view: DataView, at: number): number {
  if (bytes[at] !== 34) return notJson(at)
  at = skipString(bytes, view, at + 1)
  if (at < 0) return at
  at = skipBlanks(bytes, at)
  if (bytes[at] !== 58) return notJson(at)
  return skipBlanks(bytes, at + 1)
}

/**
 * Goes over the numbers that an array begins with, and the commas behind them: vectors are most of what is skipped. Returns the index of what comes then, a
 * closing bracket or a value of another kind.
 */
function skipNumbers(bytes: Uint8Array, view: DataView, at: number): number {
  for (;;) {
    let c = bytes[at]!
    if (c === 45) c = bytes[++at]!
    else if (c < 48 || c > 57) return at
    if (c === 48) c = bytes[++at]!
    else {
      if (c < 49 || c > 57) return notJson(at)
      while (c >= 48 && c <= 57) c = bytes[++at]!
    }
    if (c === 46) {
      c = bytes[++at]!
      if (c < 48 || c > 57) return notJson(at)
      while (areDigits(view.getInt32(at, true))) at += 4
      c = bytes[at]!
      while (c >= 48 && c <= 57) c = bytes[++at]!
    }
    if (c === 101 || c === 69) {
      c = bytes[++at]!
      if (c === 43 || c === 45) c = bytes[++at]!
      if (c < 48 || c > 57) return notJson(at)
      while (c >= 48 && c <= 57) c = bytes[++at]!
    }
    if (c <= 32) {
      at = skipBlanks(bytes, at)
      c = bytes[at]!
    }
    if (c === 93) return at
    if (c !== 44) return notJson(at)
    at++
    if (bytes[at]! <= 32) at = skipBlanks(bytes, at)
    // A comma wants a value: a bracket here is for the caller to refuse, which it does where it looks for one.
    if (bytes[at] === 93) return notJson(at)
  }
}

/** Four digits at once: 0x30 to 0x39 each. */
function areDigits(word: number): boolean {
  return ((word & 0xf0f0f0f0) | (((word + 0x06060606) & 0xf0f0f0f0) >>> 4)) === 0x33333333
}
