import type { Place } from '../milvus/outcome.ts'
import { exit } from './exit.ts'
import type { ErrorTable } from './kind.ts'

/**
 * What Milvus and the way to it can answer. `why` is the method and what the server or gRPC said. Which answer is which of these is
 * decided in milvus/outcome.ts.
 */
export const milvusErrors = {
  MILVUS_UNREACHABLE: {
    label: 'retriable',
    exit: exit.milvusUnreachable,
    say: ({ endpoint }: Place, why: string) =>
      `no connection to Milvus at ${endpoint} (${why}); check host and port in \`public.endpoint\`, https:// where Milvus wants TLS and http:// where it does not, and that it runs`,
  },
  MILVUS_TLS_REFUSED: {
    label: 'fatal',
    exit: exit.milvusUnreachable,
    say: ({ endpoint }: Place, why: string) =>
      `the certificate of Milvus at ${endpoint} is not trusted (${why}); set \`milvus.ssl.ca.file\` to its CA's PEM file, or \`milvus.ssl.server.name\` to the name it was issued for`,
  },
  MILVUS_TLS_FILE: {
    label: 'fatal',
    exit: exit.fileMissing,
    say: (path: string, what: string, why: string) =>
      `cannot read the ${what} for Milvus from "${path}": ${why}; give a PEM file`,
  },
  MILVUS_TIMEOUT: {
    label: 'retriable',
    exit: exit.milvusUnreachable,
    say: ({ endpoint }: Place, why: string) => `Milvus at ${endpoint} did not answer in time (${why})`,
  },
  MILVUS_CANCELLED: {
    label: 'retriable',
    exit: exit.milvusUnreachable,
    say: ({ endpoint }: Place, why: string) => `a request to Milvus at ${endpoint} was given up (${why})`,
  },
  MILVUS_NOT_READY: {
    label: 'retriable',
    exit: exit.milvusRefused,
    say: (place: Place, why: string) => `Milvus ${at(place)} is not ready (${why})`,
  },
  MILVUS_RATE_LIMITED: {
    label: 'retriable',
    exit: exit.milvusRefused,
    say: (place: Place, why: string) => `Milvus ${at(place)} limits the rate of writes (${why})`,
  },
  MILVUS_QUOTA_EXCEEDED: {
    label: 'retriable',
    exit: exit.milvusRefused,
    say: (place: Place, why: string) => `Milvus ${at(place)} denies writes until its quota allows them (${why})`,
  },
  MILVUS_MEMORY_FULL: {
    label: 'retriable',
    exit: exit.milvusRefused,
    say: (place: Place, why: string) => `Milvus ${at(place)} has no memory left for writes (${why})`,
  },
  MILVUS_DISK_FULL: {
    label: 'retriable',
    exit: exit.milvusRefused,
    say: (place: Place, why: string) => `Milvus ${at(place)} has no disk left for writes (${why})`,
  },
  MILVUS_TROUBLE: {
    label: 'retriable',
    exit: exit.milvusRefused,
    say: (place: Place, why: string) => `Milvus ${at(place)} failed for a reason that may pass (${why})`,
  },
  MILVUS_AUTH_REFUSED: {
    label: 'fatal',
    exit: exit.authRefused,
    say: ({ endpoint }: Place, why: string) =>
      `Milvus at ${endpoint} refused the token (${why}); set \`token\` in the sink file to an API key or user:password, or to ${'${file:…}'} or ${'${env:…}'} to read it from there`,
  },
  MILVUS_DENIED: {
    label: 'fatal',
    exit: exit.milvusDenied,
    say: (place: Place, why: string) =>
      `Milvus ${at(place)} denies this user the operation (${why}); grant the privilege that is named`,
  },
  MILVUS_DATABASE_MISSING: {
    label: 'fatal',
    exit: exit.databaseMissing,
    say: ({ endpoint, database }: Place, why: string) =>
      `Milvus at ${endpoint} has no database "${database}" (${why}); create it, or correct \`database.name\``,
  },
  MILVUS_COLLECTION_MISSING: {
    label: 'fatal',
    exit: exit.collectionMissing,
    say: ({ endpoint, database, collection }: Place, why: string) =>
      `Milvus at ${endpoint} has no collection "${collection}" in database "${database}" (${why}); create it, or correct \`collection.name\` or \`database.name\``,
  },
  MILVUS_PARTITION_MISSING: {
    label: 'fatal',
    exit: exit.collectionMissing,
    say: (place: Place, why: string) => `Milvus ${at(place)} has no such partition (${why}); create it`,
  },
  MILVUS_COLLECTION_NOT_LOADED: {
    label: 'fatal',
    exit: exit.collectionNotLoaded,
    say: (place: Place, why: string) =>
      `Milvus ${at(place)}: the collection is not loaded (${why}); create an index on its vectors and load it`,
  },
  AUTO_CREATE_IMPOSSIBLE: {
    label: 'fatal',
    exit: exit.schemaUnsupported,
    say: (collection: string, problems: string) =>
      `collection "${collection}" is missing, and \`auto.create\` cannot make it from the records that are there: ${problems}; redkite plan shows what it sees, or create the collection by hand`,
  },
  AUTO_CREATE_NO_RECORDS: {
    label: 'fatal',
    exit: exit.collectionMissing,
    say: (collection: string, topics: string) =>
      `collection "${collection}" is missing, and ${topics} holds no records yet for \`auto.create\` to make it from; a run without --until-caught-up waits for them`,
  },
  MILVUS_SCHEMA_CHANGED: {
    label: 'fatal',
    exit: exit.schemaUnsupported,
    say: (place: Place, why: string) =>
      `Milvus ${at(place)} has another schema than the rows were made for (${why}); redkite reads the new one by itself, once; after that start it again`,
  },
  MILVUS_SCHEMA_ODD: {
    label: 'fatal',
    exit: exit.schemaUnsupported,
    say: (place: Place, why: string) => `Milvus ${at(place)} describes a schema that redkite cannot write to: ${why}`,
  },
  MILVUS_UNSUPPORTED: {
    label: 'fatal',
    exit: exit.milvusRefused,
    say: (place: Place, why: string) =>
      `Milvus ${at(place)} does not know this request (${why}); is it Milvus 2.3 or later, and its gRPC port?`,
  },
  MILVUS_REQUEST_TOO_LARGE: {
    label: 'record',
    exit: exit.badRecord,
    say: (place: Place, why: string) =>
      `Milvus ${at(place)} takes no request of this size (${why}); a record alone must stay under its limit, 64 MiB unless configured`,
  },
  MILVUS_REFUSED_ROWS: {
    label: 'record',
    exit: exit.badRecord,
    say: (place: Place, why: string) => `Milvus ${at(place)} refused what the rows hold (${why})`,
  },
  MILVUS_NOT_ACKNOWLEDGED: {
    label: 'fatal',
    exit: exit.milvusRefused,
    say: (place: Place, rpc: string, rows: number, acknowledged: number) =>
      `Milvus ${at(place)} acknowledged ${acknowledged} of ${rows} rows (${rpc}) and named no error; nothing of it is committed. Is something between redkite and Milvus that answers in its place?`,
  },
  MILVUS_FAILED: {
    label: 'fatal',
    exit: exit.milvusRefused,
    say: (place: Place, why: string) =>
      `Milvus ${at(place)} failed, and redkite knows no way on (${why}); Milvus' own log says more`,
  },
} as const satisfies ErrorTable

function at({ endpoint, database, collection }: Place): string {
  return collection === '' ? `at ${endpoint}` : `at ${endpoint}, collection "${collection}" in database "${database}"`
}
