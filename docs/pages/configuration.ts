/** docs/configuration.md: every key, by file and family, and what becomes of Java's consumer settings. */
import { type JavaKey, javaKeys } from '../../src/config/kafka/java-keys.ts'
import type { Keys } from '../../src/config/key.ts'
import { collectionKeys } from '../../src/config/keys/collections.ts'
import { connectorKeys, errorKeys } from '../../src/config/keys/connector.ts'
import {
  converterClasses,
  converterKeys,
  jsonConverterKeys,
  plainConverterKeys,
  rawKeys,
} from '../../src/config/keys/converters.ts'
import { pluginKeys, redkiteKeys } from '../../src/config/keys/milvus.ts'
import { idleRegistryKeys, registryKeys, schemaFileKeys } from '../../src/config/keys/registry.ts'
import { workerKeys } from '../../src/config/keys/worker.ts'
import { type Prefix, prefixes } from '../../src/config/keys.ts'
import { cell, generated } from './markdown.ts'

export function configurationPage(): string {
  const without = (keys: Keys, ...others: Keys[]): Keys =>
    Object.fromEntries(Object.entries(keys).filter(([name]) => !others.some((other) => Object.hasOwn(other, name))))
  return `# Configuration

${generated}

redkite reads the two files of \`connect-standalone.sh\`: a worker file, and one file for each sink.

    redkite connect-standalone.properties milvus-sink-connector.properties [more-sinks.properties…]

**Format.** Java .properties, as \`java.util.Properties\` reads them. Bytes that are valid UTF-8 are read as UTF-8, all others as
ISO-8859-1, as Java does. A sink file may also be JSON: \`{"name": …, "config": {…}}\` or one object of strings.

**Which value counts.** \`--set KEY=VALUE\`, then the environment, then the file.
\`--set\` is for the worker when the worker knows the key, for every sink when sinks know it, for both when both do;
\`--set NAME:KEY=VALUE\` is for the sink of that name alone. In the environment a key is written in upper case after \`REDKITE_\`, with \`_\` for \`.\`,
\`__\` for \`-\` and \`___\` for \`_\`: \`REDKITE_COLLECTION_NAME\`. Secrets are refused in \`--set\`, where everybody on the machine can read them.

**Placeholders.** \`\${env:NAME}\` is an environment variable, \`\${file:/path/of/file.properties:key}\` a key of a .properties file, and
\`\${dir:/path/of/folder:name}\` what the file of that name holds. They need no \`config.providers\`; where those are declared, their names and limits
(\`allowed.paths\`, \`allowlist.pattern\`) count. A placeholder that cannot be resolved is an error.

**Keys without effect** are accepted and said once. Unknown keys are a warning with the nearest known one, keys that stand twice with different values another: the last counts.

## The sink's file

### Milvus

${keyTable(pluginKeys)}

### Batches and connection

${keyTable(redkiteKeys)}

### Collections on demand

[collections.md](collections.md) says what is made of which records.

${keyTable(collectionKeys)}

### Connector

${keyTable(without(connectorKeys, converterKeys))}

### Errors

${keyTable(errorKeys)}

## Converters

In the worker's file for all sinks. A sink's file that names \`value.converter\` has its own, with its own settings; settings below
\`value.converter.\` without it have no effect, as in Connect.

${keyTable({ ...used(converterKeys), ...rawKeys })}

The classes, by their full names, their last parts, or without the "Converter" at the end as Connect allows. What each reads is in [formats.md](formats.md).

${converterClasses.map((name) => `- \`${name}\``).join('\n')}

Of JsonConverter, below \`value.converter.\` or \`key.converter.\`:

${keyTable(used(jsonConverterKeys))}

Of AvroConverter, ProtobufConverter and JsonSchemaConverter:

${keyTable(used(registryKeys))}
| \`schema.registry.ssl.*\` | a text | | TLS to the registry, by the rules of Kafka's \`ssl.\` settings below: truststore, keystore and key as PEM, \`endpoint.identification.algorithm\`. |
| \`request.header.*\` | a text | | A header of each question to the registry. |

Of AvroConverter and ProtobufConverter without a registry:

${keyTable(used(schemaFileKeys))}

Of StringConverter:

${keyTable(used(plainConverterKeys))}

## The worker's file

${keyTable(without(used(workerKeys), converterKeys))}

## Families of keys

${familyTable(prefixes)}

## Kafka consumer

After \`consumer.\` in the worker's file, or \`consumer.override.\` in the sink's. \`security.\`, \`sasl.\` and \`ssl.\` settings of the worker count as well,
unless \`consumer.security.protocol\` says that the consumer has its own. librdkafka's own names are taken as they are
([its list](https://github.com/confluentinc/librdkafka/blob/v2.15.1/CONFIGURATION.md)); where Java has a setting of the same name, it means what it means
in Java. Without a truststore the system's authorities are trusted.

| Java's setting | becomes | takes |
| --- | --- | --- |
${javaRows('translated')}

Security:

| setting | |
| --- | --- |
${javaRows('security')}

Accepted without effect:

| setting | why |
| --- | --- |
${javaRows('unused')}

## Accepted without effect in the worker's and the sink's file

| key | why |
| --- | --- |
${unusedRows({ ...workerKeys, ...connectorKeys, ...converterSettings() })}
`
}

function keyTable(keys: Keys): string {
  const rows = Object.entries(keys)
    .filter(([, key]) => key.effect !== 'unused')
    .map(([name, key]) => {
      const fallback = key.required
        ? 'required'
        : key.default === undefined || key.default === ''
          ? ''
          : `\`${key.default}\``
      return `| \`${name}\` | ${cell(key.type === 'boolean' ? 'true or false' : key.takes)} | ${fallback} | ${cell(key.doc)} |`
    })
  return ['| key | takes | default | |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function used(keys: Keys): Keys {
  return Object.fromEntries(Object.entries(keys).filter(([, key]) => key.effect === 'used'))
}

function converterSettings(): Keys {
  const keys = { ...idleRegistryKeys, ...registryKeys, ...jsonConverterKeys }
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [`value.converter.${name}`, key]))
}

function unusedRows(keys: Keys): string {
  return Object.entries(keys)
    .filter(([, key]) => key.effect === 'unused')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, key]) => `| \`${name}\` | ${cell(key.doc)} |`)
    .join('\n')
}

function familyTable(families: readonly Prefix[]): string {
  const where = { worker: 'worker', sink: 'sink', both: 'both' }
  const effect = { used: '', unused: 'no effect: ', refused: 'refused: ' }
  const rows = families.map(
    (each) => `| \`${each.prefix}*\` | ${where[each.area]} | ${cell(effect[each.effect] + each.doc)} |`,
  )
  return ['| keys | file | |', '| --- | --- | --- |', ...rows].join('\n')
}

function javaRows(kind: JavaKey['kind']): string {
  const rows = Object.entries(javaKeys).map(([name, key]) => {
    if (key.kind !== kind) return []
    if (key.kind === 'translated')
      return `| \`${name}\` | ${key.to === name ? 'the same' : `\`${key.to}\``} | ${cell(key.takes)} |`
    return `| \`${name}\` | ${cell(key.kind === 'security' ? key.doc : key.why)} |`
  })
  return rows.flat().join('\n')
}
