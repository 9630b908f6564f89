#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What it costs to report assessments from Python, as a multiple of what the C call costs for the same data: medians of
interleaved rounds, in seconds of the processor. Columns lie in batches beforehand, as they do for the C call.

usage: columns.py [ROWS] [ROWS_OF_A_BATCH] [ROUNDS]
"""
import array
import ctypes
import statistics
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
        start = time.process_time()
        status = self.function(*arguments)
        self.seconds += time.process_time() - start
        return status

    def stop(self):
        setattr(_library.load(), self.name, self.function)
        return self.seconds


def measure(batches, commit):
    """Seconds for all, and seconds of them inside C."""
    with reprieve.Store(reprieve.MemoryStorage()) as store, store.session("bench", reprieve.Permission.ALL) as session:
        prepare(session)
        calls = [Watch(f"rpv_batch_{name}") for name in ("begin", "assessments", "commit", "free")]
        start = time.process_time()
        for columns in batches:
            with session.batch(source="scanner", lenient=True) as batch:
                batch.assess_columns(*columns)
                if not commit:
                    batch.close()
        return time.process_time() - start, sum(call.stop() for call in calls)


def row_by_row(batches):
    with reprieve.Store(reprieve.MemoryStorage()) as store, store.session("bench", reprieve.Permission.ALL) as session:
        prepare(session)
        start = time.process_time()
        for columns in batches:
            batch = session.batch(source="scanner", lenient=True)
            batch.assess_all(zip(*columns))
            batch.close()
        return time.process_time() - start


def cut(columns, rows, size):
    return [tuple(column[first:first + size] for column in columns) for first in range(0, rows, size)]


def main(rows="1000000", size="50000", rounds="3"):
    rows, size, rounds = int(rows), int(size), int(rounds)
    assert ctypes.sizeof(_abi.rpv_text_column) and size % EACH == 0
    devices, recommendations, weaknesses = fleet(rows)
    ways = {"lists": (devices, recommendations, weaknesses),
            "bytes and offsets": (in_bytes(devices), in_bytes(recommendations), weaknesses),
            "dictionaries": (in_dictionary(devices), in_dictionary(recommendations), weaknesses)}
    print(f"{rows} assessments, batches of {size}; seconds")
    print(f"{'':28}{'Python':>10}{'C call':>10}{'ratio':>8}")
    ways = {name: cut(columns, rows, size) for name, columns in ways.items()}
    found = {(name, commit): [] for commit in (False, True) for name in ways}
    for _ in range(rounds):
        for (name, commit), measured in found.items():
            measured.append(measure(ways[name], commit))
    for (name, commit), measured in found.items():
        whole, inside, ratio = (statistics.median(values) for values in zip(*((w, c, w / c) for w, c in measured)))
        print(f"{name + (', committed' if commit else ', collected'):30}{whole:>8.3f}{inside:>10.3f}{ratio:>8.2f}")
    print(f"{'row by row, for comparison':30}{row_by_row(ways['lists']):>8.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
