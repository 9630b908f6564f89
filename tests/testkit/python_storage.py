#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A storage written in Python keeps the contract: a sorted list of keys, a dictionary, and the callbacks in ctypes, with
nothing but the standard library, run through the conformance kit.

usage: python_storage.py LIBREPRIEVE LIBREPRIEVE_TESTKIT
"""
import bisect
import ctypes
import sys
import threading
from ctypes import POINTER, Structure, c_char_p, c_int, c_int32, c_size_t, c_uint32, c_uint64, c_void_p

OK, STOP, NOT_FOUND, STORAGE, CONFLICT = 0, 1, -3, -8, -10
FRESH, SHARED, FAILED = 0, 1, 1


class Bytes(Structure):
    _fields_ = [("data", c_void_p), ("size", c_size_t)]

    def take(self):
        return ctypes.string_at(self.data, self.size) if self.size else b""


class Write(Structure):
    _fields_ = [("key", Bytes), ("value", Bytes), ("remove", c_int32)]


class Expect(Structure):
    _fields_ = [("key", Bytes), ("value", Bytes), ("absent", c_int32)]


SINK = ctypes.CFUNCTYPE(c_int, c_void_p, Bytes, Bytes)
GET = ctypes.CFUNCTYPE(c_int, c_void_p, Bytes, SINK, c_void_p, c_void_p)
SCAN = ctypes.CFUNCTYPE(c_int, c_void_p, Bytes, Bytes, c_int32, c_uint64, SINK, c_void_p, c_void_p)
COMMIT = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(Write), c_size_t, POINTER(Expect), c_size_t, c_void_p)
BEGIN_READ = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)
END_READ = ctypes.CFUNCTYPE(None, c_void_p)
WAIT = ctypes.CFUNCTYPE(c_int, c_void_p, c_int32, c_void_p)


class Storage(Structure):
    _fields_ = [("struct_size", c_size_t), ("user", c_void_p), ("capabilities", c_uint32), ("reserved", c_uint32),
                ("max_commit", c_uint64), ("get", GET), ("scan", SCAN), ("commit", COMMIT), ("begin_read", BEGIN_READ),
                ("end_read", END_READ), ("close", END_READ), ("wait", WAIT)]


class Result(Structure):
    _fields_ = [("rule", c_char_p), ("part", c_char_p), ("sentence", c_char_p), ("outcome", c_int),
                ("message", c_char_p)]


class Report(Structure):
    _fields_ = [("passed", c_uint32), ("failed", c_uint32), ("not_tried", c_uint32), ("rounds", c_uint32),
                ("seed", c_uint64), ("first_failed", c_char_p)]


OPEN = ctypes.CFUNCTYPE(c_int, c_void_p, c_int, POINTER(Storage), c_void_p)
CRASH = ctypes.CFUNCTYPE(None, c_void_p, POINTER(Storage))
FAULT = ctypes.CFUNCTYPE(c_int32, c_void_p, c_uint64)
RESULT = ctypes.CFUNCTYPE(None, c_void_p, POINTER(Result))


class Options(Structure):
    _fields_ = [("struct_size", c_size_t), ("user", c_void_p), ("open", OPEN), ("crash", CRASH), ("fault", FAULT),
                ("result", RESULT), ("flags", c_uint32), ("rounds", c_uint32), ("seed", c_uint64)]


class Shelf:
    """What handles share: one immutable (keys, pairs), replaced as a whole by each commit. So readers need no lock."""

    def __init__(self):
        self.lock = threading.Lock()
        self.now = ([], {})


class Handle:
    """One opened storage. Python's exceptions must not reach C: each callback turns them into a status."""

    def __init__(self, shelf):
        self.shelf, self.snapshot = shelf, None
        self.callbacks = [kind(self.guard(call)) for kind, call in (
            (GET, self.get), (SCAN, self.scan), (COMMIT, self.commit), (BEGIN_READ, self.begin_read),
            (END_READ, self.end_read), (END_READ, lambda user: None))]  # kept alive with the handle

    @staticmethod
    def guard(call):
        def guarded(*arguments):
            try:
                return call(*arguments)
            except Exception as error:  # pylint: disable=broad-except
                print(f"python_storage: {error!r}", file=sys.stderr)
                return STORAGE
        return guarded

    def fill(self, storage):
        storage.struct_size = ctypes.sizeof(Storage)
        (storage.get, storage.scan, storage.commit, storage.begin_read, storage.end_read, storage.close) = self.callbacks

    @staticmethod
    def feed(sink, user, key, value):
        """Key and value stay where they are until the sink returns."""
        kept = [ctypes.create_string_buffer(part, len(part) + 1) for part in (key, value)]
        return sink(user, Bytes(ctypes.addressof(kept[0]), len(key)), Bytes(ctypes.addressof(kept[1]), len(value)))

    def get(self, _user, key, sink, sink_user, _error):
        key = key.take()
        _, pairs = self.snapshot or self.shelf.now
        if key not in pairs:
            return NOT_FOUND
        status = self.feed(sink, sink_user, key, pairs[key])
        return OK if status == STOP else status

    def scan(self, _user, first, end, reverse, limit, sink, sink_user, _error):
        keys, pairs = self.snapshot or self.shelf.now
        low = bisect.bisect_left(keys, first.take())
        high = bisect.bisect_left(keys, end.take()) if end.size else len(keys)
        found = keys[low:high]
        if reverse:
            found.reverse()
        for key in found[:limit] if limit else found:
            status = self.feed(sink, sink_user, key, pairs[key])
            if status:
                return OK if status == STOP else status
        return OK

    def commit(self, _user, writes, write_count, expected, expected_count, _error):
        with self.shelf.lock:
            _, pairs = self.shelf.now
            for i in range(expected_count):
                wanted = None if expected[i].absent else expected[i].value.take()
                if pairs.get(expected[i].key.take()) != wanted:
                    return CONFLICT
            pairs = dict(pairs)
            for i in range(write_count):
                if writes[i].remove:
                    pairs.pop(writes[i].key.take(), None)
                else:
                    pairs[writes[i].key.take()] = writes[i].value.take()
            self.shelf.now = (sorted(pairs), pairs)
        return OK

    def begin_read(self, _user, _error):
        self.snapshot = self.shelf.now
        return OK

    def end_read(self, _user):
        self.snapshot = None


def main(core, kit):
    ctypes.CDLL(core, mode=ctypes.RTLD_GLOBAL)
    kit = ctypes.CDLL(kit)
    shelf, handles = [Shelf()], []

    def opened(_user, place, storage, _error):
        if place == FRESH:
            shelf[0] = Shelf()
            handles.clear()
        handles.append(Handle(shelf[0]))
        handles[-1].fill(storage.contents)
        return OK

    def note(_user, result):
        if result.contents.outcome == FAILED:
            text = ctypes.create_string_buffer(1000)
            kit.rpv_testkit_text(result, text, c_size_t(1000))
            print(text.value.decode())

    options = Options(struct_size=ctypes.sizeof(Options), open=OPEN(opened), result=RESULT(note), flags=SHARED)
    report = Report()
    status = kit.rpv_testkit_storage(ctypes.byref(options), ctypes.byref(report))
    print(f"{report.passed} passed, {report.failed} failed, {report.not_tried} not tried")
    return 0 if status == OK and report.passed > 45 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
