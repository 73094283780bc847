/** Metrics and alerts as Prometheus' own checker judges them, where it is on the machine. */
import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serversRoot } from '../servers/place.ts'
import { everyMetric } from './every-metric.ts'

const promtool = join(serversRoot, 'promtool', 'promtool')
const isHere = existsSync(promtool)
if (!isHere) console.warn('there is no promtool on this machine, so a parser of the tests alone reads the metrics here')

function say(args: readonly string[], input = '') {
  const command = [promtool, ...args]
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { stdin: Buffer.from(input), stderr: 'pipe' })
  return { exitCode, said: `${stdout}${stderr}` }
}

describe.if(isHere)('promtool', () => {
  test('has nothing to say about the metrics', async () => {
    expect(say(['check', 'metrics'], await everyMetric())).toEqual({ exitCode: 0, said: '' })
  })

  test('would say it of a counter without its ending', async () => {
    const renamed = (await everyMetric()).replaceAll('redkite_commits_total', 'redkite_commits')
    expect(say(['check', 'metrics'], renamed).said).toContain(
      'redkite_commits counter metrics should have "_total" suffix',
    )
  })

  test('can read every alert', () => {
    const rules = join(import.meta.dir, '../../packaging/prometheus/redkite.rules.yml')
    const { exitCode, said } = say(['check', 'rules', '--lint=all', '--lint-fatal', rules])
    expect(exitCode, said).toBe(0)
    expect(said).toContain('SUCCESS: 8 rules found')
  })
  test('sees every alert fire when it should, and none while all is well or paused', () => {
    const { exitCode, said } = say(['test', 'rules', join(import.meta.dir, 'alerts.yml')])
    expect(exitCode, said).toBe(0)
  })
})
