/**
 * Settings of the converters that know a Schema Registry (Avro, Protobuf, JSON Schema), below `value.converter.` or `key.converter.`: those
 * of Confluent's serializers and converters, and redkite's own for schemas in a file.
 */
import { integer, type Keys, oneOf, refused, secret, text, unused } from '../key.ts'
import { commonConverterKeys } from './converters.ts'

const writing = 'concerns writing, redkite only reads'
const sameReading =
  'fields are matched with those of the collection by name and type, whatever Connect would make of the schema'
const rules = 'rules of data contracts are Java; they are not run'
const identity = 'sent as a header with each question to the registry'

const idClasses = 'io.confluent.kafka.serializers.schema.id.'
export const dualIds = `${idClasses}DualSchemaIdDeserializer`

const schemaIds = (side: string) =>
  oneOf([dualIds, `${idClasses}PrefixSchemaIdDeserializer`], {
    default: dualIds,
    doc: `Where records name the schema of their ${side}: in a header \`__${side}_schema_id\` or else before the ${side}, or (Prefix) only before it, which spares a look at the headers of each record.`,
  })

export const registryKeys = {
  'schema.registry.url': text({
    doc: 'Where the registry is: `http://HOST:PORT` or `https://HOST`, several separated by commas; the next one is asked when one does not answer. User and password may stand in it (`https://user:password@HOST`).',
  }),
  'basic.auth.credentials.source': oneOf(['URL', 'USER_INFO', 'SASL_INHERIT'], {
    default: 'URL',
    doc: 'Where user and password are: in the URL, in `basic.auth.user.info`, or (`SASL_INHERIT`) in `sasl.jaas.config` beside it or else that of the Kafka consumer.',
  }),
  'basic.auth.user.info': secret({ doc: '`user:password`, with `basic.auth.credentials.source=USER_INFO`.' }),
  'schema.registry.basic.auth.user.info': secret({ doc: 'The older name of `basic.auth.user.info`.' }),
  'sasl.jaas.config': secret({ doc: 'A login module with user and password, for `SASL_INHERIT`.' }),
  'bearer.auth.credentials.source': text({
    doc: 'STATIC_TOKEN, with `bearer.auth.token`. The sources that fetch tokens cannot be had.',
  }),
  'bearer.auth.token': secret({ doc: 'A token to send as `Authorization: Bearer …`.' }),
  'bearer.auth.logical.cluster': text({ doc: `${capital(identity)}: \`target-sr-cluster\`.` }),
  'bearer.auth.identity.pool.id': text({ doc: `${capital(identity)}: \`Confluent-Identity-Pool-Id\`.` }),
  'http.read.timeout.ms': integer({
    default: 10_000,
    min: 100,
    max: 600_000,
    doc: 'How long the registry may take to answer before the next address is asked, or the same one again.',
  }),
  'http.connect.timeout.ms': unused('`http.read.timeout.ms` limits the whole of a question'),
  'proxy.host': text({ doc: 'An HTTP proxy on the way to the registry; with `proxy.port`.' }),
  'proxy.port': integer({ min: 1, max: 65_535, doc: 'The port of `proxy.host`.' }),
  'key.schema.id.deserializer': schemaIds('key'),
  'value.schema.id.deserializer': schemaIds('value'),
} as const

/** Schemas without a registry. */
export const schemaFileKeys = {
  'schema.file': text({
    doc: 'In place of a registry: the path of the one schema of all records, `.avsc` for Avro, `.proto` or a compiled FileDescriptorSet for Protobuf. Records are then without a header of a registry.',
  }),
  'message.name': text({
    doc: 'With `schema.file` and Protobuf: the full name of the message (`package.Message`). May be left out where the file has only one.',
  }),
} as const

const fetching: Keys = {
  'bearer.auth.issuer.endpoint.url': refused('only STATIC_TOKEN can be had; write the token as `bearer.auth.token`'),
  'bearer.auth.custom.provider.class': refused('it is a Java class; write the token as `bearer.auth.token`'),
}

/** Known, and without effect. */
export const idleRegistryKeys: Keys = {
  ...fetching,
  ...commonConverterKeys,
  ...idle(writing, [
    ...['auto.register.schemas', 'normalize.schemas', 'propagate.schema.tags', 'use.schema.id'],
    ...['id.compatibility.strict', 'use.latest.version', 'latest.compatibility.strict', 'latest.cache.size'],
    ...['latest.cache.ttl.sec', 'schema.format', 'key.schema.id.serializer', 'value.schema.id.serializer'],
    ...['key.subject.name.strategy', 'value.subject.name.strategy', 'subject.name.strategy'],
    ...['reference.subject.name.strategy', 'reference.lookup.only', 'skip.known.types', 'context.name.strategy'],
    ...['avro.remove.java.properties', 'avro.reflection.allow.null', 'json.fail.invalid.schema', 'json.indent.output'],
    ...[
      'json.oneof.for.nullables',
      'json.schema.spec.version',
      'json.write.dates.iso8601',
      'json.default.property.inclusion',
    ],
    ...['connect.meta.data', 'scrub.invalid.names', 'scrub.keywords', 'discard.type.doc.default'],
  ]),
  ...idle(sameReading, [
    ...['enhanced.avro.schema.support', 'enhanced.protobuf.schema.support', 'generalized.sum.type.support'],
    ...['flatten.unions', 'flatten.singleton.unions', 'allow.optional.map.keys', 'ignore.default.for.nullables'],
    ...[
      'avro.use.logical.type.converters',
      'specific.avro.reader',
      'specific.avro.key.type',
      'specific.avro.value.type',
    ],
    ...['specific.protobuf.key.type', 'specific.protobuf.value.type', 'derive.type', 'schema.reflection'],
    ...['int.for.enums', 'optional.for.nullables', 'optional.for.proto2', 'wrapper.for.nullables'],
    ...['wrapper.for.raw.primitives', 'generate.index.for.unions', 'generate.struct.for.nulls', 'flat.enums'],
    ...[
      'object.additional.properties',
      'use.optional.for.nonrequired',
      'json.fail.unknown.properties',
      'json.key.type',
    ],
    ...['json.value.type', 'type.property', 'decimal.format', 'ignore.modern.dialects', 'use.latest.with.metadata'],
  ]),
  ...idle(rules, ['rule.executors', 'rule.actions', 'rule.service.loader.enable', 'enable.rule.service.loader']),
  ...idle('redkite keeps what it needs', ['max.schemas.per.subject', 'schemas.cache.config', 'schemas.cache.size']),
  ...idle('a registry that is down is asked again until it answers', [
    ...['max.retries', 'retries.wait.ms', 'retries.max.wait.ms'],
  ]),
}

/** Families below the converter's prefix; `schema.registry.ssl.` and `request.header.` are read, the others have no effect. */
export const registryFamilies = {
  'schema.registry.ssl.': 'used',
  'request.header.': 'used',
  'rule.executors.': rules,
  'rule.actions.': rules,
} as const

function idle(why: string, names: readonly string[]): Keys {
  return Object.fromEntries(names.map((name) => [name, unused(why)]))
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1)
}
