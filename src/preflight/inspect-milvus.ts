/** What a run needs of Milvus: that it answers, takes the token, has the collection, loaded, with a schema that redkite can write. */
import { dynamicFieldName } from '../columns/create.ts'
import type { SinkSettings } from '../config/setup.ts'
import { compileDecoder } from '../decode/compile.ts'
import { RedkiteError } from '../errors/errors.ts'
import type { MilvusConnection } from '../milvus/connection.ts'
import { describeCollection, loadState } from '../milvus/describe.ts'
import type { CollectionSchema, Field } from '../milvus/schema.ts'
import { dangerOf } from '../milvus/server-features.ts'
import { checkKey, connectWithin } from '../sink/open-milvus.ts'
import type { PartitionBounds } from '../sink/topic-bounds.ts'
import { FindingList } from './finding.ts'
import { isMadeOnDemand } from './make-missing.ts'
import { shownField } from './needs.ts'
import { type Proposal, proposeCollection } from './propose.ts'
import { proposedSchema } from './proposed-schema.ts'

export interface MilvusInspection {
  readonly findings: FindingList
  /** Of the collection, or of the one that would be made; undefined where nothing can be written. */
  readonly schema: CollectionSchema | undefined
  /** The collection that `auto.create` would make. */
  readonly proposal: Proposal | undefined
}

/** `partitions` are asked for only where a collection has to be proposed; undefined where Kafka cannot be asked. */
export async function inspectMilvus(
  settings: SinkSettings,
  partitions: () => Promise<readonly PartitionBounds[] | undefined>,
): Promise<MilvusInspection> {
  const findings = new FindingList('milvus')
  const nothing = { findings, schema: undefined, proposal: undefined }
  const connection = await reach(settings, findings)
  if (connection === undefined) return nothing
  try {
    const described = await describe(connection, settings, findings)
    if (described === 'absent') return { ...nothing, ...(await propose(connection, settings, partitions, findings)) }
    if (described === undefined) return nothing
    const isSound = await inspectSchema(described, settings, findings)
    const danger = dangerOf(described, connection.serverVersion)
    if (danger !== undefined) findings.warn(danger)
    await inspectLoaded(connection, settings, findings)
    return isSound ? { ...nothing, schema: described } : nothing
  } finally {
    await connection.close()
  }
}

/** The server alone. */
export async function inspectServer(settings: SinkSettings): Promise<FindingList> {
  const findings = new FindingList('milvus')
  await (await reach(settings, findings))?.close()
  return findings
}

async function reach(settings: SinkSettings, findings: FindingList): Promise<MilvusConnection | undefined> {
  const connection = await findings.attempt(() => connectWithin(settings))
  if (connection === undefined) return undefined
  const token = settings.token === undefined ? 'requests without a token' : 'the token'
  findings.ok(`Milvus ${connection.serverVersion} at ${connection.endpoint} answers, and takes ${token}`)
  return connection
}

/** `absent` where a run would make it. */
async function describe(
  connection: MilvusConnection,
  settings: SinkSettings,
  findings: FindingList,
): Promise<CollectionSchema | 'absent' | undefined> {
  const { collection } = settings
  try {
    const { schema, name } = await describeCollection(connection, collection)
    const alias = name === collection ? '' : `, an alias of "${name}"`
    findings.ok(
      `collection "${collection}"${alias}: ${schema.fields.map(shown).join(', ')}${schema.dynamicField ? ` and the dynamic field ${dynamicFieldName}` : ''}`,
    )
    return schema
  } catch (error) {
    if (!(error instanceof RedkiteError)) throw error
    const isDatabase = error.code === 'MILVUS_DATABASE_MISSING'
    if (!isMadeOnDemand(settings, error)) {
      findings.fail(error.message, error.code)
      return undefined
    }
    if (isDatabase) findings.warn(`database "${connection.database}" is missing; a run makes it (database.create=true)`)
    findings.warn(`collection "${collection}" is missing; a run makes it (auto.create=true)`)
    return 'absent'
  }
}

async function propose(
  connection: MilvusConnection,
  settings: SinkSettings,
  partitions: () => Promise<readonly PartitionBounds[] | undefined>,
  findings: FindingList,
): Promise<{ schema?: CollectionSchema; proposal?: Proposal }> {
  const found = await partitions()
  if (found === undefined) return {}
  if (found.every(({ from, to }) => from === to)) {
    findings.warn('there are no records yet to make the collection from; a run waits for them')
    return {}
  }
  const proposal = await proposeCollection(settings, found, connection.serverVersion)
  const { problems } = proposal.schema
  for (const problem of problems) findings.fail(problem, 'AUTO_CREATE_IMPOSSIBLE')
  return problems.length > 0 ? { proposal } : { proposal, schema: proposedSchema(proposal) }
}

async function inspectSchema(
  schema: CollectionSchema,
  settings: SinkSettings,
  findings: FindingList,
): Promise<boolean> {
  const sound = await findings.attempt(() => {
    compileDecoder(schema, settings)
    checkKey(settings, schema)
    return true
  })
  if (schema.primaryKey.autoId) {
    findings.warn(
      'Milvus makes the keys (autoID): records read again after a crash become second rows; let the records bring the key, or use a VARCHAR key with pk.mode=kafka',
    )
  }
  return sound === true
}

async function inspectLoaded(
  connection: MilvusConnection,
  settings: SinkSettings,
  findings: FindingList,
): Promise<void> {
  const { collection, onDemand } = settings
  const state = await findings.attempt(() => loadState(connection, collection))
  if (state === undefined) return
  if (state !== 'not loaded') findings.ok(`it is ${state}`)
  else if (onDemand.createCollection) findings.warn('it is not loaded; a run loads it (auto.create=true)')
  else if (!settings.collectionRequireLoaded)
    findings.warn('it is not loaded, and collection.require.loaded=false: rows are written, searches find nothing')
  else
    findings.fail(
      'it is not loaded, so a run would stop; create an index on its vectors and load it',
      'MILVUS_COLLECTION_NOT_LOADED',
    )
}

function shown(field: Field): string {
  return `${shownField(field)}${field.primaryKey ? ' primary key' : ''}`
}
