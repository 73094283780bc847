/** A table for people: the first column to the left, the others to the right, each as wide as it needs. */
export type Cell = string | number

export function print(title: string, head: readonly Cell[], rows: readonly (readonly Cell[])[]): void {
  const lines = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  console.log(`\n${title}`)
  for (const line of lines) {
    const cells = line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
    console.log(`  ${cells.join('  ').trimEnd()}`)
  }
}
