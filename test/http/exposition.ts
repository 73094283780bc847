/** Reads Prometheus' text format as strictly as its specification says it; what is not in order throws. */
export interface Family {
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const labelPair = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y
const suffixes: Record<string, RegExp> = { histogram: /_(bucket|sum|count)$/ }

export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families = new Map<string, Family & { samples: Sample[] }>()
  let help: { name: string; text: string } | undefined
  let current: { name: string; family: Family & { samples: Sample[] } } | undefined
  for (const line of text.split('\n')) {
    if (line === '') continue
    const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (kind === 'HELP') {
      if (families.has(name!)) throw new Error(`${name} comes twice`)
      help = { name: name!, text: rest! }
    } else if (kind === 'TYPE') {
      if (help?.name !== name) throw new Error(`${name} has no help before its type`)
      current = { name: name!, family: { type: rest!, help: help!.text, samples: [] } }
      families.set(name!, current.family)
    } else {
      const sample = parseSample(line)
      const base = sample.name.replace(suffixes[current?.family.type ?? ''] ?? /$^/, '')
      if (base !== current?.name) throw new Error(`${sample.name} stands below ${current?.name}`)
      current.family.samples.push(sample)
    }
  }
  return families
}

function parseSample(line: string): Sample {
  const [, name, pairs = '', number] = sampleLine.exec(line) ?? []
  const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number === 'NaN' ? Number.NaN : number)
  if (name === undefined || (Number.isNaN(value) && number !== 'NaN')) throw new Error(`no sample: ${line}`)
  const labels: Record<string, string> = {}
  labelPair.lastIndex = 0
  for (let at = 0; at < pairs.length; at = labelPair.lastIndex) {
    const pair = labelPair.exec(pairs)
    if (pair === null) throw new Error(`no labels: ${line}`)
    const [, label, escaped] = pair as unknown as [string, string, string]
    labels[label] = escaped.replaceAll(/\\(.)/g, (_, char) => (char === 'n' ? '\n' : char))
  }
  return { name, labels, value }
}
