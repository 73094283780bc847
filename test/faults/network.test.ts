import { expect, test } from 'bun:test'
import { startKafka } from '../servers/kafka.ts'
import { freePort, freePorts } from '../servers/ports.ts'
import { startProxy } from '../servers/proxy.ts'
import { sharedKafka, sharedMilvus, sharedPyMilvus } from '../servers/shared.ts'
import { badDay } from './bad-day.ts'
import { share } from './duration.ts'
import { badWeather, weatherKinds } from './network.ts'

const { durationMs, timeoutMs } = share(0.2)

test.concurrent(
  'a network to Milvus that cuts, swallows, slows and loses answers loses nothing',
  async () => {
    const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
    const proxy = await startProxy(milvus)
    const { faults } = await badDay(
      'bad network to Milvus',
      // A black hole is longer than a request may take, or shorter.
      {
        kafka,
        milvus,
        py,
        neverEnds: true,
        endpoint: `http://127.0.0.1:${proxy.port}`,
        sink: { 'request.timeout.ms': 2_000 },
      },
      async ({ redkite, random, faults }) => {
        await redkite.assigned()
        const weather = { requestBytesMin: 300, holeMs: [200, 4_000] as const }
        await badWeather(proxy, 'Milvus', weather, random, faults, performance.now() + durationMs)
      },
    )
    await proxy.close()
    for (const kind of weatherKinds) expect(faults.count(`Milvus ${kind}`), kind).toBeGreaterThan(0)
  },
  timeoutMs,
)

test.concurrent(
  'a network to Kafka that cuts, swallows, slows and loses answers loses nothing',
  async () => {
    const [milvus, py, behind, ports] = await Promise.all([
      sharedMilvus(),
      sharedPyMilvus(),
      freePort(),
      freePorts('plaintext', 'saslSsl', 'ssl', 'controller'),
    ])
    const proxy = await startProxy({ host: '127.0.0.1', port: behind })
    const own = `PLAINTEXT://127.0.0.1:${ports.plaintext}`
    const controller = `CONTROLLER://127.0.0.1:${ports.controller}`
    const kafka = await startKafka({
      ports,
      properties: {
        listeners: `${own},FAULTY://127.0.0.1:${behind},${controller}`,
        // Who asks through the proxy is told to go on through the proxy.
        'advertised.listeners': `${own},FAULTY://127.0.0.1:${proxy.port},${controller}`,
        'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,FAULTY:PLAINTEXT',
      },
    })
    try {
      const { faults } = await badDay(
        'bad network to Kafka',
        { kafka, milvus, py, neverEnds: true, bootstrap: `127.0.0.1:${proxy.port}` },
        async ({ redkite, random, faults }) => {
          await redkite.assigned()
          // A fetch is some 100 bytes; a hole longer than the session makes redkite lose its partitions.
          const weather = { requestBytesMin: 90, holeMs: [500, 9_000] as const }
          await badWeather(proxy, 'Kafka', weather, random, faults, performance.now() + durationMs)
        },
      )
      for (const kind of weatherKinds) expect(faults.count(`Kafka ${kind}`), kind).toBeGreaterThan(0)
    } finally {
      await kafka.stop()
      await proxy.close()
    }
  },
  timeoutMs,
)
