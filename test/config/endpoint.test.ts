import { expect, test } from 'bun:test'
import { parseEndpoint } from '../../src/config/endpoint.ts'

test.each([
  [
    'https://in01-1.aws-us-west-2.vectordb.zillizcloud.com:19530',
    'in01-1.aws-us-west-2.vectordb.zillizcloud.com',
    19530,
    true,
  ],
  ['https://milvus.example.com', 'milvus.example.com', 443, true],
  ['https://milvus.example.com/', 'milvus.example.com', 443, true],
  ['HTTPS://Milvus.Example.com:8443', 'milvus.example.com', 8443, true],
  ['http://localhost:19531', 'localhost', 19531, false],
  ['http://localhost', 'localhost', 19530, false],
  ['localhost:19530', 'localhost', 19530, false],
  ['  localhost  ', 'localhost', 19530, false],
  ['10.0.0.7:1', '10.0.0.7', 1, false],
  ['[::1]:19530', '::1', 19530, false],
  ['https://[fe80::1]', 'fe80::1', 443, true],
  ['milvus_standalone:19530', 'milvus_standalone', 19530, false],
  ['in03-2.serverless.gcp-us-west1.cloud.zilliz.com', 'in03-2.serverless.gcp-us-west1.cloud.zilliz.com', 443, true],
  [
    'in01-034b8444ab99cab.aws-us-west-2.vectordb.zillizcloud.com:19530',
    'in01-034b8444ab99cab.aws-us-west-2.vectordb.zillizcloud.com',
    19530,
    true,
  ],
])('%s is host %s, port %d, TLS %p', (text, host, port, tls) => {
  expect(parseEndpoint(text)).toMatchObject({ host, port, tls })
})

test('the text for people always has scheme and port', () => {
  expect(parseEndpoint('localhost')).toMatchObject({ text: 'http://localhost:19530' })
  expect(parseEndpoint('https://[::1]')).toMatchObject({ text: 'https://[::1]:443' })
})

test.each([
  ['', 'HOST'],
  ['https://', 'HOST'],
  ['grpc://host', 'https://'],
  ['host:0', 'port'],
  ['host:65536', 'port'],
  ['host:abc', 'HOST'],
  ['::1', '[brackets]'],
  ['https://host/db', 'database.name'],
  ['https://root:Milvus@host:19530', 'token='],
  ['two words', 'HOST'],
  ['https://<public.endpoint>:port', 'HOST'],
  ['-host', 'host name'],
])('%j is answered with what was expected', (text, hint) => {
  expect(parseEndpoint(text)).toEqual({ expected: expect.stringContaining(hint) })
})
