import { exit } from './exit.ts'
import type { ErrorTable } from './kind.ts'

/**
 * What can be wrong with the command line and the .properties files. `at` is where somebody wrote it: `sink.properties:7`, a flag, an
 * environment variable.
 */
export const configErrors = {
  FILE_MISSING: {
    label: 'fatal',
    exit: exit.fileMissing,
    say: (path: string, why: string) => `cannot read "${path}": ${why}`,
  },
  FILE_NOT_TEXT: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (path: string, isUtf16: boolean) =>
      `"${path}" ${isUtf16 ? 'is in UTF-16; save it as UTF-8' : 'holds bytes that no text has; give a .properties file'}`,
  },
  PROPERTIES_MALFORMED: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string) =>
      `${at}: \\u must be followed by four hexadecimal digits; write \\\\ where a backslash is meant, as in Java .properties files`,
  },
  JSON_MALFORMED: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (file: string, why: string) =>
      `${file} starts with "{" but is no connector in JSON: ${why}; expected {"name": …, "config": {…}} or one object of strings`,
  },
  CONFIG_INVALID: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (count: number, problems: string) => `${count} things are wrong with the configuration:\n${problems}`,
  },
  KEY_MISSING: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, key: string, what: string) => `${at}: \`${key}\` is missing: ${what}`,
  },
  VALUE_INVALID: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, key: string, want: string, got: string) => `${at}: \`${key}\` takes ${want}, not ${got}`,
  },
  KEY_REFUSED: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, key: string, instead: string) => `${at}: \`${key}\` does not work with redkite: ${instead}`,
  },
  KEYS_CONFLICT: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, what: string) => `${at}: ${what}`,
  },
  PLACEHOLDER_UNRESOLVED: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, key: string, placeholder: string, why: string) =>
      `${at}: \`${key}\` refers to ${placeholder}, but ${why}`,
  },
  CONVERTER_UNSUPPORTED: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, key: string, got: string, supported: string) =>
      `${at}: \`${key}\` names ${got}, which redkite does not have; it has ${supported}`,
  },
  CONVERTER_WITHOUT_FIELDS: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, converter: string, instead: string) =>
      `${at}: ${converter} gives values without fields, and a row takes fields; ${instead}`,
  },
  JAAS_INVALID: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, why: string) =>
      `${at}: \`sasl.jaas.config\` ${why}; expected: MODULE required username="…" password="…"; with the semicolon`,
  },
  STORE_UNSUPPORTED: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, key: string, type: string, command: string, write: string) =>
      `${at}: \`${key}\` is a ${type} store, which only Java reads; convert it once with \`${command}\`, then write ${write}`,
  },
  REGEX_UNSUPPORTED: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, part: string) =>
      `${at}: \`topics.regex\` has ${part}, which Kafka's C client cannot match; write it without, or list the topics in \`topics\``,
  },
  TRANSFORM_UNKNOWN: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, key: string, got: string, near: string | undefined, known: readonly string[]) =>
      `${at}: \`${key}\` is ${got}, which redkite does not have${near === undefined ? '' : ` (did you mean ${near}?)`}; Java classes do not run here, these are built in: ${known.join(', ')}`,
  },
  SINK_DUPLICATE: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (name: string, first: string, second: string) =>
      `${first} and ${second} are both named "${name}"; \`name\` makes the consumer group, give each sink its own`,
  },
  FILES_TOO_FEW: {
    label: 'fatal',
    exit: exit.usage,
    say: (got: number) =>
      `expected a worker file and at least one sink file, got ${got} file(s); e.g. redkite connect-standalone.properties milvus-sink-connector.properties`,
  },
  FILES_SWAPPED: {
    label: 'fatal',
    exit: exit.usage,
    say: (first: string, second: string) =>
      `"${first}" is a sink's file and "${second}" the worker's; the worker's file comes first`,
  },
  FILE_EXISTS: {
    label: 'fatal',
    exit: exit.cannotCreate,
    say: (path: string) => `${path} is there already; name another folder with --out, or write over it with --force`,
  },
  FILE_NOT_WRITTEN: {
    label: 'fatal',
    exit: exit.cannotCreate,
    say: (path: string, why: string) =>
      `cannot write ${path}: ${why}; name a folder with --out that can be written and has room`,
  },
  OPTION_MISSING: {
    label: 'fatal',
    exit: exit.usage,
    say: (option: string) => `${option} is missing; give it, or run redkite init on a terminal, where it asks`,
  },
  SET_INVALID: {
    label: 'fatal',
    exit: exit.usage,
    say: (key: string, why: string) => `--set ${key}: ${why}`,
  },
} as const satisfies ErrorTable
