/**
 * Java's regular expressions, as RegexRouter and TopicNameMatches take them. Topic names are ASCII, so JavaScript's notation means the same wherever
 * both have it; what only Java has is translated or named.
 */

/** A part of an expression that cannot be had here, in words for a message. */
export class NotInJavaScript extends Error {}

export class JavaPattern {
  private readonly whole: RegExp
  private readonly first: RegExp
  private readonly groups: number

  /** Throws NotInJavaScript. */
  constructor(java: string) {
    const { source, flags } = translate(java)
    try {
      this.first = new RegExp(source, flags)
      this.whole = new RegExp(`^(?:${source})$`, flags)
    } catch {
      throw new NotInJavaScript('a Java regular expression')
    }
    this.groups = new RegExp(`${source}|`, flags).exec('')!.length - 1
  }

  matches(text: string): boolean {
    return this.whole.test(text)
  }

  /** Java's `replaceFirst` where the whole text matches; undefined where it does not. */
  replace(text: string, replacement: Replacement): string | undefined {
    if (!this.whole.test(text)) return undefined
    const found = this.first.exec(text)!
    return text.slice(0, found.index) + replacement.of(found) + text.slice(found.index + found[0].length)
  }

  /** Reads `$1`, `${name}` and `\$`. Throws NotInJavaScript where Java would refuse to replace. */
  replacement(java: string): Replacement {
    const parts: (string | number)[] = []
    let at = 0
    while (at < java.length) {
      const char = java[at]!
      if (char === '\\') {
        if (at + 1 === java.length) throw new NotInJavaScript('a text that does not end in a single "\\"')
        parts.push(java[at + 1]!)
        at += 2
      } else if (char !== '$') {
        parts.push(char)
        at++
      } else {
        const named = /^\$\{([A-Za-z][A-Za-z0-9]*)\}/.exec(java.slice(at))
        if (named !== null) {
          parts.push(`\0${named[1]}`)
          at += named[0].length
          continue
        }
        let group = Number(/\d/.exec(java[at + 1] ?? '')?.[0] ?? Number.NaN)
        if (!(group <= this.groups)) throw new NotInJavaScript('"$" before the number of a group, or "\\$"')
        at += 2
        // As many digits as make the number of a group.
        while (/\d/.test(java[at] ?? '') && group * 10 + Number(java[at]) <= this.groups) {
          group = group * 10 + Number(java[at++])
        }
        parts.push(group)
      }
    }
    return new Replacement(parts)
  }
}

export class Replacement {
  /** @param parts texts, numbers of groups, and names of groups behind a NUL */
  constructor(private readonly parts: readonly (string | number)[]) {}

  of(found: RegExpExecArray): string {
    return this.parts
      .map((part) => {
        if (typeof part === 'number') return found[part] ?? ''
        return part[0] === '\0' ? (found.groups?.[part.slice(1)] ?? '') : part
      })
      .join('')
  }
}

const posixClasses: Record<string, string> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`{-~',
}

function translate(java: string): { source: string; flags: string } {
  let flags = ''
  let at = 0
  const flagged = /^\(\?([a-zA-Z]+)\)/.exec(java)
  if (flagged !== null) {
    if (!/^[is]+$/.test(flagged[1]!)) throw new NotInJavaScript(`an expression without the flags "(?${flagged[1]})"`)
    flags = [...new Set(flagged[1])].join('')
    at = flagged[0].length
  }
  let source = ''
  let inClass = false
  while (at < java.length) {
    const rest = java.slice(at)
    if (rest.startsWith('\\Q')) {
      const end = rest.indexOf('\\E')
      const literal = rest.slice(2, end < 0 ? undefined : end)
      source += literal.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
      at += end < 0 ? rest.length : end + 2
      continue
    }
    const posix = /^\\p\{(\w+)\}/.exec(rest)
    if (posix !== null) {
      const inside = posixClasses[posix[1]!]
      if (inside === undefined) throw new NotInJavaScript(`an expression without "${posix[0]}"`)
      source += inClass ? inside : `[${inside}]`
      at += posix[0].length
    } else if (rest[0] === '\\') {
      const letter = rest[1] ?? ''
      if (/[AzZ]/.test(letter)) source += letter === 'A' ? '^' : '$'
      else if (/[GRXhHVNkuxceaPE]/.test(letter)) throw new NotInJavaScript(`an expression without "\\${letter}"`)
      else source += `\\${letter}`
      at += 2
    } else {
      if (!inClass && /^(?:[*+?]|\{\d+(?:,\d*)?\})\+/.test(rest)) {
        throw new NotInJavaScript('an expression without possessive quantifiers')
      }
      if (!inClass && /^\{(?!\d+(?:,\d*)?\})/.test(rest)) throw new NotInJavaScript('a Java regular expression')
      if (!inClass && /^\(\?(?!:|=|!|<)/.test(rest)) {
        throw new NotInJavaScript('an expression without flags or atomic groups "(?…)"')
      }
      if (inClass && (rest[0] === '[' || rest.startsWith('&&'))) {
        throw new NotInJavaScript('an expression without classes inside of classes')
      }
      if (rest[0] === '[') inClass = true
      // A bracket that comes first in a class is a plain character in Java.
      else if (rest[0] === ']' && inClass) inClass = /(?:^|[^\\])\[\^?$/.test(source)
      source += rest[0] === ']' && inClass ? '\\]' : rest[0]
      at++
    }
  }
  return { source, flags }
}
