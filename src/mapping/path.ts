import type { Path } from '../config/path.ts'
import { Unfit } from './record.ts'
import { open } from './text.ts'
import { type Fields, kindOf, type Value } from './value.ts'

/** The value at a path, null where something on the way is missing or null. Throws `Unfit` where the way leads through what is no object. */
export function valueAt(fields: ReadonlyMap<string, Value>, path: Path): Value {
  let current = fields
  for (const [index, step] of path.entries()) {
    const value = current.get(step) ?? null
    if (index === path.length - 1) return value
    const opened = open(value)
    if (opened === null) return null
    if (!(opened instanceof Map)) {
      throw new Unfit(`the path "${path.join('.')}" leads through "${step}", which is ${kindOf(opened)} and no object`)
    }
    current = opened
  }
  return null
}

/** The same for `field.mapping`: a number is an index where the way leads through an array, and what is missing is undefined. */
export function valueInside(fields: Fields, path: Path): Value | undefined {
  let current: Value | undefined = fields
  let holder = fields
  for (const [index, step] of path.entries()) {
    const opened = open(current ?? null)
    if (opened instanceof Map) {
      // Kept open for the next path that leads this way.
      if (index > 0 && holder.get(path[index - 1]!) === current) holder.set(path[index - 1]!, opened)
      holder = opened
      current = opened.get(step)
    } else if (Array.isArray(opened) && /^\d+$/.test(step)) current = opened[Number(step)]
    else if (opened === null) return current === undefined ? undefined : null
    else {
      const inside = path.slice(0, index).join('.')
      throw new Unfit(`"${inside}" in the record is ${kindOf(opened)}, and the path goes on to "${step}"`)
    }
  }
  return current
}
