import { describe, expect, test } from 'bun:test'
import {
  type ConverterSettings,
  converterClass,
  type KeyConverterSettings,
  type ValueConverterSettings,
} from '../../src/config/converters.ts'
import { converterClasses } from '../../src/config/keys/converters.ts'
import { refusal, setup, sink } from './files.ts'

const registry = 'http://localhost:8081'

function value(lines: string): ValueConverterSettings {
  return sink({ sink: lines }).valueConverter
}

/** With keys that are read. */
function key(lines: string): KeyConverterSettings | undefined {
  return sink({ sink: `delete.enabled=true\n${lines}` }).keyConverter
}

/** What a class name, without more, is taken for. */
function keyKind(name: string): string | undefined {
  return key(`key.converter=${name}\nkey.converter.schema.registry.url=${registry}`)?.kind
}

describe('converters follow the rule of Connect', () => {
  test("with value.converter in the sink's file its own settings count, and schemas.enable is true by default", () => {
    expect(value('value.converter=JsonConverter')).toMatchObject({ kind: 'json', schemasEnable: true })
    const plain = 'value.converter=Json\nvalue.converter.schemas.enable=false'
    expect(value(plain)).toMatchObject({ kind: 'json', schemasEnable: false })
  })

  test("without it the worker's count, and the sink's are idle, which is said", () => {
    const read = setup({ sink: 'value.converter.schemas.enable=true' })
    expect(read.sinks[0]!.valueConverter).toMatchObject({ schemasEnable: false })
    expect(read.warnings[0]).toContain('as in Connect')
  })

  test('the whole of a registry’s settings goes with the converter, from the worker’s file or the sink’s', () => {
    const lines = `value.converter=AvroConverter\nvalue.converter.schema.registry.url=${registry}`
    const found = { kind: 'avro', schemas: { from: 'registry', registry: { urls: [{ base: registry }] } } }
    expect(setup({ worker: lines }).sinks[0]!.valueConverter).toMatchObject(found)
    expect(setup({ sink: lines }).sinks[0]!.valueConverter).toMatchObject(found)
  })

  test('a key converter that redkite does not have is no reason to stop where keys are not read', () => {
    const notice = 'sink.properties:8: `key.converter` has no effect: record keys are not read'
    expect(setup({ sink: 'key.converter=com.example.MyConverter' }).notices).toContain(notice)
    expect(setup({ sink: 'key.converter=io.confluent.connect.avro.AvroConverter' }).notices).toContain(notice)
    expect(setup({ sink: 'key.converter=org.apache.kafka.connect.storage.StringConverter' }).notices).toHaveLength(2)
  })
})

test('where keys are not read, no registry is looked at for them', () => {
  const lines = `key.converter=Avro\nkey.converter.schema.registry.url=${registry}`
  expect(sink({ sink: lines }).keyConverter).toBeUndefined()
  expect(key(lines)?.kind).toBe('avro')
})

describe('every class has its full name, its last part, and that without "Converter"', () => {
  test.each(converterClasses.map((name) => [name]))('%s', (name) => {
    const simple = name.slice(name.lastIndexOf('.') + 1)
    const kind = keyKind(name)
    expect(kind).toBeDefined()
    expect(keyKind(simple)).toBe(kind!)
    expect(keyKind(simple.replace(/Converter$/, ''))).toBe(kind!)
  })

  test('and is what its settings are the settings of', () => {
    for (const name of converterClasses) {
      const settings = key(`key.converter=${name}\nkey.converter.schema.registry.url=${registry}`)
      expect(converterClass(settings as ConverterSettings)).toBe(name)
    }
  })

  test('others are refused, with those there are', () => {
    const error = refusal({ sink: 'value.converter=com.amazonaws.AWSKafkaAvroConverter' })
    expect(error).toMatchObject({ code: 'CONVERTER_UNSUPPORTED', exit: 78 })
    expect(error.message).toContain('com.amazonaws.AWSKafkaAvroConverter')
    expect(error.message).toContain('ProtobufConverter')
    expect(refusal({ sink: 'pk.mode=record_key\nkey.converter=X' }).code).toBe('CONVERTER_UNSUPPORTED')
  })
})

describe('values without fields', () => {
  test.each([
    ['StringConverter', 'schemas.enable=false'],
    ['ByteArrayConverter', 'raw.vector.field'],
    ['LongConverter', 'HoistField'],
    ['DoubleConverter', 'HoistField'],
    ['BooleanConverter', 'HoistField'],
  ])('of %s make no row, and what to write instead is said', (name, instead) => {
    const error = refusal({ sink: `value.converter=${name}` })
    expect(error).toMatchObject({ code: 'CONVERTER_WITHOUT_FIELDS', exit: 78 })
    expect(error.message).toContain(`sink.properties:8: ${name}`)
    expect(error.message).toContain(instead)
  })

  test('of ByteArrayConverter are a vector’s bytes where its field is named', () => {
    const read = sink({ sink: 'value.converter=ByteArrayConverter\nraw.vector.field=v' })
    expect(read).toMatchObject({ valueConverter: { kind: 'bytes' }, rawVectorField: 'v' })
    expect(refusal({ sink: 'raw.vector.field=v' }).message).toContain('ByteArrayConverter')
  })
})

describe('the encoding of StringConverter', () => {
  test('is UTF-8', () => {
    expect(key('key.converter=String\nkey.converter.converter.encoding=utf-8')).toEqual({ kind: 'string' })
    const latin = 'delete.enabled=true\nkey.converter=String\nkey.converter.converter.encoding=ISO-8859-1'
    expect(refusal({ sink: latin })).toMatchObject({ code: 'VALUE_INVALID' })
  })
})

describe('a setting that the converter does not have', () => {
  test.each([
    [
      'JsonConverter',
      'schema.enable=false',
      'JsonConverter has no setting `value.converter.schema.enable`',
      'schemas.enable',
    ],
    ['AvroConverter', 'schema.registry.uri=x', 'AvroConverter has no setting', 'schema.registry.url'],
    ['AvroConverter', 'basic.auth.userinfo=x', 'AvroConverter has no setting', 'basic.auth.user.info'],
    ['ProtobufConverter', 'mesage.name=x', 'ProtobufConverter has no setting', 'message.name'],
    [
      'JsonSchemaConverter',
      'ssl.truststore.location=/x.pem',
      'JsonSchemaConverter has no setting',
      'schema.registry.ssl.truststore.location',
    ],
  ])('of %s is a warning with the nearest: %s', (name, line, text, near) => {
    const url = name === 'JsonConverter' ? '' : `value.converter.schema.registry.url=${registry}`
    const { warnings } = setup({ sink: `value.converter=${name}\n${url}\nvalue.converter.${line}` })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(text)
    expect(warnings[0]).toContain(`did you mean \`value.converter.${near}\``)
  })
})

test('fields that say where a record goes are looked up in JSON alone', () => {
  const avro = `value.converter=Avro\nvalue.converter.schema.registry.url=${registry}`
  for (const routing of ['collection.name.field=tenant', 'partition.name.field=country']) {
    const error = refusal({ sink: `${avro}\n${routing}` })
    expect(error).toMatchObject({ code: 'KEYS_CONFLICT' })
    expect(error.message).toContain('looked up in JSON')
  }
  expect(sink({ sink: `${avro}\ncollection.name.header=tenant` }).valueConverter.kind).toBe('avro')
})

describe('a schema in a file', () => {
  test('is named by its path, and for Protobuf by its message', () => {
    expect(value('value.converter=AvroConverter\nvalue.converter.schema.file=/s/point.avsc')).toEqual({
      kind: 'avro',
      schemas: { from: 'file', path: '/s/point.avsc', messageName: undefined, at: 'sink.properties:9' },
    })
    const lines =
      'value.converter=Protobuf\nvalue.converter.schema.file=/s/p.proto\nvalue.converter.message.name=a.Point'
    expect(value(lines)).toMatchObject({ kind: 'protobuf', schemas: { path: '/s/p.proto', messageName: 'a.Point' } })
  })

  test('goes without a registry', () => {
    const both = `value.converter=Avro\nvalue.converter.schema.file=/s.avsc\nvalue.converter.schema.registry.url=${registry}`
    expect(refusal({ sink: both })).toMatchObject({ code: 'KEYS_CONFLICT' })
    expect(refusal({ sink: 'value.converter=Avro' })).toMatchObject({ code: 'KEY_MISSING' })
  })

  test('is not for JSON Schema, whose records are JSON', () => {
    const lines = 'value.converter=JsonSchema\nvalue.converter.schema.file=/s.json'
    expect(refusal({ sink: lines }).message).toContain('`value.converter.schema.registry.url` is missing')
  })

  test('a message’s name without a Protobuf file has no effect, which is said', () => {
    const avro = 'value.converter=Avro\nvalue.converter.schema.file=/s.avsc\nvalue.converter.message.name=P'
    expect(setup({ sink: avro }).warnings[0]).toContain('an Avro file has one schema')
    const asked = `value.converter=Protobuf\nvalue.converter.schema.registry.url=${registry}\nvalue.converter.message.name=P`
    expect(setup({ sink: asked }).warnings[0]).toContain('a registry names the message')
  })
})
