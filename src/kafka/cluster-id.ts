/** Which cluster the brokers belong to: asked when somebody wants to know, until it was answered once. */
import { Admin } from './admin.ts'
import type { KafkaConfig } from './conf.ts'

const askTimeoutMs = 3_000

export class ClusterId {
  #known: string | undefined
  #asking: Promise<string | undefined> | undefined

  /** Undefined while the cluster does not answer. */
  ask(config: KafkaConfig): Promise<string | undefined> {
    if (this.#known !== undefined) return Promise.resolve(this.#known)
    this.#asking ??= askOnce(config).finally(() => {
      this.#asking = undefined
    })
    return this.#asking.then((id) => {
      this.#known = id
      return id
    })
  }
}

async function askOnce(config: KafkaConfig): Promise<string | undefined> {
  const admin = new Admin(config)
  try {
    return await admin.clusterId(askTimeoutMs)
  } catch {
    // That Kafka does not answer is the sinks' to report.
    return undefined
  } finally {
    await admin.close()
  }
}
