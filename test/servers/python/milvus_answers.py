"""Answers questions about a Milvus with pymilvus: one JSON request a line on stdin, one answer a line on stdout.

Request {"id", "method", "params"}, answer {"id", "result"} or {"id", "error"}. Every request's params name the server: "server" with
"endpoint", "token", "caFile", "database". Started by test/servers/pymilvus.ts.
"""

import base64
import json
import math
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

import numpy
from pymilvus import CollectionSchema, DataType, FieldSchema, MilvusClient, MilvusException
from pymilvus.milvus_client import IndexParams

from read_back import compare_vectors

clients: dict[str, MilvusClient] = {}
lock = threading.Lock()
# Tests of a file may run side by side, and loading a collection is waiting.
questions_at_once = 8


def client_of(server: dict) -> MilvusClient:
    key = json.dumps(server, sort_keys=True)
    with lock:
        if key not in clients:
            options = {"uri": server["endpoint"], "token": server.get("token") or ""}
            if server.get("database"):
                options["db_name"] = server["database"]
            if server.get("caFile"):
                # pymilvus takes any trusted certificate by this name; `ca_pem_path` would ask for a client's certificate too.
                options |= {"secure": True, "server_pem_path": server["caFile"], "server_name": "localhost"}
            clients[key] = MilvusClient(**options)
        return clients[key]


def create_collection(client: MilvusClient, spec: dict) -> None:
    """Creates it, indexes every vector and loads it, unless "load" is false."""
    fields = [FieldSchema(dtype=getattr(DataType, f.pop("type")), **f) for f in map(field_arguments, spec["fields"])]
    schema = CollectionSchema(fields, enable_dynamic_field=spec.get("dynamicField", False))
    client.create_collection(
        spec["name"], schema=schema, consistency_level="Strong", **({"num_shards": spec["shards"]} if "shards" in spec else {})
    )
    if not spec.get("load", True):
        return
    indexes = IndexParams()
    for field in spec["fields"]:
        index = index_of(field["type"])
        if index:
            indexes.add_index(field_name=field["name"], index_type=index[0], metric_type=field.get("metric", index[1]))
    # An empty collection has nothing to index: pymilvus would ask after half a second whether it is done.
    client.create_index(spec["name"], indexes, sync=False)
    load(client, spec["name"])


def load(client: MilvusClient, collection: str) -> None:
    """pymilvus waits for ever for a load that the server has lost; asking again is harmless."""
    for left in reversed(range(3)):
        try:
            client.load_collection(collection, timeout=30)
            return
        except MilvusException:
            if left == 0:
                raise


def field_arguments(field: dict) -> dict:
    """From the names of test/servers/pymilvus.ts to pymilvus's."""
    names = {"primaryKey": "is_primary", "autoId": "auto_id", "maxLength": "max_length", "maxCapacity": "max_capacity",
             "partitionKey": "is_partition_key", "default": "default_value"}
    arguments = {names.get(name, name): value for name, value in field.items() if name not in ("metric", "elementType")}
    if "elementType" in field:
        arguments["element_type"] = getattr(DataType, field["elementType"])
    return arguments


def index_of(type_name: str) -> tuple[str, str] | None:
    if type_name == "SPARSE_FLOAT_VECTOR":
        return "SPARSE_INVERTED_INDEX", "IP"
    if type_name == "BINARY_VECTOR":
        return "BIN_FLAT", "HAMMING"
    if type_name.endswith("_VECTOR"):
        return "FLAT", "L2"
    return None


def count(client: MilvusClient, collection: str) -> int:
    return client.query(collection, filter="", output_fields=["count(*)"], consistency_level="Strong")[0]["count(*)"]


def query(client: MilvusClient, params: dict) -> list:
    rows = client.query(
        params["collection"],
        filter=params.get("filter", ""),
        output_fields=params.get("fields", ["*"]),
        limit=params.get("limit", 10_000),
        partition_names=params.get("partitions"),
        consistency_level="Strong",
    )
    return list(rows)


def search(client: MilvusClient, params: dict) -> list:
    hits = client.search(
        params["collection"],
        data=[params["vector"]],
        anns_field=params["field"],
        limit=params.get("limit", 10),
        output_fields=params.get("fields", []),
        consistency_level="Strong",
    )
    return [dict(hit) for hit in hits[0]]


def methods(server: dict, method: str, params: dict):
    if method == "compareVectors":
        return compare_vectors(server, params)
    if method == "python":
        # A test's own script: it sees `client`, `params`, numpy, and leaves its answer in `result`.
        names = {"client": client_of(server), "params": params["params"], "numpy": numpy, "result": None}
        exec(compile(params["script"], "script of a test", "exec"), names)
        return names["result"]
    client = client_of(server)
    collection = params.get("collection")
    match method:
        case "createCollection":
            return create_collection(client, params)
        case "dropCollection":
            return client.drop_collection(collection)
        case "releaseCollection":
            return client.release_collection(collection)
        case "loadCollection":
            return client.load_collection(collection)
        case "describe":
            return client.describe_collection(collection)
        case "collections":
            return client.list_collections()
        case "count":
            return count(client, collection)
        case "query":
            return query(client, params)
        case "search":
            return search(client, params)
        case "insert":
            return client.insert(collection, params["rows"])["insert_count"]
        case "flush":
            return client.flush(collection)
        case "createDatabase":
            return client.create_database(params["name"])
        case "createUser":
            return client.create_user(params["name"], params["password"])
        case "version":
            return client.get_server_version()
    raise ValueError(f"no method {method}")


def plain(value):
    """What JSON can say: numpy's numbers as Python's, bytes as base64, not-a-number and infinities by their name."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, numpy.ndarray):
        return plain(value.tolist())
    if isinstance(value, numpy.generic):
        return plain(value.item())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if value is None or isinstance(value, (bool, int, str)):
        return value if not isinstance(value, DataType) else value.name
    if hasattr(value, "__iter__"):
        return [plain(v) for v in value]
    return str(value)


def main() -> None:
    answers = sys.stdout
    sys.stdout = sys.stderr  # a stray print must not mix with the answers

    def answer(request: dict) -> None:
        params = request["params"]
        try:
            found = {"result": plain(methods(params.pop("server"), request["method"], params))}
        except Exception as error:
            traceback.print_exc()
            found = {"error": f"{type(error).__name__}: {error}"}
        text = json.dumps({"id": request["id"], **found}) + "\n"
        with lock:
            answers.write(text)
            answers.flush()

    with ThreadPoolExecutor(questions_at_once) as pool:
        for line in sys.stdin:
            pool.submit(answer, json.loads(line))


main()
