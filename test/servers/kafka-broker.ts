/** One node of a Kafka cluster: its storage, its settings, its process. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from './child.ts'
import { java, properties, runTool } from './java.ts'
import { type KafkaSecurity, scramArguments, secureProperties, secureSystemProperties } from './kafka-secure.ts'

export interface KafkaOptions {
  readonly brokers?: number
  /** Adds the SASL_SSL and SSL listeners and the authorizer. */
  readonly secure?: boolean
  /** Broker settings that replace or extend the usual ones. */
  readonly properties?: Record<string, string>
  /**
   * Its brokers are killed and started again: after three seconds others take their place, and who comes back is let in. Otherwise that takes
   * two minutes, so that a machine that stood still for a moment finds its cluster as it was.
   */
  readonly killed?: boolean
  readonly heapMb?: number
  /** Where the data lies, and stays at stop(); a fresh folder that stop() removes by default. */
  readonly folder?: string
  /** Of the first broker; free ones by default. */
  readonly ports?: BrokerPorts
  /** Lets the brokers run on when this process ends. */
  readonly outlive?: boolean
}

export interface BrokerPorts {
  readonly plaintext: number
  readonly saslSsl: number
  readonly ssl: number
  readonly controller: number
}

const startDeadlineMs = 60_000
const stopGraceMs = 15_000
/** Any 16 bytes in URL-safe base64. */
const clusterId = 'cmVka2l0ZS10ZXN0cy0xMA'

/** The first node is the cluster's controller too. */
export class Broker {
  private child: Child | undefined
  private formatted = false
  private readonly folder: string
  private readonly configFile: string
  private starts = 0

  constructor(
    readonly id: number,
    serverFolder: string,
    private readonly ports: readonly BrokerPorts[],
    private readonly security: KafkaSecurity | undefined,
    private readonly options: KafkaOptions,
  ) {
    this.folder = join(serverFolder, `broker-${id}`)
    this.configFile = join(this.folder, 'server.properties')
  }

  get pid(): number {
    return this.child?.pid ?? 0
  }

  async start(): Promise<void> {
    if (this.child && !this.child.exited) {
      return
    }
    if (!this.formatted) {
      await this.format()
    }
    // A log a start, so that waiting for its line never sees an earlier one.
    const logFile = join(this.folder, `kafka-${++this.starts}.log`)
    const child = new Child({
      name: `Kafka broker ${this.id}`,
      command: java('kafka.Kafka', [this.configFile], {
        heapMb: this.options.heapMb ?? 512,
        logLevels: ['kafka.server.KafkaRaftServer=info'],
        properties: this.security ? secureSystemProperties(this.security) : {},
      }),
      logFile,
      cwd: this.folder,
      outlive: this.options.outlive ?? false,
    })
    this.child = child
    await child.until(() => child.log().includes('Kafka Server started'), startDeadlineMs)
  }

  async stop(): Promise<void> {
    await this.child?.stop(stopGraceMs)
  }

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

  log(): string {
    return this.child?.log() ?? ''
  }

  private async format(): Promise<void> {
    mkdirSync(this.folder, { recursive: true })
    writeFileSync(this.configFile, properties(this.configuration()))
    const scram = this.security ? scramArguments() : []
    const args = ['format', '--ignore-formatted', '-t', clusterId, '-c', this.configFile, ...scram]
    const { exitCode, said } = await runTool('kafka.tools.StorageTool', args)
    if (exitCode !== 0) throw new Error(`formatting Kafka's storage failed\n${said}`)
    this.formatted = true
  }

  private configuration(): Record<string, string | number> {
    const own = this.ports[this.id - 1]!
    const controls = this.id === 1
    const listeners = [`PLAINTEXT://127.0.0.1:${own.plaintext}`]
    if (this.security) {
      listeners.push(`SASL_SSL://127.0.0.1:${own.saslSsl}`, `SSL://127.0.0.1:${own.ssl}`)
    }
    const replicas = Math.min(3, this.ports.length)
    return {
      'node.id': this.id,
      'process.roles': controls ? 'broker,controller' : 'broker',
      'controller.quorum.voters': `1@127.0.0.1:${this.ports[0]!.controller}`,
      'controller.listener.names': 'CONTROLLER',
      'inter.broker.listener.name': 'PLAINTEXT',
      listeners: [...listeners, ...(controls ? [`CONTROLLER://127.0.0.1:${own.controller}`] : [])].join(','),
      'advertised.listeners': listeners.join(','),
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL',
      'log.dirs': join(this.folder, 'data'),
      'num.partitions': 1,
      'offsets.topic.num.partitions': 4,
      'offsets.topic.replication.factor': replicas,
      'transaction.state.log.num.partitions': 2,
      'transaction.state.log.replication.factor': replicas,
      'transaction.state.log.min.isr': 1,
      'share.coordinator.state.topic.replication.factor': replicas,
      // Tests wait for groups to form and for brokers to go; three seconds each would be most of their time.
      'group.initial.rebalance.delay.ms': 0,
      'group.consumer.heartbeat.interval.ms': 1000,
      'group.consumer.min.heartbeat.interval.ms': 500,
      'broker.heartbeat.interval.ms': 500,
      'broker.session.timeout.ms': this.options.killed ? 3_000 : 120_000,
      'controlled.shutdown.enable': 'false',
      'auto.create.topics.enable': 'false',
      'message.max.bytes': 100 * 1024 * 1024,
      'num.network.threads': 2,
      'num.io.threads': 4,
      'background.threads': 2,
      ...(this.security ? secureProperties(this.security) : {}),
      ...this.options.properties,
    }
  }
}
