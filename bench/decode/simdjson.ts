import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../run.ts'
import type { Workload } from './workloads.ts'

/**
 * simdjson, the fastest JSON reader there is in C++, as the mark to compare with. Its sources lie in the Python package pysimdjson; they are built with
 * g++ into .cache/bench, once.
 */
const release = 'pysimdjson-7.0.2'
const requirement = 'pysimdjson==7.0.2 --hash=sha256:44cf276e48912a3b9c7ca362c14da8420a7ac15a9f1a16ec95becff86db3904a'

export interface Simdjson {
  readonly version: string
  /** Best time of a pass over the workload, in milliseconds. */
  readonly ms: number
}

export async function buildSimdjson(cache: string): Promise<string> {
  const program = join(cache, 'simdjson-ondemand')
  const source = join(import.meta.dir, 'simdjson.cpp')
  if (existsSync(program) && Bun.file(program).lastModified > Bun.file(source).lastModified) return program
  mkdirSync(cache, { recursive: true })
  const library = join(cache, release, 'simdjson')
  if (!existsSync(library)) {
    await Bun.write(join(cache, 'requirements.txt'), `${requirement}\n`)
    await run(
      ['python3', '-m', 'pip', 'download', '-q', '--no-deps', '--no-binary', ':all:', '-r', 'requirements.txt'],
      { cwd: cache },
    )
    await run(['tar', 'xzf', `${release}.tar.gz`], { cwd: cache })
  }
  await run(['g++', '-O3', '-std=c++17', `-I${library}`, source, join(library, 'simdjson.cpp'), '-o', program])
  return program
}

export async function measureSimdjson(
  program: string,
  cache: string,
  workload: Workload,
  passes: number,
): Promise<Simdjson> {
  const file = join(cache, 'workload.jsonl')
  await Bun.write(file, workload.bytes.subarray(0, workload.starts[workload.records]!))
  const answer = await run([program, file, workload.vector, String(workload.dim), String(passes), ...workload.texts])
  const [version = '', ms = ''] = answer.trim().split(' ')
  return { version, ms: Number(ms) }
}
