#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Verifies the chained journal of a store in a SQLite file, by docs/format.md and hashlib alone. Prints its anchor, or names
the first commit whose link does not follow from what is stored, and ends with 1.

usage: oracle.py FILE
"""
import hashlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from store_file import Reader, StoreFile, key_of, number_of  # noqa: E402

CHAINED = 2  # codec version of Z and C where the journal is chained


class Broken(Exception):
    """The journal was changed, or is not chained."""


def read_revision(value):
    """Revision, last sequence, name of the hash, link of the last commit."""
    r = Reader(value)
    if r.u8() != CHAINED:
        raise Broken("the journal is not chained")
    _format, _oldest, revision, sequence = r.uint(), r.uint(), r.uint(), r.uint()
    _time, _kept, _before = r.uint(), r.uint(), r.uint()
    for _ in range(2 * r.u8()):
        r.uint()
    _restoring, _tag = r.u8(), r.be64()
    name, link = r.bytes().decode(), r.bytes()
    r.end()
    return revision, sequence, name, link


def read_commit(value):
    """The record as it is without a link, its first event, how many it has, the link (None: it has none)."""
    r = Reader(value)
    version = r.u8()
    _time, _actor, first, count, _parts, _tag = r.uint(), r.text(), r.uint(), r.uint(), r.uint(), r.be64()
    plain = b"\x01" + value[1:r.at]
    link = r.bytes() if version == CHAINED else None
    r.end()
    return plain, first, count, link


def walk(store):
    """The place where the journal ends: (revision, sequence, name of the hash, link)."""
    revision, sequence, name, head = read_revision(store.value(b"Z"))
    events = [number_of(key) for key in store.of(b"J")]
    link, linked, at = bytes(hashlib.new(name).digest_size), False, 0

    def fold(key):
        nonlocal link
        value = read_commit(store.value(key))[0] if key[:1] == b"C" else store.value(key)
        link = hashlib.new(name, link + key + value).digest()

    for number in range(1, revision + 1):
        key = key_of(b"C", number)
        if key not in store.pairs:
            raise Broken(f"commit {number}: its record is missing")
        try:
            _, first, count, stored = read_commit(store.value(key))
        except ValueError as error:
            raise Broken(f"commit {number}: {error}") from error
        while count and at < len(events) and events[at] < first:  # of no commit: a restored backup put them there
            fold(key_of(b"J", events[at]))
            at += 1
        fold(key)
        if events[at:at + count] != list(range(first, first + count)):
            raise Broken(f"commit {number}: events of it are missing")
        for event in events[at:at + count]:
            fold(key_of(b"J", event))
        at += count
        linked = linked or stored is not None
        if linked and stored != link:
            raise Broken(f"commit {number}: its link does not follow")
    if link != head or not linked or (events[-1] if events else 0) != sequence:
        raise Broken("the journal does not end as the revision record says")
    return revision, sequence, name, link


def main():
    store = StoreFile(sys.argv[1])
    try:
        revision, sequence, name, link = walk(store)
    except Broken as broken:
        print(broken)
        return 1
    finally:
        store.close()
    print(f"reprieve:1:{name}:{revision}:{sequence}:{link.hex()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
