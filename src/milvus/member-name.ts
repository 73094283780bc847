/** The name of a struct's member by itself: Milvus puts the name of the struct's field around it where it keeps it, `chunks[text]`. */
export function memberName(field: string, name: string): string {
  return name.startsWith(`${field}[`) && name.endsWith(']') ? name.slice(field.length + 1, -1) : name
}
