#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads a store as docs/format.md describes it, without the library: every key and every byte of every value must fit.
The store is made by the program from the sample data, with some decisions.

usage: store_format.py ROOT PROGRAM
"""
import pathlib
import sqlite3
import struct
import subprocess
import sys
import tempfile

NOW = ["--now", "2026-03-02T09:00:00Z", "--as", "ana@corp.example"]
COMMANDS = (["import", "examples/data/fleet.ndjson"], ["import", "examples/data/defender-vulnerabilities.json"],
            ["controls", "--set", "proxy", "--owner", "net@corp.example", "--interval", "90d", "--reviewed", "2026-02-01",
             "--evidence", "https://corp.example/audit.pdf#sha256=" + 32 * "0f"],
            ["except", "va-_-lumen-_-browser", "--group", "Kiosks", "--justification", "third_party_control",
             "--context", "proxy", "--for", "90d", "--control", "proxy"],
            ["except", "CVE-2099-3002", "--device", "sal-03", "--justification", "false_positive", "--context", "not used",
             "--for", "30d", "--evidence", "https://corp.example/42"],
            ["except", "CVE-2099-3002", "--justification", "false_positive", "--context", "nowhere", "--for", "30d"],
            ["policy", "--set", "threshold.devices_rise=6"],
            ["remediate", "va-_-quill-_-office", "--group", "Sales", "--due", "2026-04-01"],
            ["cancel", "E-3", "--reason", "too wide"], ["score", "--record"])

# Shapes of keys behind the letter, and of values behind the codec version; * repeats to the end, [..] is a counted list.
KEYS = {"Z": "", "C": "Q", "c": "QI", "J": "Q", "Q": "I", "P": "", "G": "I", "g": "I", "d": "I", "h": "I", "e": "I",
        "D": "I", "s": "I", "W": "I", "w": "I", "R": "I", "V": "I", "v": "IQ", "k": "II", "A": "II", "X": "Q", "U": "IIQ",
        "B": "Q", "E": "I", "y": "I",
        "T": "QBQ", "M": "I", "m": "II", "t": "II", "a": "II",
        "N": "I", "o": "IQ", "K": "BI", "u": "IBIIQ", "L": "III"}
VALUES = {"Z": "u u u u u u u b" + " u" * 18 + " b 8", "C": "u t u u u 8",
          "J": "u u u t u t t t t t t t u u u [u u] u t t t",
          "v": "u*", "y": "[u]", "P": "u (u [i])*",
          "G": "t t u b", "g": "u u u u", "d": "t t t t [t] u", "h": "u u u (u i)*",
          "D": "u*", "s": "u*",
          "W": "t t t [t] [t] u u u b", "R": "t t t t t t t t t t t b b u [t] [t] b", "V": "u t [u] [u]",
          "U": "b u u u u u u u u u u u [u] [u] u u [u] u u u u u u u u u i b b u u u u i u u u u u u",
          "K": "u u u", "L": "8 u u b 8 8 8 8 8 8 8 8 8 8 8 8",
          "X": "u u t t t t t t u [t] [u] [u b u u i i i u]", "M": "u u u u b u u u t t t t t u [u] u u u", "t": "b u u",
          "N": "b b t t t [t] u u u"}
VERSIONS = {"J": 2, "U": 2, "X": 2}
SUMMED = 0xFD
BARE = {"n": 4, "k": 0, "T": 0, "m": 0, "a": 0, "o": 0, "u": 0}


class Value:
    def __init__(self, data):
        self.data, self.at = data, 0

    def left(self):
        return self.at < len(self.data)

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def number(self):
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                assert shift == 7 or byte, "not the shortest form"
                assert value < 1 << 64
                return value

    def signed(self):
        value = self.number()
        return -(value >> 1) - 1 if value & 1 else value >> 1

    def bytes(self, size):
        assert self.at + size <= len(self.data)
        self.at += size
        return self.data[self.at - size:self.at]

    def text(self):
        size = self.number()
        return self.bytes(size - 1).decode("utf-8") if size else None

    def shape(self, shape):
        """Reads members of a shape; returns them flat."""
        found, rest = [], shape
        while rest:
            end = {"[": "]", "(": ")"}.get(rest[0])
            stop = rest.index(end) + 1 if end else 1
            item, rest = rest[1:stop - 1] if end else rest[0], rest[stop:]
            if rest[:1] == "*":
                rest = rest[1:]
                while self.left():
                    found.append(self.shape(item))
            elif end:
                found.append([self.shape(item) for _ in range(self.number())])
            else:
                found.append({"u": self.number, "i": self.signed, "b": self.byte, "t": self.text,
                              "8": lambda: self.bytes(8)}[item]())
            rest = rest.lstrip()
        return found


def holdings(value):
    while value.left():
        bits = value.byte()
        assert bits < 128
        value.number()
        for bit in (2, 32, 16) if not bits & 1 else (2,):
            if bits & bit:
                value.number()
        if bits & 4:
            value.signed()
        if bits & 8:
            value.number()


def threats(value):
    for _ in range(256):
        if value.left() and value.byte():
            value.byte()
            value.number()


def counter(value):
    variant = 0
    while value.left():
        variant += value.number()
        if variant == 0:
            assert value.byte() < 8
        for _ in range(bin(value.number()).count("1")):
            value.number()


def census(value):
    while value.left():
        value.number()
        for _ in range(value.number()):
            value.number()
        for _ in range(bin(value.number()).count("1")):
            value.number()


def changes(data):
    value, key, count = Value(data), b"", 0
    while value.left():
        shared = value.number()
        key = key[:shared] + value.bytes(value.number())
        assert chr(key[0]) in KEYS or key[:1] == b"n", key
        if value.byte() == 2:
            value.bytes(value.number())
        count += 1
    return count


def crc(data):
    """CRC-32C, bit by bit."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def without_sum(key, data):
    if not data:
        return data
    assert data[0] == SUMMED and len(data) > 5, "a sum in front"
    assert int.from_bytes(data[1:5], "big") == crc(key + data[5:]), "the sum"
    return data[5:]


def check(key, data):
    kind = chr(key[0])
    if kind == "n":
        assert len(data) == 4 and chr(key[1]) in "dgwrstc"
        return
    assert len(key) == 1 + struct.calcsize(">" + KEYS[kind]), "length of the key"
    if kind in BARE:
        assert len(data) == BARE[kind]
    elif kind == "Q":
        data.decode("utf-8")
    else:
        value = Value(data)
        assert value.byte() == VERSIONS.get(kind, 1), "codec version"
        if kind in VALUES:
            value.shape(VALUES[kind])
        elif kind != "c":
            {"e": holdings, "w": threats, "A": counter, "B": census, "E": census}[kind](value)
        assert kind == "c" or not value.left(), "bytes left over"


def main(root, program):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "fleet.db")
        for command in COMMANDS:
            subprocess.run([pathlib.Path(program).resolve(), "--db", path, *NOW, *command], check=True, cwd=root,
                           stdout=subprocess.DEVNULL)
        database = sqlite3.connect(path)
        [(table,)] = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        pairs = database.execute(f"SELECT * FROM {table}").fetchall()
        database.close()
    kinds, parts = {}, {}
    for key, stored in pairs:
        data = stored
        try:
            data = without_sum(key, stored)
            check(key, data)
        except (AssertionError, IndexError, KeyError, UnicodeDecodeError) as error:
            sys.exit(f"key {key!r}: value {data.hex()} is not what docs/format.md says: {error!r}")
        kinds[chr(key[0])] = kinds.get(chr(key[0]), 0) + 1
        if key[:1] == b"c":
            parts.setdefault(key[1:9], []).append((key[9:], data[1:]))
    count = sum(changes(b"".join(data for _, data in sorted(list_))) for list_ in parts.values())
    unseen = set(KEYS) - set(kinds)
    if unseen or kinds["d"] != 20 or kinds["X"] != 3 or not count:
        sys.exit(f"not what was imported: {kinds}, missing {unseen}")
    print(f"{len(pairs)} pairs of {len(kinds)} kinds, {count} changes")


if __name__ == "__main__":
    main(*sys.argv[1:])
