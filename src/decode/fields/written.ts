/** Whether the first letter of a change event's "op" says that it writes its row: c, r and u for created, read by a snapshot, and updated. */
export function isWritten(letter: number): boolean {
  return letter === 99 || letter === 114 || letter === 117
}
