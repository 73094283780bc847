import { exit } from './exit.ts'
import type { ErrorTable } from './kind.ts'

/** Not every text or number lies in a field of the collection: some are in the dynamic field, in a key, or on their way to a transform. */
function whose(field: string | undefined): string {
  return field === undefined ? 'the value' : `field "${field}"`
}

/** What can be wrong with records of binary formats, and with the schemas they are read by. With a registry, a schema that cannot be read is the fault of its records. */
export const formatErrors = {
  RECORD_NOT_AVRO: {
    label: 'record',
    exit: exit.badRecord,
    say: (position: number, bytes: number) =>
      `the value is not Avro of its writer's schema: byte ${position} of ${bytes} is wrong there, or the value ends too early or too late; see that the schema is the one it was written with`,
  },
  RECORD_NOT_PROTOBUF: {
    label: 'record',
    exit: exit.badRecord,
    say: (position: number, bytes: number) =>
      `the value is not Protobuf: byte ${position} of ${bytes} is wrong there, or the value ends too early; see that the message type is the one it was written with`,
  },
  RECORD_NOT_ROW: {
    label: 'record',
    exit: exit.badRecord,
    say: (got: string) => `the writer's schema has ${got} where the row should be; a row takes a record with fields`,
  },
  NESTED_NOT_UTF8: {
    label: 'record',
    exit: exit.badRecord,
    say: (position: number, field?: string) =>
      `a text in ${whose(field)} is not UTF-8: byte ${position} of the record cannot stand there`,
  },
  NESTED_NOT_FINITE: {
    label: 'record',
    exit: exit.badRecord,
    say: (position: number, field?: string) =>
      `the number at byte ${position} of the record, in ${whose(field)}, is not a number or infinite, which JSON cannot say`,
  },
  NESTED_TOO_LARGE: {
    label: 'record',
    exit: exit.badRecord,
    say: (bytesMax: number, field?: string) =>
      `${whose(field)} takes more than ${bytesMax} bytes when it is written as JSON`,
  },
  NESTED_TOO_MANY: {
    label: 'record',
    exit: exit.badRecord,
    say: (itemsMax: number, field?: string) =>
      `${whose(field)} has arrays of more than ${itemsMax} items that take no bytes, as nulls and empty records do; no field of Milvus takes so many`,
  },
  SCHEMA_NOT_AVRO: {
    label: 'record',
    exit: exit.badRecord,
    say: (why: string) => `the writer's schema is no Avro schema: ${why}`,
  },
  SCHEMA_NOT_PROTOBUF: {
    label: 'record',
    exit: exit.badRecord,
    say: (why: string) => `the writer's schema is no Protobuf schema: ${why}`,
  },
  PROTOBUF_MESSAGE_UNKNOWN: {
    label: 'record',
    exit: exit.badRecord,
    say: (name: string, known: string) => `the writer's schema has no message ${name}; it has ${known}`,
  },
  HEADER_NOT_JSON: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string) => `field "${field}" takes JSON, and the record's header of that name is none`,
  },
  HEADER_NOT_UTF8: {
    label: 'record',
    exit: exit.badRecord,
    say: (field: string) => `the record's header for field "${field}" is not UTF-8`,
  },
  RAW_FIELD_NOT_VECTOR: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (field: string, collection: string) =>
      `raw.vector.field names "${field}", which is no vector that records bring to collection "${collection}"; name one that is`,
  },
} as const satisfies ErrorTable
