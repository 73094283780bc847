/**
 * How Milvus' messages are encoded and decoded, from the SDK's descriptors: a path and four functions for each method.
 *
 * The SDK has @grpc/proto-loader make these, which also describes each message and enum to whoever might reflect on them, in objects, once for
 * the whole and once for each type: more than the messages themselves take, and nobody asks. Here a method's messages are made when one is first
 * sent or read: a sink needs those of three or four, and of its writes none.
 */
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js'
import protobuf from 'protobufjs/light.js'
import { type DescriptorNode, prune } from './prune.ts'

/** As the SDK is set: names as in the .proto files, 64-bit numbers as text, what is not there by its default. */
const toObjectOptions: protobuf.IConversionOptions = { longs: String, enums: Number, defaults: true, oneofs: true }

/** `name` in full, as in `milvus.proto.milvus.MilvusService`; of its methods, these. */
export function serviceOf(descriptor: DescriptorNode, name: string, methods: readonly string[]): ServiceDefinition {
  return Object.fromEntries(methods.map((method) => [method, definitionOf(descriptor, name, method)]))
}

/** All of Milvus' are one request, one answer. */
function definitionOf(descriptor: DescriptorNode, service: string, name: string): MethodDefinition<object, object> {
  let method: protobuf.Method | undefined
  const made = () => {
    method ??= methodOf(descriptor, service, name)
    return method
  }
  return {
    path: `/${service}/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => encode(made().resolvedRequestType!, message),
    requestDeserialize: (bytes) => decode(made().resolvedRequestType!, bytes),
    responseSerialize: (message) => encode(made().resolvedResponseType!, message),
    responseDeserialize: (bytes) => decode(made().resolvedResponseType!, bytes),
  }
}

function methodOf(descriptor: DescriptorNode, service: string, name: string): protobuf.Method {
  const root = protobuf.Root.fromJSON(prune(descriptor, [name]) as protobuf.INamespace)
  return root.lookupService(service).methods[name]!.resolve() as protobuf.Method
}

function encode(type: protobuf.Type, message: object): Buffer {
  // In Bun as in Node what protobufjs makes is a Buffer.
  return type.encode(type.fromObject(message)).finish() as Buffer
}

function decode(type: protobuf.Type, bytes: Uint8Array): object {
  return type.toObject(type.decode(bytes), toObjectOptions)
}
