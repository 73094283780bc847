"""The Python peer: confluent-kafka, orjson and pymilvus as somebody writes them who wants it fast. Reads a topic to its end, or until the time is up.

One thread fetches and parses; a few more send, as gRPC gives up the interpreter's lock while it waits. `mode` is how rows are handed to pymilvus: as
dictionaries (MilvusClient.upsert) or as columns (Collection.upsert). Prints one JSON line.
"""

import json
import os
import resource
import sys
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import orjson
from confluent_kafka import Consumer
from pymilvus import Collection, MilvusClient, connections

setup = json.loads(sys.argv[1])
batch_rows = setup["batchRows"]
in_flight = setup["inFlight"]
uri = "http://" + setup["milvus"]
name = setup["collection"]


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def sender():
    if setup["mode"] == "rows":
        client = MilvusClient(uri=uri)
        return lambda rows: client.upsert(name, rows)
    connections.connect(uri=uri)
    collection = Collection(name)
    return lambda rows: collection.upsert([[row["id"] for row in rows], [row["vector"] for row in rows]])


send = sender()
consumer = Consumer(
    {
        "bootstrap.servers": setup["bootstrap"],
        "group.id": setup["group"],
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "fetch.queue.backoff.ms": 10,
        "queued.min.messages": 1_000_000,
    }
)
consumer.subscribe([setup["topic"]])
pool = ThreadPoolExecutor(in_flight)
pending = set()
read = written = 0
counted = None
rows = []


def state():
    return written, time.monotonic(), cpu_seconds()


def acknowledge(done):
    global written
    for future in done:
        future.result()
        written += future.rows


def seal(rows):
    global pending
    if len(pending) >= in_flight:
        done, pending = wait(pending, return_when=FIRST_COMPLETED)
        acknowledge(done)
    future = pool.submit(send, rows)
    future.rows = len(rows)
    pending.add(future)


while read < setup["rows"]:
    messages = consumer.consume(min(1_000, batch_rows - len(rows), setup["rows"] - read), 1.0)
    if not messages:
        continue
    if counted is None:
        counted = state()
        warm_seconds = counted[1] + setup["warmUpSeconds"]
    for message in messages:
        if message.error():
            raise RuntimeError(message.error())
        rows.append(orjson.loads(message.value()))
    read += len(messages)
    if len(rows) >= batch_rows:
        seal(rows)
        rows = []
    now_seconds = time.monotonic()
    if warm_seconds is not None and now_seconds >= warm_seconds:
        counted, warm_seconds = state(), None
    if warm_seconds is None and now_seconds - counted[1] > setup["seconds"]:
        break
if rows:
    seal(rows)
acknowledge(wait(pending).done)
rows, seconds, cpu = (after - before for after, before in zip(state(), counted))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"rows": rows, "seconds": seconds, "cpuSeconds": cpu, "peakRssBytes": peak, "written": written}))
sys.stdout.flush()
# Leaving the group takes seconds that nobody measures.
os._exit(0)
