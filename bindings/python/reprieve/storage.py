# SPDX-License-Identifier: MIT
"""Where a store is kept: in a file, in a database, in memory, or wherever a class of the host keeps it.

A storage is an ordered map from bytes to bytes with one atomic conditional commit. The contract is in
`reprieve/storage.h`; the conformance kit (`libreprieve-testkit`) proves that a storage keeps it.
"""
from __future__ import annotations

import abc
import ctypes
import os
from datetime import timedelta
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple, Union

from . import _abi, errors
from ._convert import fill, members, number_of, to_bytes, to_duration
from ._core import Core
from ._library import load
from .enums import PostgresMode, SqliteMode, Status

#: a key and its value; None: no such key
Pair = Tuple[bytes, Optional[bytes]]
STOP = Status.STOP.value
CODES = (errors.FullError, errors.BusyError, errors.NoMemoryError, errors.ReadOnlyError, errors.CorruptError,
         errors.ConflictError, errors.OutcomeError, errors.StorageError)


class Storage(abc.ABC):
    """A storage written in Python. Three methods are required; what they raise comes out of the call that led to them.

    To say what is wrong in the library's terms, raise FullError, BusyError, ReadOnlyError, CorruptError, StorageError or,
    from commit(), ConflictError and OutcomeError.
    """

    #: keeps nothing when the process ends
    volatile = False
    #: commit() is never called
    read_only = False
    #: largest commit in bytes, 0 for 16 MiB
    max_commit = 0

    @abc.abstractmethod
    def get(self, key: bytes) -> Optional[bytes]:
        """The value of a key, None without one."""

    @abc.abstractmethod
    def scan(self, start: bytes, end: Optional[bytes], reverse: bool, limit: Optional[int]) -> Iterable[Tuple[bytes, bytes]]:
        """The pairs with `start` <= key < `end` (None: no upper bound), in the order of bytes or, with `reverse`, from the
        last to the first; the first `limit` of them in that direction. They are those of one moment."""

    @abc.abstractmethod
    def commit(self, writes: Sequence[Pair], expected: Sequence[Pair]) -> None:
        """Makes all writes at once, visible and durable, if every expectation holds; else raises ConflictError and
        changes nothing. None as a value removes the key, or expects that there is none."""

    def begin_read(self) -> None:
        """Optional, with end_read(): until then all reads see this moment."""

    def end_read(self) -> None:
        """Ends what begin_read() began."""

    def wait(self, timeout: timedelta) -> None:
        """Optional: returns when others committed, or after `timeout`."""

    def close(self) -> None:
        """Optional: the store is closed; nothing is called afterwards."""

    def _install(self, core: Core, storage: Any) -> None:
        """Makes it the storage of a store."""
        fill(storage)
        storage.capabilities = (self.volatile * _abi.rpv_storage_capability.RPV_STORAGE_VOLATILE
                                | self.read_only * _abi.rpv_storage_capability.RPV_STORAGE_READ_ONLY)
        storage.max_commit = self.max_commit
        kinds, adapter = members(_abi.rpv_storage), Adapter(self)
        names = ["get", "scan", "commit", "close"]
        if type(self).begin_read is not Storage.begin_read:
            names += ["begin_read", "end_read"]
        if type(self).wait is not Storage.wait:
            names.append("wait")
        for name in names:
            failed = None if name in ("end_read", "close") else Status.E_STORAGE.value
            call = kinds[name](core.callback(getattr(adapter, name), failed))
            core.callbacks.append(call)
            setattr(storage, name, call)


def taken(some: Any) -> bytes:
    return ctypes.string_at(some.data, some.size) if some.size else b""


def feed(sink: Callable[..., int], user: Any, key: bytes, value: bytes) -> int:
    """Hands a pair to the library; it copies what it keeps before this returns."""
    if not isinstance(key, bytes) or not isinstance(value, bytes):
        key, value = bytes(memoryview(key)), bytes(memoryview(value))
    lent = (ctypes.c_char_p(key), ctypes.c_char_p(value))
    parts = [_abi.rpv_bytes(ctypes.cast(one, ctypes.c_void_p), len(part)) for one, part in zip(lent, (key, value))]
    return sink(user, *parts)


class Adapter:
    """What C calls, in terms of a Storage."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def told(self, error: Any, call: Callable[[], int]) -> int:
        """Turns exceptions that say a status into that status."""
        try:
            return call()
        except CODES as failure:
            if error:
                error.contents.message = failure.message.encode()[:511].decode("utf-8", "ignore").encode()
                error.contents.host_code = failure.host_code
            assert failure.status is not None
            return failure.status.value

    def get(self, _user: Any, key: Any, sink: Any, sink_user: Any, error: Any) -> int:
        def call() -> int:
            wanted = taken(key)
            value = self.storage.get(wanted)
            if value is None:
                return Status.E_NOT_FOUND.value
            status = feed(sink, sink_user, wanted, value)
            return 0 if status == STOP else status
        return self.told(error, call)

    def scan(self, _user: Any, start: Any, end: Any, reverse: int, limit: int, sink: Any, sink_user: Any,
             error: Any) -> int:
        def call() -> int:
            for key, value in self.storage.scan(taken(start), taken(end) or None, bool(reverse), limit or None):
                status = feed(sink, sink_user, key, value)
                if status:
                    return 0 if status == STOP else status
            return 0
        return self.told(error, call)

    def commit(self, _user: Any, writes: Any, write_count: int, expected: Any, expected_count: int, error: Any) -> int:
        def call() -> int:
            mine: List[Pair] = [(taken(writes[i].key), None if writes[i].remove else taken(writes[i].value))
                                for i in range(write_count)]
            theirs: List[Pair] = [(taken(expected[i].key), None if expected[i].absent else taken(expected[i].value))
                                  for i in range(expected_count)]
            self.storage.commit(mine, theirs)
            return 0
        return self.told(error, call)

    def begin_read(self, _user: Any, error: Any) -> int:
        def call() -> int:
            self.storage.begin_read()
            return 0
        return self.told(error, call)

    def end_read(self, _user: Any) -> None:
        self.storage.end_read()

    def wait(self, _user: Any, timeout_ms: int, error: Any) -> int:
        def call() -> int:
            self.storage.wait(timedelta(milliseconds=timeout_ms))
            return 0
        return self.told(error, call)

    def close(self, _user: Any) -> None:
        self.storage.close()


class MemoryStorage:
    """In memory: for tests and short-lived stores."""

    def _install(self, _core: Core, storage: Any) -> None:
        status = load().rpv_memory_storage(None, ctypes.byref(storage))
        if status:
            raise errors.CLASSES[status]("no memory for the storage")

    def __repr__(self) -> str:
        return "MemoryStorage()"


class SqliteStorage:
    """In a SQLite file, shared by any number of processes on one machine."""

    def __init__(self, path: Union[str, os.PathLike[str]], *, mode: SqliteMode = SqliteMode.CREATE,
                 busy: timedelta = timedelta(seconds=5)) -> None:
        self.path, self.mode, self.busy = os.fspath(path), mode, busy

    def _install(self, _core: Core, storage: Any) -> None:
        record = errors.new_record()
        status = load("reprieve-sqlite").rpv_sqlite_storage(
            to_bytes(self.path, "path"), number_of("rpv_sqlite_mode", self.mode, "mode"),
            min(to_duration(self.busy, "busy"), 2**31 - 1), ctypes.byref(storage), ctypes.byref(record))
        if status:
            raise errors.of_record(record, status)

    def check(self) -> None:
        """Reads the whole file; raises CorruptError when it is damaged."""
        record = errors.new_record()
        status = load("reprieve-sqlite").rpv_sqlite_check(to_bytes(self.path, "path"), ctypes.byref(record))
        if status:
            raise errors.of_record(record, status)

    def __repr__(self) -> str:
        return f"SqliteStorage({self.path!r})"


class PostgresStorage:
    """In one table of a PostgreSQL database, shared by any number of processes and machines."""

    def __init__(self, conninfo: str = "", *, schema: Optional[str] = None, table: Optional[str] = None,
                 mode: PostgresMode = PostgresMode.CREATE, statement_timeout: Optional[timedelta] = None,
                 reconnect: Optional[timedelta] = None, quiet: bool = False) -> None:
        self._options = {"conninfo": conninfo, "schema": schema, "table": table, "mode": mode, "quiet": quiet,
                         "statement_timeout": statement_timeout, "reconnect": reconnect}

    def _install(self, _core: Core, storage: Any) -> None:
        options, record = fill(_abi.rpv_postgres_options(), **self._options), errors.new_record()
        status = load("reprieve-postgres").rpv_postgres_storage(ctypes.byref(options), ctypes.byref(storage),
                                                                ctypes.byref(record))
        if status:
            raise errors.of_record(record, status)

    def __repr__(self) -> str:
        return f"PostgresStorage(schema={self._options['schema']!r}, table={self._options['table']!r})"


#: anything that a store can be opened on
AnyStorage = Union[Storage, MemoryStorage, SqliteStorage, PostgresStorage]
