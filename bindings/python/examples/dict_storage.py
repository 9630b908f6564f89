#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A storage in a dictionary: what a backend of one's own comes to. Every commit replaces an immutable pair of sorted keys
and values as a whole, so readers need no lock and always see one moment.
"""
import bisect
import threading

import reprieve


class Shelf:
    """What several storages may share, as several processes share a database."""

    def __init__(self):
        self.lock = threading.Lock()
        self.now = ([], {})


class DictStorage(reprieve.Storage):
    volatile = True

    def __init__(self, shelf=None):
        self.shelf, self.moment = shelf or Shelf(), None

    def get(self, key):
        return (self.moment or self.shelf.now)[1].get(key)

    def scan(self, start, end, reverse, limit):
        keys, values = self.moment or self.shelf.now
        found = keys[bisect.bisect_left(keys, start):bisect.bisect_left(keys, end) if end else len(keys)]
        for key in (found[::-1] if reverse else found)[:limit]:
            yield key, values[key]

    def commit(self, writes, expected):
        with self.shelf.lock:
            values = dict(self.shelf.now[1])
            for key, value in expected:
                if values.get(key) != value:
                    raise reprieve.ConflictError("somebody else was faster")
            for key, value in writes:
                if value is None:
                    values.pop(key, None)
                else:
                    values[key] = value
            self.shelf.now = (sorted(values), values)

    def begin_read(self):
        self.moment = self.shelf.now

    def end_read(self):
        self.moment = None


if __name__ == "__main__":
    with reprieve.Store(DictStorage()) as store:
        print(store.info())
