"""Compares the vectors of a collection, bit for bit, with a file of what was produced.

The file is little-endian and has a record a row: the key as int64, then `dim` float32. Pages are asked for over plain gRPC and the packed
floats are taken out of the answer's bytes as they are, because pymilvus makes a Python float of each: a million rows would take minutes.
"""

import base64
from collections.abc import Iterator

import grpc
import numpy
from pymilvus.grpc_gen import milvus_pb2, schema_pb2

# Milvus answers no more than 16,384 rows, and its gRPC message has a limit too.
ANSWER_ROWS_MAX = 16_384
ROWS_MAX = 16_000
# A strong read waits some 200 ms for the server's next tick. One, first, is enough: later reads of the same nodes see no less.
STRONG, EVENTUALLY = 0, 3
PAGE_BYTES_MAX = 32 << 20
MESSAGE_BYTES_MAX = 512 << 20
SAMPLES_MAX = 5


def compare_vectors(server: dict, params: dict) -> dict:
    """Counts equal, different and missing rows of the file and extra ones of the collection; `total` is the collection's count(*)."""
    dim = params["dim"]
    expected = numpy.fromfile(params["path"], dtype=[("key", "<i8"), ("vector", "<u4", (dim,))])
    expected.sort(order="key")
    rows = max(1, min(ROWS_MAX, PAGE_BYTES_MAX // (dim * 4)))
    read = Reader(server, params, dim)
    total = read.total()
    totals = {"equal": 0, "different": 0, "missing": 0, "extra": 0}
    samples: list[int] = []
    for start in range(0, len(expected), rows):
        page = expected[start : start + rows]
        keys, vectors = read.page(page["key"])
        found, at, here = numpy.intersect1d(page["key"], keys, return_indices=True)
        same = (page["vector"][at] == vectors[here]).all(axis=1)
        totals["equal"] += int(same.sum())
        totals["different"] += int(len(found) - same.sum())
        totals["missing"] += len(page) - len(found)
        totals["extra"] += len(keys) - len(found)
        bad = list(found[~same]) + list(numpy.setdiff1d(page["key"], found))
        samples += [int(key) for key in bad[: SAMPLES_MAX - len(samples)]]
    # What has a key between two pages' ends, or outside the file's, shows only in the count.
    totals["extra"] = max(totals["extra"], total - totals["equal"] - totals["different"])
    return {**totals, "total": total, "samples": samples}


class Reader:
    def __init__(self, server: dict, params: dict, dim: int):
        self.collection = params["collection"]
        self.database = server.get("database") or ""
        self.key = params["keyField"]
        self.prefix = params.get("keyPrefix")
        self.vector = params["vectorField"]
        self.dim = dim
        target = server["endpoint"].split("://")[1]
        options = [("grpc.max_receive_message_length", MESSAGE_BYTES_MAX)]
        if server.get("caFile"):
            with open(server["caFile"], "rb") as ca:
                channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(ca.read()), options)
        else:
            channel = grpc.insecure_channel(target, options)
        token = server.get("token")
        self.metadata = [("authorization", base64.b64encode(token.encode()).decode())] if token else []
        # No deserializer: the answer stays bytes.
        self.query = channel.unary_unary(
            "/milvus.proto.milvus.MilvusService/Query", request_serializer=milvus_pb2.QueryRequest.SerializeToString
        )

    def page(self, keys: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
        """Keys and vectors (as bits) of all rows from the first to the last of these keys that the collection has."""
        low, high = int(keys[0]), int(keys[-1])
        if self.prefix is not None:
            names = ", ".join(f'"{self.prefix}{key}"' for key in keys.tolist())
            expression = f"{self.key} in [{names}]"
        elif high - low < ANSWER_ROWS_MAX:
            expression = f"{self.key} >= {low} and {self.key} <= {high}"
        else:
            expression = f"{self.key} in {keys.tolist()}"
        found, vectors = None, None
        for field in self.ask(expression, [self.key, self.vector], limit=ANSWER_ROWS_MAX):
            name, keys_found, values = read_field(field, self.prefix)
            if name == self.key:
                found = keys_found
            elif name == self.vector:
                vectors = values.reshape(-1, self.dim)
        if found is None or vectors is None:
            return numpy.empty(0, "<i8"), numpy.empty((0, self.dim), "<u4")
        return found, vectors

    def total(self) -> int:
        (field,) = self.ask("", ["count(*)"], limit=None, consistency=STRONG)
        return schema_pb2.FieldData.FromString(bytes(field)).scalars.long_data.data[0]

    def ask(
        self, expression: str, fields: list[str], limit: int | None, consistency: int = EVENTUALLY
    ) -> list[memoryview]:
        """The answer's FieldData messages."""
        request = milvus_pb2.QueryRequest(
            db_name=self.database,
            collection_name=self.collection,
            expr=expression,
            output_fields=fields,
            consistency_level=consistency,
        )
        if limit is not None:
            request.query_params.add(key="limit", value=str(limit))
        answer = memoryview(self.query(request, metadata=self.metadata, timeout=120))
        columns = []
        for number, value in walk(answer):
            if number == 1:
                status = milvus_pb2.common__pb2.Status.FromString(bytes(value))
                if status.code or status.error_code:
                    raise RuntimeError(f"query: {status.reason}")
            elif number == 2:
                columns.append(value)
        return columns


def read_field(field: memoryview, prefix: str | None) -> tuple[str, numpy.ndarray | None, numpy.ndarray | None]:
    """FieldData's name, its keys (scalars, 3), its floats (vectors, 4) as bits."""
    name, keys, values = "", None, None
    for number, value in walk(field):
        if number == 2:
            name = bytes(value).decode()
        elif number == 3:
            scalars = schema_pb2.ScalarField.FromString(bytes(value))
            if prefix is None:
                keys = numpy.array(scalars.long_data.data, dtype="<i8")
            else:
                keys = numpy.array([int(key.removeprefix(prefix)) for key in scalars.string_data.data], dtype="<i8")
        elif number == 4:
            # VectorField.float_vector (2) holds FloatArray.data (1), packed fixed32.
            floats = [packed for n, vector in walk(value) if n == 2 for m, packed in walk(vector) if m == 1]
            values = numpy.frombuffer(floats[0] if floats else b"", dtype="<u4")
    return name, keys, values


def walk(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """The length-delimited fields of a protobuf message; skips the others."""
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        kind = tag & 7
        if kind == 2:
            size, at = varint(message, at)
            yield tag >> 3, message[at : at + size]
            at += size
        elif kind == 0:
            _, at = varint(message, at)
        else:
            at += 8 if kind == 1 else 4


def varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
