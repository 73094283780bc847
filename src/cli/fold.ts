/** Text for a terminal: without commands to it, and broken between words, as the terminal itself would break within them. */

/** How far to the right a line may go on, as a part of the width. */
const indentShareMax = 0.4

/**
 * Each line as lines of at most `columns`, as far as words allow; as it is where nobody knows the width. `indent` is how far in a line goes on, where
 * that does not show in the line itself.
 */
export function folded(text: string, columns: number | undefined, indent?: number): string {
  const shown = harmless(text)
  return columns === undefined ? shown : shown.replaceAll(/[^\n]+/g, (line) => foldedLine(line, columns, indent))
}

/** What a server or a record says may hold commands to the terminal; of these only colours are ours. */
function harmless(text: string): string {
  const isColour = (char: string, at: number) => char === '\x1b' && /^\[\d*m/.test(text.slice(at + 1, at + 5))
  return text.replaceAll(/\p{Cc}/gu, (char, at: number) => (char === '\n' || isColour(char, at) ? char : ' '))
}

function foldedLine(line: string, columns: number, given?: number): string {
  if (Bun.stringWidth(line) <= columns) return line
  const indent = ' '.repeat(given ?? indentOf(line, columns))
  const lines: string[] = []
  let current = ''
  for (const [, gap, word] of line.matchAll(/( *)([^ ]+)/g)) {
    const longer = `${current}${gap}${word}`
    if (current.trim() === '' || Bun.stringWidth(longer) <= columns) current = longer
    else {
      lines.push(current)
      current = `${indent}${word}`
    }
  }
  return [...lines, current].join('\n')
}

/** Below the last column of a table that leaves room enough, else a little further in than the line itself. */
function indentOf(line: string, columns: number): number {
  const plain = Bun.stripANSI(line)
  const starts = Array.from(plain.matchAll(/\S {2,}(?=\S)/g), ({ index, 0: gap }) => index + gap.length)
  return starts.findLast((start) => start <= columns * indentShareMax) ?? /^ */.exec(plain)![0].length + 2
}
