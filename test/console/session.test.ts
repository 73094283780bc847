import { expect, test } from 'bun:test'
import { PassThrough, Readable } from 'node:stream'
import { commands } from '../../src/console/commands.ts'
import { complete, runSession } from '../../src/console/session.ts'

const known = { sinks: ['orders', 'users'], topics: ['orders', 'audit.log'], fields: ['title_vector'] }

test.each([
  ['pe', ['peek '], 'pe'],
  ['peek o', ['orders '], 'o'],
  ['peek ', ['audit.log ', 'orders '], ''],
  ['pause u', ['users '], 'u'],
  ['set ', ['log.level '], ''],
  ['set log.level w', ['warn '], 'w'],
  ['seek orders:0 e', ['earliest '], 'e'],
  ['help se', ['search ', 'seek ', 'set '], 'se'],
  ['search t', ['title_vector '], 't'],
  ['bogus x', [], 'x'],
])('Tab after "%s"', (line, found, last) => {
  expect(complete(line, known)).toEqual([found, last])
})

async function session(...lines: string[]) {
  const asked: (readonly string[])[] = []
  const output = new PassThrough()
  let said = ''
  output.on('data', (chunk) => {
    said += chunk
  })
  const performer = {
    words: () => known,
    fields: async () => known.fields,
    answer: (words: readonly string[]) => {
      asked.push(words)
      return { lines: [`did ${words.join('|')}`], isError: words[0] === 'seek' }
    },
  }
  const input = Readable.from([lines.join('\n')])
  const allDone = await runSession({ performer, greeting: 'hello', input, output })
  return { allDone, asked, said }
}

test('words reach the command as they were typed, whatever cliffy makes of ":", "/" and ","', async () => {
  const { asked, allDone } = await session('peek a/b:0,x 5', '', '  status  ', 'search "title_vector" \'x"y\'', 'lag')
  expect(asked).toEqual([['peek', 'a/b:0,x', '5'], ['status'], ['search', 'title_vector', 'x"y'], ['lag']])
  expect(allDone).toBe(true)
})

test('what cannot be done is marked, and the session goes on', async () => {
  const { said, allDone, asked } = await session('bogus', 'lagg', 'seek x y', `peek it's"`, 'status')
  expect(said).toContain('! there is no command "bogus"; help lists the commands')
  expect(said).toContain('! there is no command "lagg"; did you mean "lag"?')
  expect(said).toContain('! did seek|x|y\n')
  expect(said).toContain('! a word cannot have quotes of both kinds')
  expect(asked.at(-1)).toEqual(['status'])
  expect(allDone).toBe(false)
})

test('help names every command, and one of them when asked', async () => {
  const { said } = await session('help')
  for (const name of Object.keys(commands)) expect(said).toContain(`${name} `)
  for (const line of said.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  expect((await session('help lag')).said.trim().split('\n')).toHaveLength(1)
})
