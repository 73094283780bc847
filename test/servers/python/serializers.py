"""Serializes records with confluent-kafka's serializers, as producers in Python do: one JSON request a line on stdin, one answer a line on stdout.

Request {"id", "method", "params"}, answer {"id", "result"} or {"id", "error"}; see test/servers/serializers.ts.
"""

import base64
import json
import sys
import traceback

from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient, header_schema_id_serializer
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory, struct_pb2, timestamp_pb2

# Importing them is what puts their files into the pool.
assert struct_pb2 and timestamp_pb2


def serialize(params: dict) -> list:
    client = SchemaRegistryClient(params["registry"])
    context = SerializationContext(params["topic"], MessageField.KEY if params.get("key") else MessageField.VALUE)
    write = writers[params["format"]](client, params)
    return [None if value is None else base64.b64encode(write(value, context)).decode() for value in params["values"]]


def serialize_with_headers(params: dict) -> list:
    """The schema's GUID goes into a header of each record, whose value (or key) has nothing before it."""
    client = SchemaRegistryClient(params["registry"])
    side = MessageField.KEY if params.get("key") else MessageField.VALUE
    write = writers[params["format"]](client, {**params, "conf": {"schema.id.serializer": header_schema_id_serializer}})
    records = []
    for value in params["values"]:
        context = SerializationContext(params["topic"], side, [])
        data = base64.b64encode(write(value, context)).decode()
        headers = [{"name": name, "value": base64.b64encode(one).decode()} for name, one in context.headers]
        records.append({"data": data, "headers": headers})
    return records


def serialize_each(params: dict) -> list:
    """Each value with a schema of its own; one client for all."""
    client = SchemaRegistryClient(params["registry"])
    context = SerializationContext(params["topic"], MessageField.VALUE)
    write = writers[params["format"]]
    return [base64.b64encode(write(client, one)(one["value"], context)).decode() for one in params["each"]]


def avro(client: SchemaRegistryClient, params: dict):
    references = [SchemaReference(**one) for one in params.get("references", [])]
    serializer = AvroSerializer(client, Schema(params["schema"], "AVRO", references), conf=params.get("conf"))
    return lambda value, context: serializer(bytes_of(value), context)


def json_schema(client: SchemaRegistryClient, params: dict):
    return JSONSerializer(params["schema"], client, conf=params.get("conf"))


def protobuf(client: SchemaRegistryClient, params: dict):
    """The schema is a FileDescriptorProto in JSON; "message" is the full name of the message in it."""
    pool = descriptor_pool.Default()
    file = json_format.ParseDict(json.loads(params["schema"]), descriptor_pb2.FileDescriptorProto())
    pool.Add(file)
    message = message_factory.GetMessageClass(pool.FindMessageTypeByName(params["message"]))
    serializer = ProtobufSerializer(message, client, {"use.deprecated.format": False, **(params.get("conf") or {})})
    return lambda value, context: serializer(json_format.ParseDict(value, message()), context)


methods = {"serialize": serialize, "serializeEach": serialize_each, "serializeWithHeaders": serialize_with_headers}
writers = {"avro": avro, "json-schema": json_schema, "protobuf": protobuf}


def bytes_of(value):
    """{"$bytes": base64} stands for bytes, {"$number": "NaN"} for a number that JSON does not have."""
    if isinstance(value, dict):
        if "$number" in value:
            return float(value["$number"])
        return base64.b64decode(value["$bytes"]) if "$bytes" in value else {name: bytes_of(one) for name, one in value.items()}
    return [bytes_of(one) for one in value] if isinstance(value, list) else value


for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"result": methods[request["method"]](request["params"])}
    except Exception:
        answer = {"error": traceback.format_exc()}
    print(json.dumps({"id": request["id"], **answer}), flush=True)
