#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What it costs to report assessments from Python, as a multiple of what the C call costs for the same data.

usage: columns.py [ROWS] [ROWS_OF_A_BATCH]
"""
import array
import ctypes
import sys
import time

import reprieve
from reprieve import TextColumn, _abi, _library

RECOMMENDATIONS, WEAKNESSES, EACH = 200, 5, 40  # assessments of a device


def fleet(rows):
    """Devices, recommendations and weaknesses, row by row, as a scanner would list them."""
    devices = [f"device-{row // EACH:06}.corp.example" for row in range(rows)]
    recommendations = [f"va-_-vendor-_-product-{(row * 7) % RECOMMENDATIONS:03}" for row in range(rows)]
    weaknesses = [[f"CVE-2026-{(row * 7) % RECOMMENDATIONS:03}{i}" for i in range(row % WEAKNESSES)] for row in range(rows)]
    return devices, recommendations, weaknesses


def prepare(session):
    with session.batch(source="scanner") as facts:
        for i in range(RECOMMENDATIONS):
            facts.recommendation(f"va-_-vendor-_-product-{i:03}")
            for j in range(WEAKNESSES):
                facts.weakness(f"CVE-2026-{i:03}{j}", severity=reprieve.Severity.HIGH)


def in_bytes(texts):
    ends, end = array.array("Q", [0]), 0
    for text in texts:
        end += len(text)
        ends.append(end)
    return TextColumn("".join(texts).encode(), offsets=ends)


def in_dictionary(texts):
    words = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    return TextColumn(list(words), codes=array.array("i", map(words.__getitem__, texts)))


class Watch:
    """Stands for a function of C, and adds up what passes in it."""

    def __init__(self, name):
        self.function, self.seconds, self.name = getattr(_library.load(), name), 0.0, name
        setattr(_library.load(), name, self)

    def __call__(self, *arguments):
        start = time.perf_counter()
        status = self.function(*arguments)
        self.seconds += time.perf_counter() - start
        return status

    def stop(self):
        setattr(_library.load(), self.name, self.function)
        return self.seconds


def measure(columns, rows, size, commit):
    """Seconds for all, and seconds of them inside C."""
    with reprieve.Store(reprieve.MemoryStorage()) as store, store.session("bench", reprieve.Permission.ALL) as session:
        prepare(session)
        calls = [Watch(f"rpv_batch_{name}") for name in ("begin", "assessments", "commit", "free")]
        start = time.perf_counter()
        for first in range(0, rows, size):
            with session.batch(source="scanner", lenient=True) as batch:
                batch.assess_columns(*(column[first:first + size] for column in columns))
                if not commit:
                    batch.close()
        return time.perf_counter() - start, sum(call.stop() for call in calls)


def row_by_row(columns, rows, size):
    with reprieve.Store(reprieve.MemoryStorage()) as store, store.session("bench", reprieve.Permission.ALL) as session:
        prepare(session)
        start = time.perf_counter()
        for first in range(0, rows, size):
            batch = session.batch(source="scanner", lenient=True)
            batch.assess_all(zip(*(column[first:first + size] for column in columns)))
            batch.close()
        return time.perf_counter() - start


def main(rows="1000000", size="100000"):
    rows, size = int(rows), int(size)
    assert ctypes.sizeof(_abi.rpv_text_column) and size % EACH == 0
    devices, recommendations, weaknesses = fleet(rows)
    ways = {"lists": (devices, recommendations, weaknesses),
            "bytes and offsets": (in_bytes(devices), in_bytes(recommendations), weaknesses),
            "dictionaries": (in_dictionary(devices), in_dictionary(recommendations), weaknesses)}
    print(f"{rows} assessments, batches of {size}; seconds")
    print(f"{'':22}{'Python':>10}{'C call':>10}{'ratio':>8}")
    worst = 0.0
    for commit in (False, True):
        for name, columns in ways.items():
            whole, inside = measure(columns, rows, size, commit)
            worst = max(worst, whole / inside) if not commit else worst
            print(f"{name + (', committed' if commit else ''):30}{whole:>8.3f}{inside:>10.3f}{whole / inside:>8.2f}")
    print(f"{'row by row, for comparison':30}{row_by_row(ways['lists'], rows, size):>8.3f}")
    print(f"worst ratio without the commit: {worst:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
