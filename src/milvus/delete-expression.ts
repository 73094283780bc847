/**
 * The filter that deletes rows by primary key. Milvus has no delete by id on the wire: keys become text in its expression language.
 */

/** `id in [1,2]`; keys are numbers of an INT64 field or strings of a VARCHAR one. */
export function deleteExpression(field: string, keys: Iterable<bigint | number | string>): string {
  const list: string[] = []
  for (const key of keys) list.push(keyLiteral(key))
  return `${field} in [${list.join(',')}]`
}

/** A key as Milvus' expression language writes it. */
export function keyLiteral(key: bigint | number | string): string {
  return typeof key === 'string' ? quote(key) : key.toString()
}

/**
 * Escapes only what both the full server (Go's strings) and Lite (a parser of its own) refuse unescaped: Lite knows none of \\x, \\u and
 * octal, and takes other control characters as they are.
 */
function quote(key: string): string {
  return `"${key.replace(/[\\"\n\r\t]/g, (char) => escapes[char]!)}"`
}

const escapes: Record<string, string> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
