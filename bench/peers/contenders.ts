/** The programs that are measured side by side: how each is started. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchResult } from '../../src/bench/result.ts'
import { installed } from '../../test/servers/place.ts'
import { run } from '../run.ts'
import type { PeerRun, PeerSetup } from './setup.ts'

export interface Contender {
  readonly name: string
  /** Its libraries, as it says them; undefined: it cannot be run here. */
  version(): Promise<string | undefined>
  run(setup: PeerSetup, isNull: boolean): Promise<PeerRun>
}

const here = import.meta.dir
const top = join(here, '..', '..')
const redkite = join(top, 'dist', 'redkite')
const nodeFolder = join(top, '.cache', 'bench-peers', 'node')
const python = () => installed('python', 'venv', 'bin', 'python')

export const contenders: readonly Contender[] = [
  {
    name: 'redkite',
    version: async () => (await run([redkite, '--version'])).trim(),
    async run({ bootstrap, topic, milvus, ...setup }, isNull) {
      const into = isNull ? ['--null'] : ['--milvus', milvus]
      // A Milvus is the slower the more it holds, so all write for as long.
      const long = ['--duration', String(setup.seconds)]
      // The collection that the others write to, whose index a Milvus builds while they write.
      const same = ['dynamic.field=false', 'index.type=FLAT', 'metric.type=L2']
      const plain = same.flatMap((setting) => ['--set', `auto.create.${setting}`])
      const from = ['--topic', topic, '--bootstrap', bootstrap]
      const said = await run([redkite, 'bench', ...from, ...into, ...long, ...plain, '--json'])
      const [only] = (JSON.parse(said) as BenchResult).runs
      const { rows, seconds, cpuUsPerRow, peakRssBytes, rowsWritten: written } = only!
      return { rows, seconds, cpuSeconds: (cpuUsPerRow * rows) / 1e6, peakRssBytes, written }
    },
  },
  ...(['rows', 'columns'] as const).map(
    (mode): Contender => ({
      name: `Python, ${mode}`,
      async version() {
        const imports = 'import sys, confluent_kafka, orjson, pymilvus'
        const say =
          'print(f"Python {sys.version.split()[0]}, confluent-kafka {confluent_kafka.__version__}, orjson {orjson.__version__}, pymilvus {pymilvus.__version__}")'
        return (await run([python(), '-c', `${imports}; ${say}`], { env: await pythonEnv() })).trim()
      },
      async run(setup) {
        const program = [python(), join(here, 'drain.py'), JSON.stringify({ ...setup, mode })]
        return parsed(await run(program, { env: await pythonEnv() }))
      },
    }),
  ),
  {
    name: 'Node',
    async version() {
      if (!existsSync(join(nodeFolder, '.installed'))) return undefined
      const node = (await run(['node', '--version'])).trim()
      const packages = ['@confluentinc/kafka-javascript', '@zilliz/milvus2-sdk-node'].map(async (name) => {
        const { version } = await Bun.file(join(nodeFolder, 'node_modules', name, 'package.json')).json()
        return `${name} ${version}`
      })
      return [`Node ${node}`, ...(await Promise.all(packages))].join(', ')
    },
    run: async (setup) => parsed(await run(['node', join(nodeFolder, 'drain.mjs'), JSON.stringify(setup)])),
  },
  {
    name: 'replay',
    version: async () => 'requests encoded beforehand, no Kafka',
    run: async (setup) => parsed(await run([process.execPath, join(here, 'replay.ts'), JSON.stringify(setup)])),
  },
]

/** confluent-kafka is installed with the tests' serializers; the two have the same Python. */
async function pythonEnv(): Promise<Record<string, string>> {
  const packages = await Bun.$`echo ${installed('confluent', 'venv')}/lib/python3*/site-packages`.text()
  return { PYTHONPATH: packages.trim() }
}

function parsed(said: string): PeerRun {
  return JSON.parse(said.trim().split('\n').at(-1)!) as PeerRun
}
