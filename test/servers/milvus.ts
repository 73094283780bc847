/**
 * Milvus 2.3.5 standalone, the full server, in one process with its own etcd and log. All its ports are free ones, so that several run side
 * by side. It takes 2 to 6 seconds to start and 160 MB and more: tests share one (shared.ts).
 *
 * It aborts when a collection has a field of a type it does not know (GEOMETRY, TIMESTAMPTZ, TEXT), and again at each restart.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificates, createCertificates } from './certificates.ts'
import { Child, started } from './child.ts'
import { answersGrpc, type MilvusEndpoint } from './milvus-endpoint.ts'
import { dataFolder, installed, removeFolder } from './place.ts'
import { freePorts } from './ports.ts'

export interface MilvusOptions {
  /** TLS with a certificate of the tests' own authority. */
  readonly tls?: boolean
  /** Asks for a token; `root:Milvus` is the first user's. */
  readonly authorization?: boolean
  /** Where the data lies, and stays at stop(); a fresh folder that stop() removes by default. */
  readonly folder?: string
  /** A free one by default. */
  readonly port?: number
  /** Settings of milvus.yaml by their environment name, as QUOTAANDLIMITS_DML_ENABLED. */
  readonly environment?: Record<string, string>
  readonly outlive?: boolean
}

const components = [
  ...['PROXY', 'ROOTCOORD', 'QUERYCOORD', 'DATACOORD', 'INDEXCOORD'],
  ...['QUERYNODE', 'INDEXNODE', 'DATANODE'],
]
const startDeadlineMs = 120_000
/** It rarely ends sooner than it is told to; data that is thrown away need not wait for it. */
const stopGraceMs = 15_000
const discardGraceMs = 2_000

export async function startMilvus(options: MilvusOptions = {}): Promise<MilvusServer> {
  return started(await prepareMilvus(options))
}

/** A server that `restart()` will start: whoever has it can also stop it while it starts. */
export async function prepareMilvus(options: MilvusOptions = {}): Promise<MilvusServer> {
  const folder = options.folder ?? dataFolder('milvus')
  mkdirSync(folder, { recursive: true })
  return new MilvusServer(folder, options, await choosePorts(options.port))
}

type Ports = Awaited<ReturnType<typeof choosePorts>>

async function choosePorts(port: number | undefined) {
  const free = await freePorts(
    ...(['proxy_port', 'proxy_internal_port', 'root_coord_port', 'query_coord_port', 'query_node_port'] as const),
    ...(['index_coord_port', 'index_node_port', 'data_coord_port', 'data_node_port'] as const),
    ...(['etcd_port', 'etcdPeer', 'metrics'] as const),
  )
  return { ...free, proxy_port: port ?? free.proxy_port }
}

export class MilvusServer implements MilvusEndpoint {
  readonly host: string
  readonly port: number
  readonly endpoint: string
  readonly token: string | undefined
  readonly caFile: string | undefined
  readonly certificates: Certificates | undefined
  private child: Child | undefined

  constructor(
    readonly folder: string,
    private readonly options: MilvusOptions,
    private readonly ports: Ports,
  ) {
    // A TLS client needs a name to ask for; the certificate has both.
    this.host = options.tls ? 'localhost' : '127.0.0.1'
    this.port = ports.proxy_port
    this.endpoint = `${options.tls ? 'https' : 'http'}://${this.host}:${this.port}`
    this.token = options.authorization ? 'root:Milvus' : undefined
    this.certificates = options.tls ? createCertificates(folder) : undefined
    this.caFile = this.certificates?.caFile
  }

  get pid(): number {
    return this.child?.pid ?? 0
  }

  /** Starts the server when it is not running, with the same data on the same ports. */
  async restart(): Promise<void> {
    if (this.child && !this.child.exited) {
      return
    }
    const { etcdPeer, metrics, ...ports } = this.ports
    const settings = {
      ...ports,
      ...(this.certificates && {
        tls_mode: 1,
        server_pem_path: this.certificates.serverCertificateFile,
        server_key_path: this.certificates.serverKeyFile,
        ca_pem_path: this.certificates.caFile,
      }),
      authorization_enabled: this.options.authorization ?? false,
      environment: {
        METRICS_PORT: String(metrics),
        ETCD_CONFIG_PATH: this.writeEtcdConfig(ports.etcd_port, etcdPeer),
        LOG_LEVEL: 'warn',
        // A killed server's components are given up after this; half a minute by default, and nothing loads meanwhile.
        COMMON_SESSION_TTL: '10',
        // Milliseconds between looks at what is to be loaded: with the usual 1000, 1000 and 500 a new, empty collection takes three seconds.
        QUERYCOORD_CHECKCHANNELINTERVAL: '100',
        QUERYCOORD_CHECKSEGMENTINTERVAL: '100',
        QUERYCOORD_DISTPULLINTERVAL: '100',
        // What its components call each other by; without, the machine's address on some network.
        ...Object.fromEntries(components.map((component) => [`${component}_IP`, '127.0.0.1'])),
        ...this.options.environment,
      },
    }
    const child = new Child({
      name: 'Milvus 2.3.5',
      command: [
        installed('milvus', 'venv', 'bin', 'python'),
        join(import.meta.dir, 'python', 'milvus_server.py'),
        ...[this.folder, installed('milvus'), JSON.stringify(settings)],
      ],
      logFile: join(this.folder, 'milvus.log'),
      outlive: this.options.outlive ?? false,
    })
    this.child = child
    await child.until(async () => (await isHealthy(metrics)) && (await answersGrpc(this)), startDeadlineMs)
  }

  /** SIGKILL; the data stays for restart(). */
  async kill(): Promise<void> {
    await this.child?.kill()
  }

  /** SIGSTOP: connections stay open and nothing answers. */
  freeze(): void {
    this.child?.signal('SIGSTOP')
  }

  thaw(): void {
    this.child?.signal('SIGCONT')
  }

  async stop(): Promise<void> {
    await this.child?.stop(this.options.folder ? stopGraceMs : discardGraceMs)
    // Written there whatever its configuration says.
    removeFolder(`/tmp/milvus/server_id_${this.pid}`)
    if (!this.options.folder) {
      removeFolder(this.folder)
    }
  }

  /** The embedded etcd would take 2379 and 2380 whatever milvus.yaml says. */
  private writeEtcdConfig(clientPort: number, peerPort: number): string {
    const client = `http://127.0.0.1:${clientPort}`
    const peer = `http://127.0.0.1:${peerPort}`
    const file = join(this.folder, 'etcd.yaml')
    const lines = [
      'name: default',
      `listen-client-urls: ${client}`,
      `advertise-client-urls: ${client}`,
      `listen-peer-urls: ${peer}`,
      `initial-advertise-peer-urls: ${peer}`,
      `initial-cluster: default=${peer}`,
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    return file
  }
}

/** Every component of the standalone server says so, not only its proxy. */
async function isHealthy(metricsPort: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${metricsPort}/healthz`, { signal: AbortSignal.timeout(2_000) })
    return (await answer.text()).includes('OK')
  } catch {
    return false
  }
}
