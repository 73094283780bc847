/** A moment as ISO 8601 without fraction and zone: `2024-02-29T12:30:00`. undefined for years that four digits cannot write. */
export function dateText(seconds: number): string | undefined {
  const date = new Date(seconds * 1e3)
  const year = date.getUTCFullYear()
  return year >= 0 && year <= 9999 ? date.toISOString().slice(0, 19) : undefined
}

/** `.25` of 250 thousandths; nothing of 0. */
export function fractionText(count: number | bigint, digits: number): string {
  const text = count.toString().padStart(digits, '0').replace(/0+$/, '')
  return text === '' ? '' : `.${text}`
}
