/**
 * Apache Kafka 4.1 in KRaft mode, on loopback and free ports: one broker or several, plaintext always, on request with everything a
 * cloud's cluster asks for (kafka-secure.ts). Questions to it: kafka-tools.ts, as `server.tools`.
 */
import { join } from 'node:path'
import { started } from './child.ts'
import { Broker, type BrokerPorts, type KafkaOptions } from './kafka-broker.ts'
import { createSecurity, type KafkaSecurity } from './kafka-secure.ts'
import { KafkaTools } from './kafka-tools.ts'
import { dataFolder, removeFolder } from './place.ts'
import { freePorts } from './ports.ts'

export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  const folder = options.folder ?? dataFolder('kafka')
  const ports: BrokerPorts[] = []
  for (let i = 0; i < (options.brokers ?? 1); i++) {
    const given = i === 0 ? options.ports : undefined
    ports.push(given ?? (await freePorts('plaintext', 'saslSsl', 'ssl', 'controller')))
  }
  const security = options.secure ? createSecurity(folder) : undefined
  return started(new KafkaServer(folder, ports, security, options))
}

export class KafkaServer {
  /** `host:port` of every broker, PLAINTEXT: no authentication, every right. */
  readonly bootstrap: string
  /** SASL_SSL and SSL: only when started `secure`. */
  readonly bootstrapSaslSsl: string
  readonly bootstrapSsl: string
  private readonly brokers: Broker[]
  private lazyTools: KafkaTools | undefined

  constructor(
    readonly folder: string,
    ports: readonly BrokerPorts[],
    private readonly maybeSecurity: KafkaSecurity | undefined,
    private readonly options: KafkaOptions,
  ) {
    const list = (listener: keyof BrokerPorts) => ports.map((broker) => `127.0.0.1:${broker[listener]}`).join(',')
    this.bootstrap = list('plaintext')
    this.bootstrapSaslSsl = list('saslSsl')
    this.bootstrapSsl = list('ssl')
    this.brokers = ports.map((_, i) => new Broker(i + 1, folder, ports, maybeSecurity, options))
  }

  /** Certificates and OIDC provider of a secure server. */
  get security(): KafkaSecurity {
    if (!this.maybeSecurity) {
      throw new Error('this Kafka was started without `secure`')
    }
    return this.maybeSecurity
  }

  /** Kafka's own clients, in a JVM that starts at the first question. */
  get tools(): KafkaTools {
    this.lazyTools ??= new KafkaTools(this.bootstrap, join(this.folder, 'tools.log'))
    return this.lazyTools
  }

  /** Of the first broker. */
  get pid(): number {
    return this.brokers[0]!.pid
  }

  /** Of all that runs for this server. */
  get pids(): number[] {
    return [...this.brokers.map((broker) => broker.pid), ...(this.lazyTools ? [this.lazyTools.pid] : [])]
  }

  broker(number: number): Broker {
    return this.brokers[number - 1]!
  }

  /** Starts what is not running, with the same data on the same ports. */
  async restart(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.start()))
  }

  /** Ends every broker at once, as a power cut would; the data stays for restart(). */
  async kill(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.kill()))
  }

  async stop(): Promise<void> {
    await this.lazyTools?.stop()
    await Promise.all(this.brokers.map((broker) => broker.stop()))
    await this.maybeSecurity?.oidc.stop()
    if (!this.options.folder) {
      removeFolder(this.folder)
    }
  }
}
