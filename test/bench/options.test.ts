import { describe, expect, test } from 'bun:test'
import { Command } from 'commander'
import { addBenchOptions, type BenchArguments, benchFlags } from '../../src/cli/bench-verb.ts'

function flagsOf(line: string) {
  const silent = { writeErr() {}, writeOut() {} }
  const command = addBenchOptions(new Command('bench')).exitOverride().configureOutput(silent)
  let flags: ReturnType<typeof benchFlags> | undefined
  command.action((files: string[], given: BenchArguments) => {
    flags = benchFlags(files, given)
  })
  command.parse(line.split(' ').filter(Boolean), { from: 'user' })
  return flags!
}

test('nothing given: records of 768 numbers, as JSON, in one run of redkite’s own settings', () => {
  const { format, dims, cells, durationMs, rows, isNull } = flagsOf('')
  expect({ format, dims, durationMs, rows, isNull }).toEqual({
    ...{ format: 'json', dims: 768, durationMs: undefined, rows: undefined, isNull: false },
  })
  expect(cells.length).toBe(1)
})

test('a rate lasts ten seconds unless something else is said', () => {
  expect(flagsOf('--rate 1000').durationMs).toBe(10_000)
  expect(flagsOf('--rate 1000 --duration 3').durationMs).toBe(3_000)
  expect(flagsOf('--rate 1000 --rows 500').durationMs).toBeUndefined()
})

test('a sweep is a grid of what was listed', () => {
  expect(flagsOf('--sweep --batch-bytes 1m,2m --in-flight 1,2,4').cells.length).toBe(6)
})

describe('refused', () => {
  test.each([
    ['--in-flight 1,2', 'several values of one option go with --sweep'],
    ['--null --milvus localhost', 'exclude each other'],
    ['one.properties', 'give two files'],
    ['a b --topic t --bootstrap b', 'files say which topics are read'],
    ['--topic t', '--topic goes with --bootstrap'],
    ['--topic t --bootstrap b --rate 5', 'for records that the bench makes'],
    ['--rate 5 --tasks 2', 'one task'],
    ['--sweep --duration 5', 'leave --rate and --duration out'],
    ['--dims 0', 'It takes a whole number from 1'],
    ['--batch-bytes much', 'It takes numbers'],
    ['--format xml', 'Allowed choices'],
  ])('%s', (line, why) => {
    expect(() => flagsOf(line)).toThrow(why)
  })
})
