/**
 * How Milvus' messages are encoded and decoded, from the SDK's descriptors: a path and four functions for each method.
 *
 * The SDK has @grpc/proto-loader make these, which also describes each message and enum to whoever might reflect on them, in objects, once for
 * the whole and once for each type: more than the messages themselves take, and nobody asks.
 */
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js'
import protobuf from 'protobufjs/light.js'
import type { DescriptorNode } from './prune.ts'

/** As the SDK is set: names as in the .proto files, 64-bit numbers as text, what is not there by its default. */
const toObjectOptions: protobuf.IConversionOptions = { longs: String, enums: Number, defaults: true, oneofs: true }

/** Every service in a descriptor, by its full name. */
export class Services {
  readonly #root: protobuf.Root

  constructor(descriptor: DescriptorNode) {
    this.#root = protobuf.Root.fromJSON(descriptor as protobuf.INamespace)
  }

  /** `name` in full, as in `milvus.proto.milvus.MilvusService`. */
  service(name: string): ServiceDefinition {
    const methods = this.#root.lookupService(name).methodsArray
    return Object.fromEntries(methods.map((method) => [method.name, definitionOf(method, name)]))
  }
}

function definitionOf(method: protobuf.Method, service: string): MethodDefinition<object, object> {
  method.resolve()
  const { resolvedRequestType: request, resolvedResponseType: response } = method
  return {
    path: `/${service}/${method.name}`,
    requestStream: method.requestStream === true,
    responseStream: method.responseStream === true,
    requestSerialize: serializer(request!),
    requestDeserialize: deserializer(request!),
    responseSerialize: serializer(response!),
    responseDeserialize: deserializer(response!),
  }
}

function serializer(type: protobuf.Type) {
  // In Bun as in Node what protobufjs makes is a Buffer.
  return (message: object) => type.encode(type.fromObject(message)).finish() as Buffer
}

function deserializer(type: protobuf.Type) {
  return (bytes: Uint8Array) => type.toObject(type.decode(bytes), toObjectOptions)
}
