/**
 * Calls `move` for each run of kept rows that does not lie where it shall: rows `from` up to, and without, `end` are to begin at `to`.
 * Returns how many rows are kept.
 */
export function moveKept(
  kept: Uint8Array,
  rows: number,
  move: (to: number, from: number, end: number) => void,
): number {
  let to = 0
  let row = 0
  while (row < rows) {
    if (kept[row] === 0) {
      row++
      continue
    }
    const from = row
    while (row < rows && kept[row] !== 0) row++
    if (from !== to) move(to, from, row)
    to += row - from
  }
  return to
}
