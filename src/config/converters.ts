/**
 * Which converter a sink uses, by Connect's rule: the sink's own, with the settings below it in the sink's file, if that file names one; else
 * the worker's with the worker's settings. The two are never mixed.
 */
import { failure } from '../errors/errors.ts'
import { below, type Entries, type Entry, type Findings } from './entry.ts'
import { jsonConverter, jsonConverterKeys, numberConverters, stringConverter } from './keys/converters.ts'
import { nearest } from './nearest.ts'
import { readValues } from './values.ts'

export interface JsonConverterSettings {
  readonly kind: 'json'
  /** Each value is `{"schema": …, "payload": …}`. */
  readonly schemasEnable: boolean
  readonly replaceNullWithDefault: boolean
}

export type ValueConverterSettings = JsonConverterSettings

export function readValueConverter(
  worker: Entries,
  sink: Entries,
  file: string,
  findings: Findings,
): ValueConverterSettings {
  const { entries, converter } = chosen('value.converter', worker, sink)
  if (entries === worker) warnOfIdleSettings(sink, findings)
  const className = resolveClass(converter?.value)
  if (className !== jsonConverter) {
    const at = converter?.at ?? file
    findings.problem(
      failure(
        'CONVERTER_UNSUPPORTED',
        at,
        'value.converter',
        className,
        `JsonConverter (${jsonConverter}), with schemas.enable true or false`,
      ),
    )
  }
  const prefix = 'value.converter.'
  const settings = below(entries, prefix)
  settings.delete('plugin.version')
  const values = readValues(jsonConverterKeys, settings, file, findings, prefix)
  for (const [name, entry] of settings) {
    if (Object.hasOwn(jsonConverterKeys, name)) continue
    const near = nearest(name, Object.keys(jsonConverterKeys))
    findings.warn(
      `${entry.at}: JsonConverter has no setting \`${prefix}${name}\`${near === undefined ? '' : `; did you mean \`${prefix}${near}\`?`}`,
    )
  }
  return {
    kind: 'json',
    schemasEnable: values['schemas.enable'],
    replaceNullWithDefault: values['replace.null.with.default'],
  }
}

/** How record keys are read. */
export type KeyConverterSettings =
  | JsonConverterSettings
  | { readonly kind: 'string' }
  /** Big-endian, two's complement. */
  | { readonly kind: 'number'; readonly bytes: 2 | 4 | 8 }

/** `needed`: whether anything reads keys; if not, a converter that redkite does not have is no problem. */
export function readKeyConverter(
  worker: Entries,
  sink: Entries,
  file: string,
  needed: boolean,
  findings: Findings,
): KeyConverterSettings | undefined {
  const { entries, converter } = chosen('key.converter', worker, sink)
  const className = resolveClass(converter?.value)
  if (className === stringConverter) return { kind: 'string' }
  if (className in numberConverters) {
    return { kind: 'number', bytes: numberConverters[className as keyof typeof numberConverters] }
  }
  if (className === jsonConverter) {
    const values = readValues(jsonConverterKeys, below(entries, 'key.converter.'), file, findings)
    return {
      kind: 'json',
      schemasEnable: values['schemas.enable'],
      replaceNullWithDefault: values['replace.null.with.default'],
    }
  }
  if (needed) {
    findings.problem(
      failure('CONVERTER_UNSUPPORTED', converter!.at, 'key.converter', className, keyConverters.map(simple).join(', ')),
    )
  } else findings.notice(`${converter!.at}: \`key.converter\` has no effect: record keys are not read`)
  return undefined
}

const keyConverters = [jsonConverter, stringConverter, ...Object.keys(numberConverters)]

interface Chosen {
  readonly entries: Entries
  readonly converter: Entry | undefined
}

function chosen(key: string, worker: Entries, sink: Entries): Chosen {
  const named = (entries: Entries) => {
    const entry = entries.get(key)
    return entry === undefined || entry.value.trim() === '' ? undefined : entry
  }
  const own = named(sink)
  return own === undefined ? { entries: worker, converter: named(worker) } : { entries: sink, converter: own }
}

/** Connect takes a class by its simple name, and without the "Converter" at its end. */
function resolveClass(text: string | undefined): string {
  const name = text?.trim() ?? ''
  if (name === '') return jsonConverter
  return (
    keyConverters.find((full) => full === name || simple(full) === name || simple(full) === `${name}Converter`) ?? name
  )
}

function simple(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1)
}

/** A trap of Connect's: `value.converter.schemas.enable=false` in the sink's file, without `value.converter`, does nothing there. */
function warnOfIdleSettings(sink: Entries, findings: Findings): void {
  for (const [name, entry] of below(sink, 'value.converter.')) {
    if (entry.from !== 'file' || name === 'plugin.version') continue
    findings.warn(
      `${entry.at}: \`value.converter.${name}\` has no effect, as in Connect: it counts only where \`value.converter\` is set in the same file; write \`value.converter=${jsonConverter}\` beside it`,
    )
  }
}
