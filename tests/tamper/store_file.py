# SPDX-License-Identifier: MIT
"""Reads and rewrites the pairs of a store in a SQLite file, by docs/format.md alone: sums, large values, and the records of
the journal. Whoever can write to the file can do what this does."""
import sqlite3
import struct

SUMMED, PIECE, PIECES = 0xFD, 0xFE, 0xFF
TABLE = []
for _byte in range(256):
    for _ in range(8):
        _byte = _byte >> 1 ^ (0x82F63B78 if _byte & 1 else 0)
    TABLE.append(_byte)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def summed(key, value):
    return bytes([SUMMED]) + struct.pack(">I", crc32c(key + value)) + value if value else value


def unsummed(key, stored):
    if not stored:
        return stored
    if stored[0] != SUMMED or stored != summed(key, stored[5:]):
        raise ValueError(f"the sum of {key.hex()} does not fit")
    return stored[5:]


class StoreFile:
    """The pairs of a store, without their sums. Large values stay in their pieces."""

    def __init__(self, path):
        self.database = sqlite3.connect(path)
        rows = self.database.execute("SELECT key, value FROM reprieve ORDER BY key").fetchall()
        self.pairs = {bytes(key): unsummed(bytes(key), bytes(value)) for key, value in rows}

    def of(self, letter):
        """Keys of a kind, in order, without those of pieces."""
        return sorted(key for key, value in self.pairs.items() if key[:1] == letter and value[:1] != bytes([PIECE]))

    def value(self, key):
        """A whole value."""
        value = self.pairs[key]
        if value[:1] != bytes([PIECES]):
            return value
        size, = struct.unpack(">I", value[1:5])
        whole, number = value[5:], 0
        while len(whole) < size:
            number += 1
            whole += self.pairs[key + b"\xff" + struct.pack(">H", number)][1:]
        return whole

    def put(self, pairs):
        """Makes the file hold these pairs, each with its sum, and nothing else."""
        self.database.execute("DELETE FROM reprieve")
        self.database.executemany("INSERT INTO reprieve VALUES (?, ?)",
                                  [(key, summed(key, value)) for key, value in sorted(pairs.items())])
        self.database.commit()

    def close(self):
        self.database.close()


class Reader:
    """Members of a record, as docs/format.md names them."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        if self.at + size > len(self.data):
            raise ValueError("the record ends too early")
        self.at += size
        return self.data[self.at - size:self.at]

    def u8(self):
        return self.take(1)[0]

    def be64(self):
        return struct.unpack(">Q", self.take(8))[0]

    def uint(self):
        number = shift = 0
        while True:
            byte = self.u8()
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number

    def text(self):
        size = self.uint()
        return self.take(size - 1).decode() if size else None

    def bytes(self):
        return self.take(self.uint())

    def end(self):
        if self.at != len(self.data):
            raise ValueError(f"{len(self.data) - self.at} bytes too many")


def number_of(key):
    return struct.unpack(">Q", key[1:9])[0]


def key_of(letter, number):
    return letter + struct.pack(">Q", number)
