/**
 * How the messages of Milvus' methods are encoded and decoded, from the SDK's descriptors: a path and four functions for each method.
 *
 * The SDK has @grpc/proto-loader make these, on protobufjs: objects for each message and field there is, again for whoever might reflect on them, and
 * five functions compiled for each message that is used. That was a third of a start; redkite sends a handful of small messages.
 */
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js'
import { type Message, readMessage } from './message-reader.ts'
import { type MessageType, MessageTypes } from './message-type.ts'
import { writeMessage } from './message-writer.ts'
import type { DescriptorNode } from './prune.ts'

/** `name` in full, as in `milvus.proto.milvus.MilvusService`. */
export function serviceOf(descriptor: DescriptorNode, name: string): ServiceDefinition {
  const types = new MessageTypes(descriptor)
  const path = name.split('.')
  const { methods } = types.node(path) ?? {}
  if (methods === undefined) throw new Error(`no descriptor of ${name}`)
  const message = (type: string) => types.find(type, path) as MessageType
  return Object.fromEntries(
    Object.entries(methods).map(([method, { requestType, responseType }]) => [
      method,
      definition(`/${name}/${method}`, message(requestType), message(responseType)),
    ]),
  )
}

/** All of Milvus' are one request, one answer. */
function definition(path: string, request: MessageType, response: MessageType): MethodDefinition<object, object> {
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => writeMessage(request, message as Message),
    requestDeserialize: (bytes) => readMessage(request, bytes),
    responseSerialize: (message) => writeMessage(response, message as Message),
    responseDeserialize: (bytes) => readMessage(response, bytes),
  }
}
