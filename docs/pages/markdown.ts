/** What the generated pages have in common. */
export const generated = '<!-- Written by docs/generate.ts from the code. Do not edit. -->'

/** A text as it may stand in a cell of a table. */
export function cell(text: string): string {
  return text
    .replaceAll('\n', ' ')
    .replaceAll('|', '\\|')
    .replaceAll('‹', '&lt;')
    .replaceAll('›', '&gt;')
    .replaceAll(/<(?=[a-z])/g, '&lt;')
}

/** A name of the code in words, as `kafkaUnreachable`: kafka unreachable. */
export function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
