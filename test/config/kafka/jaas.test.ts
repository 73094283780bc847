import { expect, test } from 'bun:test'
import { parseJaas } from '../../../src/config/kafka/jaas.ts'
import { refusal } from '../files.ts'

const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule'

test.each([
  [`${plain} required username="u" password="p";`, { username: 'u', password: 'p' }],
  [`${plain} REQUIRED username='u' password=p;`, { username: 'u', password: 'p' }],
  [`  ${plain}\n  required\n  username = "u"\n  password = "a b;=" ;  `, { username: 'u', password: 'a b;=' }],
  [`${plain} required password="q\\"q\\\\" ;`, { password: 'q"q\\' }],
  [`${plain} required password="it's";`, { password: "it's" }],
  [`${plain} required password='say "x"';`, { password: 'say "x"' }],
  [`${plain} required password="\\101\\n\\t";`, { password: 'A\n\t' }],
  [`${plain} required // a comment\n username="u"; /* end */`, { username: 'u' }],
  [`${plain} required password="a/b//c";`, { password: 'a/b//c' }],
  [`${plain} required password="pässwörd日";`, { password: 'pässwörd日' }],
  [`${plain} required;`, {}],
])('%j', (text, options) => {
  const module = parseJaas(text, 'here')
  expect(module.name).toBe(plain)
  expect(Object.fromEntries(module.options)).toEqual(options)
})

test.each([
  ['', 'no login module'],
  [`${plain}`, 'no control flag'],
  [`${plain} username="u";`, 'no control flag'],
  [`${plain} required username="hunter2"`, 'semicolon'],
  [`${plain} required username="u" password="hunter2;`, 'semicolon'],
  [`${plain} required username "hunter2";`, 'gives no value to the option "username"'],
  [`${plain} required username=;`, 'gives no value'],
  [`${plain} required; ${plain} required;`, 'more than one'],
])('%j is refused, and no value of it is shown', (text, why) => {
  const error = refusal(() => parseJaas(text, 'worker.properties:3'))
  expect(error.code).toBe('JAAS_INVALID')
  expect(error.message).toStartWith('worker.properties:3: ')
  expect(error.message).toContain(why)
  expect(error.message).not.toContain('hunter2')
})
