import { exit } from './exit.ts'
import type { ErrorTable } from './kind.ts'

/** What can be wrong with a Schema Registry, and with the schemas that records name. A registry that is down is a bad day, not a bad record. */
export const registryErrors = {
  REGISTRY_UNREACHABLE: {
    label: 'retriable',
    exit: exit.registryUnreachable,
    say: (urls: string, why: string) =>
      `the Schema Registry at ${urls} does not answer (${why}); see that it runs and that schema.registry.url is right`,
  },
  REGISTRY_UNAVAILABLE: {
    label: 'retriable',
    exit: exit.registryUnreachable,
    say: (url: string, status: number) => `the Schema Registry at ${url} cannot answer now (HTTP ${status})`,
  },
  REGISTRY_AUTH_REFUSED: {
    label: 'fatal',
    exit: exit.registryRefused,
    say: (url: string, status: number) =>
      `the Schema Registry at ${url} refused the credentials (HTTP ${status}); set basic.auth.user.info with basic.auth.credentials.source=USER_INFO, or bearer.auth.token, below the converter`,
  },
  REGISTRY_NOT_THERE: {
    label: 'fatal',
    exit: exit.registryRefused,
    say: (url: string, what: string) =>
      `at ${url} answers something that is no Schema Registry (${what}); correct schema.registry.url`,
  },
  REGISTRY_TLS_REFUSED: {
    label: 'fatal',
    exit: exit.registryRefused,
    say: (url: string, why: string) =>
      `the TLS connection to the Schema Registry at ${url} failed (${why}); set schema.registry.ssl.truststore.location to the PEM file of its authority`,
  },
  REGISTRY_TLS_FILE: {
    label: 'fatal',
    exit: exit.fileMissing,
    say: (path: string, why: string) => `cannot read "${path}", which schema.registry.ssl. names: ${why}`,
  },
  SCHEMA_FILE_UNUSABLE: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (at: string, path: string, why: string) => `${at}: "${path}" is no schema to read records with: ${why}`,
  },
  SCHEMA_UNKNOWN: {
    label: 'record',
    exit: exit.badRecord,
    say: (what: string, id: string) =>
      `the ${what} names schema ${id}, which the Schema Registry does not know; was it written with another registry?`,
  },
  SCHEMA_UNUSABLE: {
    label: 'record',
    exit: exit.badRecord,
    say: (what: string, id: string, why: string) => `the ${what} names schema ${id}, which cannot be used: ${why}`,
  },
  SCHEMA_HEADER_UNREADABLE: {
    label: 'record',
    exit: exit.badRecord,
    say: (what: string, bytes: number) =>
      `the record has a header for the schema of its ${what.slice('record '.length)}, and its ${bytes} bytes name none; they are a byte 1 and a GUID of 16 bytes, or a byte 0 and an id of four`,
  },
  RECORD_NOT_FRAMED: {
    label: 'record',
    exit: exit.badRecord,
    say: (what: string, bytes: number, first: string) =>
      `the ${what} does not begin with the header of a Schema Registry (a zero byte and four bytes of schema id): it has ${bytes} bytes, ${first}; see that producers write with the registry`,
  },
  PLAIN_UNREADABLE: {
    label: 'record',
    exit: exit.badRecord,
    say: (what: string, why: string) =>
      `the ${what} is not what its converter reads: ${why}; see that the converter is what producers use`,
  },
  KEY_UNREADABLE: {
    label: 'record',
    exit: exit.badRecord,
    say: (why: string) => `the record key cannot be read: ${why}`,
  },
  RECORD_INDEXES_BAD: {
    label: 'record',
    exit: exit.badRecord,
    say: (what: string) => `the ${what} does not say which message of its Protobuf schema it is (message indexes)`,
  },
} as const satisfies ErrorTable
