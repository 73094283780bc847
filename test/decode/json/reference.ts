/**
 * JSON read the plain way, for comparing: a text becomes a tree in which numbers keep their digits. It is itself compared with JSON.parse in the fuzz
 * test, so that two readers would have to be wrong alike.
 */
export class NumberText {
  constructor(readonly text: string) {}
}

/** An object, which also remembers what its Map does not: names that came twice, and how they were written. */
export class JsonObject extends Map<string, Json> {
  readonly members: { readonly written: string; readonly value: Json }[] = []
}

export type Json = null | boolean | string | NumberText | Json[] | Map<string, Json>

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

/** undefined if the text is not JSON. */
export function readJson(text: string): Json | undefined {
  let at = 0
  const blanks = () => {
    for (let c = text.charCodeAt(at); c === 32 || c === 10 || c === 13 || c === 9; ) c = text.charCodeAt(++at)
  }
  const fail = (): never => {
    throw new SyntaxError(`at ${at}`)
  }
  const take = (what: string): boolean => {
    if (!text.startsWith(what, at)) return false
    at += what.length
    return true
  }
  const comma = (): boolean => {
    blanks()
    return take(',')
  }
  const string = (): string => {
    const start = at++
    for (; text[at] !== '"'; at++) {
      if (at >= text.length || text[at]! < ' ') fail()
      if (text[at] === '\\') at++
    }
    at++
    return JSON.parse(text.slice(start, at))
  }
  const value = (): Json => {
    blanks()
    if (take('null')) return null
    if (take('true')) return true
    if (take('false')) return false
    if (text[at] === '"') return string()
    if (take('[')) {
      const list: Json[] = []
      blanks()
      if (take(']')) return list
      do list.push(value())
      while (comma())
      return take(']') ? list : fail()
    }
    if (take('{')) {
      const map = new JsonObject()
      blanks()
      if (take('}')) return map
      do {
        blanks()
        if (text[at] !== '"') fail()
        const start = at
        const key = string()
        const written = text.slice(start, at)
        blanks()
        if (!take(':')) fail()
        const last = value()
        // In the order of the last values, which is what counts where two names become one.
        map.delete(key)
        map.set(key, last)
        map.members.push({ written, value: last })
      } while (comma())
      return take('}') ? map : fail()
    }
    numberPattern.lastIndex = at
    const number = numberPattern.exec(text)
    if (number === null) return fail()
    at += number[0].length
    return new NumberText(number[0])
  }
  try {
    const all = value()
    blanks()
    return at === text.length ? all : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The tree as JSON.parse gives it. */
export function plain(json: Json): unknown {
  if (json instanceof NumberText) return Number(json.text)
  if (Array.isArray(json)) return json.map(plain)
  if (json instanceof Map) return Object.fromEntries([...json].map(([key, value]) => [key, plain(value)]))
  return json
}
