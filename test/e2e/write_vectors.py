"""Writes records as JSON texts, and the float32 that each number in them is: arguments are a JSON object {rows, dim, seed, records, expected}.

The numbers are written in many ways (few digits, shortest, 17 digits and more, exponents, halfway between two floats), and numpy.float32 of
each text is the truth. A record takes a run of them out of one long list, because formatting a hundred million numbers would take minutes.
"""

import json
import random
import struct
import sys

import numpy

POOL = 400_000


def numbers(seed: int) -> list[str]:
    draw = random.Random(seed)

    def shortest() -> str:
        return str(numpy.float32(draw.uniform(-1, 1)))

    def halfway() -> str:
        # One float and the next have a double exactly between them; its neighbours round down and up.
        bits = draw.randrange(0x30000000, 0x42000000)
        low, high = struct.unpack("<2f", struct.pack("<2I", bits, bits + 1))
        return repr((low + high) / 2 + draw.choice([0.0, 1e-15, -1e-15]))

    kinds = [
        shortest,
        shortest,
        shortest,
        lambda: repr(draw.uniform(-1, 1)),
        lambda: f"{draw.gauss(0, 0.1):.{draw.randrange(1, 10)}f}",
        lambda: f"{draw.uniform(-1, 1):.{draw.randrange(12, 30)}f}",
        lambda: f"{draw.uniform(-1, 1) * 10.0 ** draw.randrange(-42, 36):.{draw.randrange(0, 18)}e}",
        lambda: str(draw.randrange(-100_000, 100_000)),
        halfway,
        lambda: draw.choice(["0", "-0", "0.0", "1", "-1.0", "1E2", "1e-3", "0.1e+1", "16777217", "1e-46"]),
    ]
    return [draw.choice(kinds)() for _ in range(POOL)]


def main(rows: int, dim: int, seed: int, records: str, expected: str) -> None:
    texts = numbers(seed)
    values = numpy.array([numpy.float32(text) for text in texts], dtype="<f4")
    draw = numpy.random.default_rng(seed)
    keys = draw.permutation(rows) - rows // 2
    starts = draw.integers(0, POOL - dim, rows)
    block = numpy.empty(min(rows, 4096), dtype=[("key", "<i8"), ("vector", "<f4", (dim,))])
    with open(records, "w") as lines, open(expected, "wb") as truth:
        for at in range(0, rows, len(block)):
            these = slice(at, min(at + len(block), rows))
            part = block[: these.stop - these.start]
            part["key"] = keys[these]
            part["vector"] = values[starts[these][:, None] + numpy.arange(dim)]
            truth.write(part.tobytes())
            for key, start in zip(keys[these].tolist(), starts[these].tolist()):
                lines.write(f'{{"id":{key},"vector":[{",".join(texts[start : start + dim])}]}}\n')


main(**json.loads(sys.argv[1]))
