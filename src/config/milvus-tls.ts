/** `milvus.ssl.*`: whom to trust, and who redkite is, on the way to Milvus. */
import { failure } from '../errors/errors.ts'
import type { Endpoint } from './endpoint.ts'
import type { Findings } from './entry.ts'
import type { SinkValues } from './keys.ts'

export interface MilvusTls {
  readonly caFile: string | undefined
  readonly certFile: string | undefined
  readonly keyFile: string | undefined
  readonly serverName: string | undefined
}

export function readTls(
  values: SinkValues,
  endpoint: Endpoint,
  at: (key: string) => string,
  findings: Findings,
): MilvusTls {
  const tls = {
    caFile: values['milvus.ssl.ca.file'],
    certFile: values['milvus.ssl.cert.file'],
    keyFile: values['milvus.ssl.key.file'],
    serverName: values['milvus.ssl.server.name'],
  }
  const [set] = ['milvus.ssl.ca.file', 'milvus.ssl.cert.file', 'milvus.ssl.key.file', 'milvus.ssl.server.name'].filter(
    (key) => values[key as keyof SinkValues] !== undefined,
  )
  if (set !== undefined && !endpoint.tls && endpoint.host !== '') {
    findings.problem(
      failure(
        'KEYS_CONFLICT',
        at(set),
        `\`${set}\` is set, but \`public.endpoint\` is without TLS; write https://${endpoint.text.replace(/^http:\/\//, '')}`,
      ),
    )
  }
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) {
    const key = tls.certFile === undefined ? 'milvus.ssl.cert.file' : 'milvus.ssl.key.file'
    findings.problem(
      failure(
        'KEY_MISSING',
        at(set ?? 'public.endpoint'),
        key,
        '`milvus.ssl.cert.file` and `milvus.ssl.key.file` belong together',
      ),
    )
  }
  return tls
}
