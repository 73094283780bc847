/** Paths into an object, in the notation of Connect's `field.syntax.version=V2`: `a.b`, and `` a.`b.c` `` where a name has a dot. */

export type Path = readonly string[]

/** undefined when a backtick is not closed. */
export function readPath(text: string): Path | undefined {
  const steps: string[] = []
  let at = 0
  while (at <= text.length) {
    if (text[at] !== '`') {
      const dot = text.indexOf('.', at)
      steps.push(text.slice(at, dot < 0 ? undefined : dot))
      if (dot < 0) return steps
      at = dot + 1
      continue
    }
    const end = closingBacktick(text, at + 1)
    if (end === undefined) return undefined
    steps.push(text.slice(at + 1, end).replaceAll('\\`.', '`.'))
    if (end + 1 === text.length) return steps
    at = end + 2
  }
  return steps
}

/** A backtick closes only before a dot or at the end, and not behind a backslash. */
function closingBacktick(text: string, from: number): number | undefined {
  for (let at = text.indexOf('`', from); at >= 0; at = text.indexOf('`', at + 1)) {
    const last = at === text.length - 1
    const escaped = text[at - 1] === '\\'
    if (last && escaped) return undefined
    if (last || (text[at + 1] === '.' && !escaped)) return at
  }
  return undefined
}
