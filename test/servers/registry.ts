/**
 * A Schema Registry as small as serializers and redkite need: subjects, versions, ids, GUIDs and references in memory, over HTTP or TLS, with
 * basic or bearer authentication, and failing on demand. It checks no schema and no compatibility.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Certificates } from './certificates.ts'

export interface Reference {
  readonly name: string
  readonly subject: string
  readonly version: number
}

interface Stored {
  readonly id: number
  readonly guid: string
  readonly schema: string
  readonly schemaType: string
  readonly references: readonly Reference[]
}

export interface RegistryOptions {
  readonly certificates?: Certificates
  /** The value that `Authorization` must have. */
  readonly authorization?: string
  /** For a registry that comes back where it was. */
  readonly port?: number
}

export class RegistryDouble {
  readonly url: string
  readonly port: number
  /** `METHOD /path` of each question, in order. */
  readonly asked: string[] = []
  /** Headers of the last question. */
  headers: Record<string, string> = {}
  /** Answers with this in place of what was asked for, while it is set. */
  answer: ((path: string) => Response | Promise<Response> | undefined) | undefined

  private readonly byId = new Map<number, Stored>()
  private readonly subjects = new Map<string, Stored[]>()
  private readonly server: Bun.Server<undefined>
  private lastId: number

  constructor(
    private readonly options: RegistryOptions = {},
    /** Ids begin after it. */
    firstId = 0,
  ) {
    this.lastId = firstId
    const { certificates, port = 0 } = options
    this.server = Bun.serve({
      hostname: '127.0.0.1',
      port,
      fetch: (request) => this.serve(request),
      ...(certificates === undefined
        ? {}
        : {
            tls: {
              cert: readFileSync(certificates.serverCertificateFile),
              key: readFileSync(certificates.serverKeyFile),
            },
          }),
    })
    this.server.unref()
    this.port = this.server.port!
    this.url = `${certificates === undefined ? 'http' : 'https'}://localhost:${this.port}`
  }

  /** Registers a schema as a serializer would; its id. The same schema again has the same id. */
  register(subject: string, schema: string, schemaType = 'AVRO', references: readonly Reference[] = []): number {
    const same = (one: Stored) =>
      one.schema === schema &&
      one.schemaType === schemaType &&
      JSON.stringify(one.references) === JSON.stringify(references)
    const versions = this.subjects.get(subject) ?? []
    this.subjects.set(subject, versions)
    let stored = versions.find(same) ?? [...this.byId.values()].find(same)
    if (stored === undefined) {
      stored = { id: ++this.lastId, guid: randomUUID(), schema, schemaType, references }
      this.byId.set(stored.id, stored)
    }
    if (!versions.includes(stored)) versions.push(stored)
    return stored.id
  }

  guidOf(id: number): string {
    return this.byId.get(id)!.guid
  }

  /** Takes over what another one holds: a registry that comes back has not forgotten. */
  restore(other: RegistryDouble): void {
    for (const [id, stored] of other.byId) this.byId.set(id, stored)
    for (const [subject, versions] of other.subjects) this.subjects.set(subject, [...versions])
    this.lastId = other.lastId
  }

  async stop(): Promise<void> {
    await this.server.stop(true)
  }

  private async serve(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    this.asked.push(`${request.method} ${pathname}`)
    this.headers = Object.fromEntries(request.headers)
    const { authorization } = this.options
    if (authorization !== undefined && request.headers.get('authorization') !== authorization) {
      return Response.json({ error_code: 401, message: 'Unauthorized' }, { status: 401 })
    }
    return (await this.answer?.(pathname)) ?? (await this.route(request, pathname))
  }

  private async route(request: Request, pathname: string): Promise<Response> {
    const [first, second, third, fourth] = pathname.slice(1).split('/').map(decodeURIComponent)
    if (first === 'schemas' && second === 'ids' && fourth === undefined) {
      return shown(this.byId.get(Number(third)), 40403, 'Schema not found', false)
    }
    if (first === 'schemas' && second === 'guids') {
      const stored = [...this.byId.values()].find(({ guid }) => guid === third)
      return shown(stored, 40403, 'Schema not found', false)
    }
    if (first !== 'subjects' || second === undefined) return new Response('nothing here', { status: 404 })
    const versions = this.subjects.get(second) ?? []
    if (request.method === 'POST') {
      const { schema, schemaType = 'AVRO', references = [] } = (await request.json()) as Stored
      const id = this.register(second, schema, schemaType, references)
      const stored = this.byId.get(id)!
      const version = this.subjects.get(second)!.indexOf(stored) + 1
      return Response.json({ ...stored, subject: second, version })
    }
    const stored = fourth === 'latest' ? versions.at(-1) : versions[Number(fourth) - 1]
    const version = stored === undefined ? 0 : versions.indexOf(stored) + 1
    return shown(stored, 40402, 'Version not found', true, { subject: second, version })
  }
}

/** As the real one does it, the type is left out where it is AVRO, and references where there are none. */
function shown(stored: Stored | undefined, code: number, message: string, isVersion: boolean, more = {}): Response {
  const type = { 'content-type': 'application/vnd.schemaregistry.v1+json' }
  if (stored === undefined) return Response.json({ error_code: code, message }, { status: 404, headers: type })
  const { id, guid, schema, schemaType, references } = stored
  const body = {
    ...more,
    ...(isVersion ? { id } : {}),
    guid,
    ...(schemaType === 'AVRO' ? {} : { schemaType }),
    schema,
    ...(references.length === 0 ? {} : { references }),
  }
  return Response.json(body, { headers: type })
}
