/** A terminal's screen, as far as a progress line uses one: rows of characters, a cursor, line wrapping and cursor visibility. */
export class Screen {
  readonly isTTY = true
  cursorVisible = true
  wraps = true
  #rows: string[] = ['']
  #row = 0
  #column = 0

  constructor(readonly columns: number) {}

  /** What a person sees, without empty lines at the end. */
  get lines(): string[] {
    return this.#rows.map((row) => row.trimEnd()).filter((row, at, all) => row !== '' || all.slice(at).some(Boolean))
  }

  write(text: string): boolean {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's commands begin with one
    for (const [part] of text.matchAll(/\x1b\[\??\d*(?:;\d+)?[A-Za-z]|[^\x1b]/g)) {
      if (part.length === 1) this.#put(part)
      else this.#obey(part.slice(2))
    }
    return true
  }

  #put(char: string): void {
    if (char === '\n') {
      this.#row++
      this.#column = 0
      this.#rows[this.#row] ??= ''
      return
    }
    if (this.#column >= this.columns) {
      if (this.wraps) this.#put('\n')
      else this.#column = this.columns - 1
    }
    const row = (this.#rows[this.#row] ?? '').padEnd(this.#column)
    this.#rows[this.#row] = row.slice(0, this.#column) + char + row.slice(this.#column + 1)
    this.#column++
  }

  #obey(command: string): void {
    const amount = Number(/\d+/.exec(command)?.[0] ?? 1)
    const row = this.#rows[this.#row] ?? ''
    if (command === '?25l' || command === '?25h') this.cursorVisible = command.endsWith('h')
    else if (command === '?7l' || command === '?7h') this.wraps = command.endsWith('h')
    else if (command.endsWith('G')) this.#column = amount - 1
    else if (command.endsWith('A')) this.#row = Math.max(0, this.#row - amount)
    else if (command === '0K') this.#rows[this.#row] = row.slice(0, this.#column)
    else if (command === '2K') this.#rows[this.#row] = ''
    else if (command === '0J') this.#rows = [...this.#rows.slice(0, this.#row), row.slice(0, this.#column)]
    else throw new Error(`a terminal command that Screen does not know: ${command}`)
  }
}
