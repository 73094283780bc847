import { exit } from './exit.ts'
import type { ErrorTable } from './kind.ts'

/** What can be wrong with one record, and with a collection that no record can be written to. Details are names, kinds, counts and positions, never values. */
export const recordErrors = {
  RECORD_NOT_JSON: {
    label: 'record',
    exit: exit.badRecord,
    say: (position: number, bytes: number) =>
      `the value is not JSON: byte ${position} of ${bytes} is wrong there, or the value ends too early; see that producers write JSON and that value.converter is the right one`,
  },
  RECORD_NOT_UTF8: {
    label: 'record',
    exit: exit.badRecord,
    say: (position: number) =>
      `the value is not UTF-8: byte ${position} cannot stand there; JSON must be written in UTF-8`,
  },
  RECORD_TOO_DEEP: {
    label: 'record',
    exit: exit.badRecord,
    say: (levelsMax: number) =>
      `the value nests arrays and objects more than ${levelsMax} levels deep; write it flatter`,
  },
  RECORD_NOT_OBJECT: {
    label: 'record',
    exit: exit.badRecord,
    say: (got: string) => `the value is ${got}; a row takes a JSON object with the collection's field names as keys`,
  },
  RECORD_NULL: {
    label: 'record',
    exit: exit.badRecord,
    say: () => 'the value is null, so it holds no row to write',
  },
  RECORD_NO_ENVELOPE: {
    label: 'record',
    exit: exit.badRecord,
    say: () =>
      'the value is not an object of exactly "schema" and "payload", which value.converter.schemas.enable=true asks for; set it to false for plain JSON',
  },
  FIELD_MISSING: {
    label: 'record',
    exit: exit.fieldMissing,
    say: (field: string, type: string) =>
      `field "${field}" (${type}) is not in the record, and the collection wants it in each; add it to the records or make the field nullable`,
  },
  FIELD_NULL: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, type: string) =>
      `field "${field}" (${type}) is null in the record, and the collection takes no null there`,
  },
  FIELD_WRONG_KIND: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, type: string, wanted: string, got: string) =>
      `field "${field}" (${type}) takes ${wanted}, the record has ${got}`,
  },
  FIELD_OUT_OF_RANGE: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, type: string) => `field "${field}": the record's number is outside of the range of ${type}`,
  },
  FIELD_NOT_WHOLE: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, type: string) => `field "${field}" (${type}) takes whole numbers, the record's has a fraction`,
  },
  VARCHAR_TOO_LONG: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, bytesMax: number, bytes: number) =>
      `field "${field}" takes at most ${bytesMax} bytes of UTF-8 (its max_length), the record has ${bytes}`,
  },
  VECTOR_DIM_MISMATCH: {
    label: 'record',
    exit: exit.dimensionDiffers,
    say: (field: string, want: number, got: number) => `field "${field}" takes ${want} numbers, the record has ${got}`,
  },
  VECTOR_NOT_NUMBERS: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, index: number, got: string) =>
      `field "${field}" takes an array of numbers, the record has ${got} at index ${index} of it`,
  },
  VECTOR_OUT_OF_RANGE: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, index: number, takes = '32-bit floats') =>
      `field "${field}" takes ${takes}; the record's number at index ${index} is none of these`,
  },
  VECTOR_NOT_BASE64: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, type: string) =>
      `field "${field}" (${type}) takes an array of numbers, or its bytes in base64; the record has a string that is neither`,
  },
  VECTOR_BYTES_MISMATCH: {
    label: 'record',
    exit: exit.dimensionDiffers,
    say: (field: string, type: string, want: number, got: number) =>
      `field "${field}" (${type}) takes ${want} bytes, the record has ${got}`,
  },
  VECTOR_NOT_FINITE: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, index: number) =>
      `field "${field}": the record's number at index ${index} is not a number or infinite, which Milvus refuses`,
  },
  SPARSE_INDEX_UNFIT: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, entry: number) =>
      `field "${field}": the index of entry ${entry} is no whole number from 0 to 4,294,967,294, as SPARSE_FLOAT_VECTOR takes them`,
  },
  SPARSE_INDEX_TWICE: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string) =>
      `field "${field}" (SPARSE_FLOAT_VECTOR) takes each index once, the record has one of them twice`,
  },
  SPARSE_VALUE_UNFIT: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, entry: number) =>
      `field "${field}": the value of entry ${entry} is no number from 0 to 3.4e38, as SPARSE_FLOAT_VECTOR takes them`,
  },
  SPARSE_LENGTHS_DIFFER: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, indices: number, values: number) =>
      `field "${field}" (SPARSE_FLOAT_VECTOR) takes as many values as indices, the record has ${indices} indices and ${values} values`,
  },
  SPARSE_BYTES_MISMATCH: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, got: number) =>
      `field "${field}" (SPARSE_FLOAT_VECTOR) takes 8 bytes for each index and value, the record has ${got} bytes`,
  },
  ARRAY_TOO_LONG: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, elementsMax: number, got: number) =>
      `field "${field}" takes at most ${elementsMax} elements (its max_capacity), the record has ${got}`,
  },
  STRUCT_MEMBER_MISSING: {
    label: 'record',
    exit: exit.fieldMissing,
    say: (field: string, type: string) =>
      `field "${field}" (${type}) is not in the record; each struct takes all of its members, add it to the records`,
  },
  STRUCT_MEMBER_UNKNOWN: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, members: string) =>
      `field "${field}" is no member of the structs in the collection, which are of ${members}; leave it out of the records`,
  },
  TEXT_NOT_UTF8: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, type: string) => `field "${field}" (${type}) takes UTF-8, the record's text is not`,
  },
  TIMESTAMP_UNFIT: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, type: string) =>
      `field "${field}" (${type}) takes ISO 8601 like 2026-01-31T12:00:00.5+09:00 in the years 1 to 9999, the record's text is no such time`,
  },
  DYNAMIC_KEY_RESERVED: {
    label: 'record',
    exit: exit.badRecord,
    say: (key: string) =>
      `the record has a key "${key}", which Milvus keeps for itself in collections with a dynamic field; rename it`,
  },
  ROUTE_MISSING: {
    label: 'record',
    exit: exit.badRecord,
    say: () =>
      'nothing says which collection the record is for: it does not name one, and its topic has none; set `collection.name`, or list the topic in `topic2collection.map`',
  },
  ROUTE_REFUSED: {
    label: 'record',
    exit: exit.badRecord,
    say: (code: string) =>
      `the collection or partition that the record names cannot be written to (${code}); create it, or correct the records`,
  },
  ROUTES_TOO_MANY: {
    label: 'record',
    exit: exit.badRecord,
    say: (most: number) =>
      `the record names a collection or partition that would be one more than the ${most} that a sink writes to; see that the field or header holds names`,
  },
  KEY_ABSENT: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string) =>
      `the record has no key, and the primary key "${field}" is to come from it; produce records with keys`,
  },
  KEY_NOT_JSON: {
    label: 'record',
    exit: exit.badRecord,
    say: () => 'the record key is not JSON; see that key.converter is what producers use',
  },
  KEY_NOT_UTF8: {
    label: 'record',
    exit: exit.badRecord,
    say: () => 'the record key is not UTF-8; see that key.converter is what producers use',
  },
  KEY_NO_ENVELOPE: {
    label: 'record',
    exit: exit.badRecord,
    say: () =>
      'the record key is no object with a "payload", which key.converter.schemas.enable=true asks for; set it to false for plain JSON',
  },
  KEY_NOT_NUMBER: {
    label: 'record',
    exit: exit.badRecord,
    say: (want: number, got: number) =>
      `the record key takes ${want} bytes with this key.converter, it has ${got}; see that key.converter is what producers use`,
  },
  TOMBSTONE: {
    label: 'record',
    exit: exit.badRecord,
    say: () => 'the record has no value, and behavior.on.null.values=fail allows none',
  },
  TRANSFORM_FAILED: {
    label: 'record',
    exit: exit.badRecord,
    say: (name: string, kind: string, why: string) => `transform "${name}" (${kind}) cannot take the record: ${why}`,
  },
  FIELD_PATH_BROKEN: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string, why: string) => `field "${field}" cannot be found by its field.mapping: ${why}`,
  },
  CHANGE_EVENT_MALFORMED: {
    label: 'record',
    exit: exit.badRecord,
    say: (why: string) => `value.envelope=debezium: ${why}`,
  },
  SCHEMA_UNSUPPORTED: {
    label: 'fatal',
    exit: exit.schemaUnsupported,
    say: (collection: string, field: string, type: string) =>
      `collection "${collection}" has a field "${field}" of type ${type}, which redkite cannot write yet; use a collection without it`,
  },
} as const satisfies ErrorTable
