/**
 * `${env:NAME}`, `${file:/path:key}` and `${dir:/path:name}` in values: Kafka's EnvVar-, File- and DirectoryConfigProvider, which keep
 * secrets out of files and argv. The three names work without being declared; `config.providers` may declare more names for the same
 * classes and limit them, as in Kafka.
 *
 * Kafka leaves what it cannot resolve as it stands, so that a misspelt variable becomes a wrong password later. Here it is an error at
 * start; only a name that no provider has stays as text, with a warning.
 */
import { readFileSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'
import { failure, RedkiteError } from '../errors/errors.ts'
import { systemReason } from '../errors/system.ts'
import { below, type Entries, type Entry, type Findings } from './entry.ts'
import { parseProperties } from './properties.ts'

export type Environment = Readonly<Record<string, string | undefined>>

type Lookup = (path: string, key: string) => string

/**
 * Kafka's own pattern runs over a "}" and takes `${env:A}-${env:B}` for one placeholder with the path `A}-${env`; nobody can mean that. As in
 * Kafka, the path ends at the first colon after the name.
 */
const pattern = /\$\{([^{}:]*):(?:([^}]*?):)?([^}]*?)\}/g

export class Placeholders {
  readonly #lookups = new Map<string, Lookup>()

  /** `worker` is read for `config.providers`. */
  constructor(
    worker: Entries,
    env: Environment,
    private readonly findings: Findings,
  ) {
    const declare = (name: string, kind: keyof typeof classes, limits: Limits) =>
      this.#lookups.set(name, kinds[kind](env, limits))
    for (const kind of Object.keys(classes) as (keyof typeof classes)[]) declare(kind, kind, {})

    for (const name of list(worker.get('config.providers')?.value)) {
      const own = below(worker, `config.providers.${name}.`)
      const declared = own.get('class')
      const kind = (Object.keys(classes) as (keyof typeof classes)[]).find(
        (each) => declared?.value.trim() === classes[each],
      )
      if (kind !== undefined) {
        declare(name, kind, {
          allowedPaths: own.get('param.allowed.paths')?.value,
          allowlist: own.get('param.allowlist.pattern')?.value,
        })
        continue
      }
      const why = `its provider is ${declared?.value ?? 'not given a class'}, and redkite has ${Object.values(classes).join(', ')}`
      this.#lookups.set(name, () => {
        throw new Unresolved(why)
      })
    }
  }

  resolve(key: string, entry: Entry): Entry {
    const value = entry.value.replace(pattern, (placeholder, name: string, path: string | undefined, item: string) => {
      const lookup = this.#lookups.get(name)
      if (lookup === undefined) {
        this.findings.warn(
          `${entry.at}: \`${key}\` has a placeholder of "${name}", which no config.providers declares; it is left as text`,
        )
        return placeholder
      }
      try {
        return lookup(path ?? '', item)
      } catch (error) {
        const why =
          error instanceof Unresolved || error instanceof RedkiteError
            ? error.message
            : `it cannot be read: ${systemReason(error)}`
        throw failure('PLACEHOLDER_UNRESOLVED', entry.at, key, placeholder, why)
      }
    })
    return { ...entry, value }
  }
}

class Unresolved extends Error {}

interface Limits {
  readonly allowedPaths?: string | undefined
  readonly allowlist?: string | undefined
}

const classes = {
  env: 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
  file: 'org.apache.kafka.common.config.provider.FileConfigProvider',
  dir: 'org.apache.kafka.common.config.provider.DirectoryConfigProvider',
} as const

const kinds: Record<keyof typeof classes, (env: Environment, limits: Limits) => Lookup> = {
  env: (env, limits) => {
    const allowed = limits.allowlist === undefined ? undefined : new RegExp(`^(?:${limits.allowlist})$`)
    return (path, name) => {
      if (path !== '') throw new Unresolved('an environment variable has no path; write ${env:NAME}')
      if (allowed !== undefined && !allowed.test(name))
        throw new Unresolved('its allowlist.pattern does not allow that name')
      const value = env[name]
      if (value === undefined) throw new Unresolved(`the environment variable ${name} is not set`)
      return value
    }
  },
  file: (_env, limits) => (path, key) => {
    allow(path, limits)
    const property = parseProperties(readFileSync(path), path).findLast((each) => each.key === key)
    if (property === undefined) throw new Unresolved(`${path} has no key "${key}"`)
    return property.value
  },
  dir: (_env, limits) => (path, name) => {
    allow(path, limits)
    if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes(sep)) {
      throw new Unresolved('the part after the last colon must be the name of a file in that folder')
    }
    return readFileSync(join(path, name), 'utf8')
  },
}

/** `allowed.paths` limits a provider to files and folders below the listed ones. */
function allow(path: string, limits: Limits): void {
  if (path === '')
    throw new Unresolved('it names no path; write ${file:/path/of/file.properties:key} or ${dir:/path/of/folder:name}')
  const allowed = list(limits.allowedPaths).map((each) => normalize(each))
  if (limits.allowedPaths === undefined) return
  const wanted = normalize(path)
  const inside = (root: string) => wanted === root || wanted.startsWith(root.endsWith(sep) ? root : root + sep)
  if (!allowed.some(inside)) throw new Unresolved("its provider's allowed.paths does not allow that path")
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
