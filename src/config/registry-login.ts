/** Who redkite is to a Schema Registry: a bearer's token, user and password, or whoever the Kafka consumer is. */
import { failure } from '../errors/errors.ts'
import type { Entries } from './entry.ts'
import type { ClientSettings } from './kafka/client-settings.ts'
import { parseJaas } from './kafka/jaas.ts'
import type { Values } from './key.ts'
import type { registryKeys } from './keys/registry.ts'
import { Secret } from './secret.ts'

export type RegistryValues = Values<typeof registryKeys>

export interface Below {
  /** The settings of the converter, without its prefix. */
  readonly settings: Entries
  /** `value.converter.` */
  readonly prefix: string
  /** Where to say that something is missing. */
  readonly file: string
  /** Of the sink's Kafka consumer, for SASL_INHERIT. */
  readonly kafka: ClientSettings
}

/** The header's value; undefined where nobody has to be named. */
export function authorization(values: RegistryValues, below: Below): Secret | undefined {
  const { settings, prefix } = below
  const bearerSource = values['bearer.auth.credentials.source']
  const token = values['bearer.auth.token']
  const source = values['basic.auth.credentials.source']
  const isBasic = source === 'USER_INFO' || source === 'SASL_INHERIT'
  if (bearerSource !== undefined && bearerSource.toUpperCase() !== 'STATIC_TOKEN') {
    const { at } = settings.get('bearer.auth.credentials.source')!
    const instead = 'only STATIC_TOKEN can be had; write the token as `bearer.auth.token`'
    throw failure('KEY_REFUSED', at, `${prefix}bearer.auth.credentials.source`, instead)
  }
  if (token !== undefined && isBasic) {
    const { at } = settings.get('bearer.auth.token')!
    const both = `\`${prefix}bearer.auth.token\` and \`${prefix}basic.auth.credentials.source\` are both set; keep one of them`
    throw failure('KEYS_CONFLICT', at, both)
  }
  if (token !== undefined) return new Secret(`Bearer ${token.reveal()}`)
  if (bearerSource !== undefined) {
    const { at } = settings.get('bearer.auth.credentials.source')!
    throw failure('KEY_MISSING', at, `${prefix}bearer.auth.token`, 'STATIC_TOKEN sends the token that is written there')
  }
  if (!isBasic) return undefined
  return basicHeader(source === 'USER_INFO' ? userInfo(values, below) : inherited(below))
}

export function basicHeader(login: Secret): Secret {
  return new Secret(`Basic ${Buffer.from(login.reveal()).toString('base64')}`)
}

function userInfo(values: RegistryValues, { settings, prefix, file }: Below): Secret {
  const info = values['basic.auth.user.info'] ?? values['schema.registry.basic.auth.user.info']
  const at = settings.get('basic.auth.credentials.source')?.at ?? file
  const name = `${prefix}basic.auth.user.info`
  if (info === undefined) throw failure('KEY_MISSING', at, name, '`user:password`, as USER_INFO asks')
  if (!info.reveal().includes(':')) {
    const own = settings.get('basic.auth.user.info') ?? settings.get('schema.registry.basic.auth.user.info')
    throw failure('VALUE_INVALID', own?.at ?? at, name, 'user:password', 'what is there')
  }
  return info
}

/** The login module of the converter's own settings, or else who the Kafka consumer is. */
function inherited({ settings, prefix, file, kafka }: Below): Secret {
  const own = settings.get('sasl.jaas.config')
  const jaas = own ?? kafka.get('sasl.jaas.config')
  const options = jaas === undefined ? undefined : parseJaas(jaas.value, jaas.at).options
  const user =
    own === undefined
      ? (kafka.get('sasl.username')?.value.trim() ?? options?.get('username'))
      : options?.get('username')
  const password =
    own === undefined
      ? (kafka.get('sasl.password')?.value.trim() ?? options?.get('password'))
      : options?.get('password')
  if (user !== undefined && password !== undefined) return new Secret(`${user}:${password}`)
  const at = settings.get('basic.auth.credentials.source')?.at ?? file
  const what =
    'SASL_INHERIT takes user and password from a login module, there or at the Kafka consumer, and neither has them'
  throw failure('KEY_MISSING', at, `${prefix}sasl.jaas.config`, what)
}
