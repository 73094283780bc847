/** Milvus Lite 3.2 as a gRPC server: no TLS, no tokens, but the newer types that Milvus 2.3.5 does not have. Up in a second or two. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Child, started } from './child.ts'
import { answersGrpc, type MilvusEndpoint } from './milvus-endpoint.ts'
import { dataFolder, installed, removeFolder } from './place.ts'
import { freePort } from './ports.ts'

export interface MilvusLiteOptions {
  /** Where the data lies, and stays at stop(); a fresh folder that stop() removes by default. */
  readonly folder?: string
  readonly port?: number
  readonly outlive?: boolean
}

const startDeadlineMs = 60_000
const stopGraceMs = 5_000

export async function startMilvusLite(options: MilvusLiteOptions = {}): Promise<MilvusLite> {
  return started(await prepareMilvusLite(options))
}

/** A server that `restart()` will start: whoever has it can also stop it while it starts. */
export async function prepareMilvusLite(options: MilvusLiteOptions = {}): Promise<MilvusLite> {
  const folder = options.folder ?? dataFolder('lite')
  mkdirSync(folder, { recursive: true })
  return new MilvusLite(folder, options, options.port ?? (await freePort()))
}

export class MilvusLite implements MilvusEndpoint {
  readonly host = '127.0.0.1'
  readonly endpoint: string
  readonly token = undefined
  readonly caFile = undefined
  private child: Child | undefined

  constructor(
    readonly folder: string,
    private readonly options: MilvusLiteOptions,
    readonly port: number,
  ) {
    this.endpoint = `http://${this.host}:${port}`
  }

  get pid(): number {
    return this.child?.pid ?? 0
  }

  /** Starts the server when it is not running, with the same data on the same port. */
  async restart(): Promise<void> {
    if (this.child && !this.child.exited) {
      return
    }
    const python = installed('python', 'venv', 'bin', 'python')
    const flags = ['--host', this.host, '--port', String(this.port), '--data-dir', join(this.folder, 'data')]
    const child = new Child({
      name: 'Milvus Lite',
      command: [python, '-m', 'milvus_lite', 'server', ...flags],
      logFile: join(this.folder, 'milvus-lite.log'),
      outlive: this.options.outlive ?? false,
    })
    this.child = child
    await child.until(() => answersGrpc(this), startDeadlineMs)
  }

  /** SIGKILL; the data stays for restart(). */
  async kill(): Promise<void> {
    await this.child?.kill()
  }

  async stop(): Promise<void> {
    await this.child?.stop(stopGraceMs)
    if (!this.options.folder) {
      removeFolder(this.folder)
    }
  }
}
