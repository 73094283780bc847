/**
 * `transforms=a,b` and `predicates=p`: which classes a sink's records go through, with their settings. Connect's own class names and keys, so that a file
 * that is there works; what is missing or misspelt is said before anything starts.
 */
import { failure } from '../errors/errors.ts'
import { below, type Entries, type Entry, type Findings } from './entry.ts'
import type { Keys, Values } from './key.ts'
import { commonTransformKeys, predicateKeys, transformKeys, wholeRecord } from './keys/transforms.ts'
import { nearest } from './nearest.ts'
import { readValues } from './values.ts'

type TransformKeys = typeof transformKeys
type PredicateKeys = typeof predicateKeys
export type TransformKind = keyof TransformKeys
export type PredicateKind = keyof PredicateKeys

export type PredicateSettings = {
  [K in PredicateKind]: {
    readonly kind: K
    readonly name: string
    /** Where `predicates.NAME.type` stands, for messages. */
    readonly at: string
    readonly values: Values<PredicateKeys[K]>
  }
}[PredicateKind]

interface Condition {
  readonly predicate: PredicateSettings
  readonly negate: boolean
}

/** One transform of kind K. */
export interface TransformOf<K extends TransformKind> {
  readonly kind: K
  /** As in `transforms=NAME`. */
  readonly name: string
  readonly at: string
  readonly side: 'key' | 'value'
  readonly values: Values<TransformKeys[K]>
  /** undefined: for each record. */
  readonly condition: Condition | undefined
}

export type TransformSettings = { [K in TransformKind]: TransformOf<K> }[TransformKind]

const transformPackage = 'org.apache.kafka.connect.transforms.'
const predicatePackage = 'org.apache.kafka.connect.transforms.predicates.'
const debezium = 'io.debezium.transforms.ExtractNewRecordState'

interface Meant {
  readonly kind: TransformKind
  readonly side: 'key' | 'value'
}

/** Class names, with the kind and side that each means. */
const transformClasses = new Map(
  (Object.keys(transformKeys) as TransformKind[]).flatMap((kind): [string, Meant][] => {
    if (kind === 'ExtractNewRecordState') return [[debezium, { kind, side: 'value' }]]
    const name = `${transformPackage}${kind}`
    if (wholeRecord.includes(kind)) return [[name, { kind, side: 'value' }]]
    return [
      [`${name}$Key`, { kind, side: 'key' }],
      [`${name}$Value`, { kind, side: 'value' }],
    ]
  }),
)
const predicateClasses = new Map<string, { readonly kind: PredicateKind }>(
  (Object.keys(predicateKeys) as PredicateKind[]).map((kind) => [`${predicatePackage}${kind}`, { kind }]),
)

/** What is wrong goes to `findings`. */
export function readTransforms(sink: Entries, file: string, findings: Findings): readonly TransformSettings[] {
  const predicates = new Map<string, PredicateSettings>()
  const predicateNames = namesIn('predicates', sink, findings)
  for (const name of predicateNames) {
    const predicate = readPredicate(name, sink, file, findings)
    if (predicate !== undefined) predicates.set(name, predicate)
  }
  const names = namesIn('transforms', sink, findings)
  const transforms = names
    .map((name) => readTransform(name, sink, file, predicates, findings))
    .filter((transform) => transform !== undefined)
  warnOfStrangers('transforms', names, sink, findings)
  warnOfStrangers('predicates', predicateNames, sink, findings)
  return transforms
}

function namesIn(key: 'transforms' | 'predicates', sink: Entries, findings: Findings): readonly string[] {
  const entry = sink.get(key)
  if (entry === undefined || entry.value.trim() === '') return []
  const names = entry.value.trim().split(/\s*,\s*/)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined || names.includes('')) {
    const got = twice === undefined ? 'a name that is empty' : `"${twice}" twice`
    findings.problem(failure('VALUE_INVALID', entry.at, key, 'different names separated by commas', got))
  }
  return [...new Set(names)].filter((name) => name !== '')
}

function readTransform(
  name: string,
  sink: Entries,
  file: string,
  predicates: ReadonlyMap<string, PredicateSettings>,
  findings: Findings,
): TransformSettings | undefined {
  const prefix = `transforms.${name}.`
  const entries = below(sink, prefix)
  const meant = readClass(prefix, entries, sink.get('transforms')!.at, transformClasses, findings)
  if (meant === undefined) return undefined
  const { kind, side } = meant
  const keys: Keys = transformKeys[kind]
  warnOfUnknown(prefix, entries, { ...commonTransformKeys, ...keys }, kind, findings)
  const common = readValues(commonTransformKeys, entries, file, findings, prefix)
  let condition: Condition | undefined
  if (common.predicate !== undefined) {
    const predicate = predicates.get(common.predicate)
    if (predicate !== undefined) condition = { predicate, negate: common.negate }
    else if (!namesIn('predicates', sink, findings).includes(common.predicate)) {
      const near = nearest(common.predicate, predicates.keys())
      const wanted = `the name of one of \`predicates\`${near === undefined ? '' : `, perhaps "${near}"`}`
      const { at } = entries.get('predicate')!
      findings.problem(failure('VALUE_INVALID', at, `${prefix}predicate`, wanted, `"${common.predicate}"`))
    }
  } else if (common.negate) {
    findings.warn(`${entries.get('negate')!.at}: \`${prefix}negate\` has no effect without \`${prefix}predicate\``)
  }
  const values = readValues(keys, entries, file, findings, prefix)
  return { kind, name, at: entries.get('type')!.at, side, values, condition } as TransformSettings
}

function readPredicate(name: string, sink: Entries, file: string, findings: Findings): PredicateSettings | undefined {
  const prefix = `predicates.${name}.`
  const entries = below(sink, prefix)
  const meant = readClass(prefix, entries, sink.get('predicates')!.at, predicateClasses, findings)
  if (meant === undefined) return undefined
  const keys: Keys = predicateKeys[meant.kind]
  const { type } = commonTransformKeys
  warnOfUnknown(prefix, entries, { type, ...keys }, meant.kind, findings)
  const values = readValues(keys, entries, file, findings, prefix)
  return { kind: meant.kind, name, at: entries.get('type')!.at, values } as PredicateSettings
}

/** The class by its full name, or by its name alone as Connect's plugin aliases have it. */
function readClass<T>(
  prefix: string,
  entries: Entries,
  listedAt: string,
  classes: ReadonlyMap<string, T>,
  findings: Findings,
): T | undefined {
  const entry = entries.get('type')
  const given = entry?.value.trim() ?? ''
  if (entry === undefined || given === '') {
    findings.problem(
      failure('KEY_MISSING', entry?.at ?? listedAt, `${prefix}type`, `the class of "${prefix.split('.')[1]}"`),
    )
    return undefined
  }
  for (const [name, meant] of classes) if (name === given || simple(name) === given) return meant
  const full = given.includes('.')
  const near = nearest(given, full ? classes.keys() : [...classes.keys()].map(simple))
  findings.problem(
    failure('TRANSFORM_UNKNOWN', entry.at, `${prefix}type`, given, near, [...classes.keys()].map(simple)),
  )
  return undefined
}

function simple(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1)
}

function warnOfUnknown(prefix: string, entries: Entries, keys: Keys, kind: string, findings: Findings): void {
  for (const [key, entry] of entries) {
    if (Object.hasOwn(keys, key)) continue
    const near = nearest(key, Object.keys(keys))
    findings.warn(
      `${entry.at}: ${kind} has no setting \`${prefix}${key}\`, it has no effect${near === undefined ? '' : `; did you mean \`${prefix}${near}\`?`}`,
    )
  }
}

/** Settings of a name that the list does not have: they do nothing, as in Connect, where nobody says so. */
function warnOfStrangers(
  key: 'transforms' | 'predicates',
  names: readonly string[],
  sink: Entries,
  findings: Findings,
): void {
  const strangers = new Map<string, Entry>()
  for (const [rest, entry] of below(sink, `${key}.`)) {
    if (names.some((name) => rest.startsWith(`${name}.`))) continue
    const name = rest.slice(0, Math.max(0, rest.indexOf('.')))
    if (!strangers.has(name)) strangers.set(name, entry)
  }
  for (const [name, { at }] of strangers) {
    findings.warn(`${at}: \`${key}.${name}.…\` has no effect, because \`${key}\` does not name "${name}"`)
  }
}
