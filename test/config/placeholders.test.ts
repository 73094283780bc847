import { expect, test } from 'bun:test'
import { type Entry, Findings } from '../../src/config/entry.ts'
import { Placeholders } from '../../src/config/placeholders.ts'
import { folderWith, refusal } from './files.ts'

const folder = () => folderWith({ 'secrets.properties': 'token=a\\tb:c\nempty=\n', token: 'from a file\n' })

function resolve(value: string, worker: Record<string, string> = {}, findings = new Findings()): string {
  const entries = new Map<string, Entry>(
    Object.entries(worker).map(([key, text]) => [key, { value: text, at: 'w:1', from: 'file' }]),
  )
  const env = { NAME: 'value', OTHER: '${env:NAME}' }
  return new Placeholders(entries, env, findings).resolve('token', { value, at: 's:2', from: 'file' }).value
}

test('the environment, a .properties file and a file of its own give values', () => {
  const path = folder()
  expect(resolve('${env:NAME}')).toBe('value')
  expect(resolve(`\${file:${path}/secrets.properties:token}`)).toBe('a\tb:c')
  expect(resolve(`\${file:${path}/secrets.properties:empty}`)).toBe('')
  expect(resolve(`\${dir:${path}:token}`)).toBe('from a file\n')
})

test('several placeholders and text around them make one value', () => {
  expect(resolve('a-${env:NAME}-${env:NAME}-b')).toBe('a-value-value-b')
})

test('what a placeholder gives is not looked at again', () => {
  expect(resolve('${env:OTHER}')).toBe('${env:NAME}')
})

test('text that only looks like a placeholder stays, with a warning when it has a colon', () => {
  const findings = new Findings()
  expect(resolve('$5 ${topic} ${vault:a:b}', {}, findings)).toBe('$5 ${topic} ${vault:a:b}')
  expect(findings.warnings).toEqual([
    's:2: `token` has a placeholder of "vault", which no config.providers declares; it is left as text',
  ])
})

test.each([
  ['${env:MISSING}', 'MISSING is not set'],
  ['${env:a:b}', 'has no path'],
  ['${file:/nowhere/secrets:token}', 'no such file'],
  ['${file:token}', 'names no path'],
  ['${dir:/nowhere:token}', 'no such file'],
  ['${dir:/tmp:../etc/passwd}', 'name of a file'],
])('%s is an error that says where and why', (value, why) => {
  const error = refusal(() => resolve(value))
  expect(error.code).toBe('PLACEHOLDER_UNRESOLVED')
  expect(error.message).toStartWith(`s:2: \`token\` refers to ${value}, but `)
  expect(error.message).toContain(why)
})

test('a missing key of a secrets file is an error that shows no secret', () => {
  const error = refusal(() => resolve(`\${file:${folder()}/secrets.properties:tokn}`))
  expect(error.message).toContain('has no key "tokn"')
  expect(error.message).not.toContain('b:c')
})

test("Kafka's provider classes may be declared under names of one's own, with their limits", () => {
  const path = folder()
  const provider = 'org.apache.kafka.common.config.provider'
  const declared = {
    'config.providers': 'e, f',
    'config.providers.e.class': `${provider}.EnvVarConfigProvider`,
    'config.providers.e.param.allowlist.pattern': 'NA.*',
    'config.providers.f.class': `${provider}.FileConfigProvider`,
    'config.providers.f.param.allowed.paths': `/elsewhere,${path}`,
  }
  expect(resolve('${e:NAME}', declared)).toBe('value')
  expect(refusal(() => resolve('${e:OTHER}', declared)).message).toContain('allowlist.pattern')
  expect(resolve(`\${f:${path}/secrets.properties:token}`, declared)).toBe('a\tb:c')
  expect(refusal(() => resolve('${f:/etc/passwd:root}', declared)).message).toContain('allowed.paths')
  expect(refusal(() => resolve(`\${f:${path}/../x:root}`, declared)).message).toContain('allowed.paths')
})

test('a provider of another class is refused where it is used', () => {
  const declared = { 'config.providers': 'vault', 'config.providers.vault.class': 'com.example.Vault' }
  expect(refusal(() => resolve('${vault:a:b}', declared)).message).toContain('com.example.Vault')
})
