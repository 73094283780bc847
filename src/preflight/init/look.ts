/** What `redkite init` finds in a topic and in Milvus before it writes its files. Changes nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { typeName } from '../../columns/create.ts'
import { readSetup, type SinkSettings } from '../../config/setup.ts'
import { RedkiteError } from '../../errors/errors.ts'
import { Arena } from '../../kafka/arena.ts'
import { describeCollection } from '../../milvus/describe.ts'
import type { CollectionSchema } from '../../milvus/schema.ts'
import { connectWithin } from '../../sink/open-milvus.ts'
import { askBounds, type TopicBounds } from '../../sink/topic-bounds.ts'
import { type Proposal, proposeCollection } from '../propose.ts'
import { readSample } from '../read-sample.ts'
import { newReader, readStretches, sampleStretches } from '../sample.ts'
import { type Answers, draftFiles, type Found, foundNothing } from './draft.ts'
import { guessKeys, guessValues, type SampleBytes } from './guess.ts'

export interface Look {
  readonly found: Found
  /** With the converters that were guessed. */
  readonly settings: SinkSettings
  /** The collection that would be made; undefined where it is there, or there are no records to make it from. */
  readonly proposal: Proposal | undefined
}

const sampleRecords = 50
const arenaBytes = 2 * 1024 * 1024

type Env = Readonly<Record<string, string | undefined>>

export async function look(answers: Answers, env: Env): Promise<Look> {
  const blind = settingsOf(answers, foundNothing, env)
  const bounds = await askBounds(blind)
  const samples = await readBytes(blind, bounds)
  const shapes: Found = { ...foundNothing, values: guessValues(samples), keys: guessKeys(samples) }
  const settings = settingsOf(answers, shapes, env)
  const connection = await connectWithin(settings)
  try {
    const schema = await describeCollection(connection, settings.collection).then(
      (description) => description.schema,
      (error: unknown) => {
        if (error instanceof RedkiteError && error.code === 'MILVUS_COLLECTION_MISSING') return undefined
        throw error
      },
    )
    if (schema !== undefined) {
      const keyMode = await keyModeFor(schema, settings, bounds, shapes)
      return { settings, found: { ...shapes, keyMode, collectionNotes: notes(schema) }, proposal: undefined }
    }
    const canPropose = bounds.recordsMax > 0 && shapes.values !== 'registry'
    const proposal = canPropose
      ? await proposeCollection(settings, bounds.stretches, connection.serverVersion)
      : undefined
    return { settings, found: { ...shapes, create: true }, proposal }
  } finally {
    await connection.close()
  }
}

/** The files as a run would read them, before they are where they will be. With the extra settings as `--set`, which refuses secrets and unknown keys. */
function settingsOf(answers: Answers, found: Found, env: Env): SinkSettings {
  const draft = draftFiles(answers, found)
  const folder = mkdtempSync(join(tmpdir(), 'redkite-init-'))
  try {
    const paths = [join(folder, 'connect-standalone.properties'), join(folder, 'milvus-sink-connector.properties')]
    writeFileSync(paths[0]!, draft.worker)
    writeFileSync(paths[1]!, draft.sink)
    return readSetup(paths, { sets: answers.sets, env }).sinks[0]!
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function readBytes(settings: SinkSettings, { stretches }: TopicBounds): Promise<SampleBytes[]> {
  const samples: SampleBytes[] = []
  const reader = newReader(settings)
  try {
    await readStretches(
      reader,
      sampleStretches(stretches, sampleRecords, 'first'),
      new Arena(arenaBytes, 1_024),
      (arena) => {
        const { bytes, valueStart, valueEnd, keyStart, keyEnd } = arena
        for (let row = 0; row < arena.rows; row++) {
          samples.push({
            key: keyStart[row]! < 0 ? undefined : bytes.slice(keyStart[row]!, keyEnd[row]!),
            value: valueStart[row]! < 0 ? undefined : bytes.slice(valueStart[row]!, valueEnd[row]!),
          })
        }
        return true
      },
    )
    return samples
  } finally {
    await reader.close()
  }
}

/** From the record key where there are keys and no value has a field of the primary key's name. */
async function keyModeFor(
  { primaryKey }: CollectionSchema,
  settings: SinkSettings,
  { stretches }: TopicBounds,
  { keys, values }: Found,
): Promise<Found['keyMode']> {
  if (primaryKey.autoId || keys === 'none' || keys === 'bytes' || values === 'registry') return 'record_value'
  const { shapes } = await readSample(settings, stretches, 'first')
  return shapes.length === 0 || shapes.some(({ fields }) => fields.has(primaryKey.name)) ? 'record_value' : 'record_key'
}

function notes({ fields, dynamicField }: CollectionSchema): string[] {
  const named = fields.map(({ name, type, primaryKey, dim }) => {
    const size = dim === undefined ? '' : `(${dim})`
    return `  ${name} ${typeName(type)}${size}${primaryKey ? ', the primary key' : ''}`
  })
  return [
    'The collection has these fields:',
    ...named,
    ...(dynamicField ? ['  and a dynamic field for all others'] : []),
  ]
}
