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
  let holder: Fields | Value[] | undefined
  for (const [index, step] of path.entries()) {
    const opened = open(current ?? null)
    if (opened === null) return current === undefined ? undefined : null
    const isList = Array.isArray(opened) && /^\d+$/.test(step)
    if (!isList && !(opened instanceof Map)) {
      const inside = path.slice(0, index).join('.')
      throw new Unfit(`"${inside}" in the record is ${kindOf(opened)}, and the path goes on to "${step}"`)
    }
    // Kept open for the next path that leads this way: a vector inside is gone over once for it, and not once for each path.
    if (holder instanceof Map) holder.set(path[index - 1]!, opened)
    else if (holder !== undefined) holder[Number(path[index - 1]!)] = opened
    holder = opened as Fields | Value[]
    current = holder instanceof Map ? holder.get(step) : holder[Number(step)]
  }
  return current
}
