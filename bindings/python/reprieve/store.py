# SPDX-License-Identifier: MIT
"""Stores: opening, time, ticking.

>>> with reprieve.Store(reprieve.MemoryStorage()) as mine:
...     with mine.session("ana@corp.example", reprieve.Permission.ALL) as ana:
...         ana.groups().all()
[]
"""
from __future__ import annotations

import ctypes
import hashlib
import os
from datetime import timedelta
from typing import Any, Callable, Iterable, Optional, Union

from . import _abi, errors
from ._convert import fill, members, to_count, to_duration
from ._core import Core, Handle
from ._library import load
from .clock import Clock, SystemClock, install
from .enums import LogLevel, Permission, Status
from .rows import Question, StoreInfo
from .session import Session
from .storage import AnyStorage, SqliteStorage

#: takes a message for people
Log = Callable[[LogLevel, str], None]
#: answers whether a question of permission is allowed
Authorise = Callable[[Question], bool]


class Store(Handle):
    """An open store. May be used from several threads, each with its own sessions."""

    def __init__(self, storage: Union[AnyStorage, str, os.PathLike[str]], *, clock: Optional[Clock] = None,
                 log: Optional[Log] = None, authorise: Optional[Authorise] = None, hash: Optional[str] = "sha256",
                 accept_clock_jump: bool = False,
                 max_devices: int = 0, max_groups: int = 0, max_recommendations: int = 0, max_weaknesses: int = 0,
                 max_exceptions: int = 0, max_remediations: int = 0) -> None:
        """Opens a store; an empty storage becomes an empty store. A path stands for a SQLite file. The maximums are
        limits of the store, 0 for the defaults. `authorise` has a say on top of the permissions of sessions. `hash`
        names a hash of hashlib for stores whose journal is chained (Session.chain_journal()), None for none."""
        if isinstance(storage, (str, os.PathLike)):
            storage = SqliteStorage(storage)
        for what, callback, kind, fits in (("storage", storage, "a Storage or a path", hasattr(storage, "_install")),
                                           ("clock", clock, "a Clock", clock is None or hasattr(clock, "now")),
                                           ("log", log, "callable", log is None or callable(log)),
                                           ("authorise", authorise, "callable", authorise is None or callable(authorise))):
            if not fits:
                raise TypeError(f"{what} must be {kind}, not {type(callback).__name__}")
        self._library, core = load(), Core()
        options, pointer, record = _abi.rpv_store_options(), ctypes.POINTER(_abi.rpv_store)(), errors.new_record()
        self._library.rpv_store_options_init(ctypes.byref(options))
        options.accept_clock_jump = bool(accept_clock_jump)
        fill(options.limits, devices=max_devices, groups=max_groups, recommendations=max_recommendations,
             weaknesses=max_weaknesses, exceptions=max_exceptions, remediations=max_remediations)
        install(clock or SystemClock(), core, options)
        if log:
            install_log(log, core, options)
        if authorise:
            install_authorise(authorise, core, options)
        if hash:
            install_hash(hash, core, options)
        storage._install(core, options.storage)
        status = core.run(self._library.rpv_store_open, ctypes.byref(options), ctypes.byref(pointer), ctypes.byref(record))
        core.finish(status, lambda code: errors.of_record(record, code))
        self.storage = storage
        super().__init__(core, self._library.rpv_store_close, pointer)

    def __enter__(self) -> Store:
        return self

    def _read(self, function: Callable[..., int], *arguments: Any) -> None:
        """As _call(), for functions that take a record of their own."""
        record = errors.new_record()
        self._core.check()
        with self._lock:
            status = self._core.run(function, self._pointer(), *arguments, ctypes.byref(record))
            self._core.finish(status, lambda code: errors.of_record(record, code))

    def info(self) -> StoreInfo:
        """Where the store stands: revision, sequence, time, next deadline.

        >>> store.info().revision > 0
        True
        """
        info = fill(_abi.rpv_store_info())
        self._read(self._library.rpv_store_read_info, ctypes.byref(info))
        return StoreInfo._read(info)

    def tick(self, limit: int = 0) -> int:
        """Writes the events of what fell due, at most `limit` deadlines (0: 1000), and tells how many there were. Statuses
        never wait for it.

        >>> store.tick()
        0
        """
        done = ctypes.c_uint64()
        self._read(self._library.rpv_store_tick, to_count(limit, "limit"), ctypes.byref(done))
        return done.value

    def check(self) -> int:
        """Reads the whole store and checks that everything in it fits; tells how many pairs were read. Raises CorruptError
        with what was found first. The storage's own check, such as SqliteStorage.check(), comes before it.

        >>> store.check() > 20
        True
        """
        records = ctypes.c_uint64()
        self._read(self._library.rpv_store_check, ctypes.byref(records))
        return records.value

    def upgrade(self) -> None:
        """Raises a store of an older format to the present one; writing to such a store raises VersionError before. It may
        be interrupted anywhere, and goes on when called again. A store of the present format is left as it is.

        >>> store.upgrade()
        """
        self._read(self._library.rpv_store_upgrade)

    def wait(self, revision: int, timeout: timedelta) -> int:
        """Waits until the store is past a revision, or the time is over; tells the revision then. Other calls on this store
        wait meanwhile. Raises RefusedError where the storage cannot wait."""
        timeout_ms = min(to_duration(timeout, "timeout"), 2**31 - 1)
        present = ctypes.c_uint64()
        self._read(self._library.rpv_store_wait, to_count(revision, "revision"), timeout_ms, ctypes.byref(present))
        return present.value

    def session(self, principal: str, permissions: Permission, *,
                visible_groups: Optional[Iterable[str]] = None) -> Session:
        """A principal at work: who asks, what they may do, which device groups they see (None: all).

        >>> with store.session("bob@corp.example", reprieve.Permission.VIEW) as bob:
        ...     bob
        <Session of bob@corp.example, open>
        """
        return Session(self, principal, permissions, visible_groups)

    def what_if(self, *, clock: Optional[Clock] = None) -> WhatIf:
        """A store over this one for any changes, which this one never sees. Its time stands still unless it has a clock. It
        lasts until somebody commits to this store: from then on its calls raise BusyError.

        >>> with store.what_if() as what_if, what_if.session("ana@corp.example", reprieve.Permission.ALL) as ana:
        ...     with ana.batch() as facts:
        ...         facts.device("pc-99")
        ...     len(ana.devices().all()) - len(session.devices().all())
        1
        """
        return WhatIf(self, clock)

    def __repr__(self) -> str:
        return f"<Store in {self.storage!r}, {'closed' if self.closed else 'open'}>"


class WhatIf(Store):
    """What Store.what_if() opens: a store whose commits stay in memory, to be used as any other."""

    def __init__(self, base: Store, clock: Optional[Clock] = None) -> None:  # pylint: disable=super-init-not-called
        if clock is not None and not hasattr(clock, "now"):
            raise TypeError(f"clock must be a Clock, not {type(clock).__name__}")
        self._library, self.storage, core = base._library, base.storage, base._core
        options, pointer = _abi.rpv_what_if_options(), ctypes.POINTER(_abi.rpv_store)()
        self._library.rpv_what_if_options_init(ctypes.byref(options))
        if clock is not None:
            install(clock, core, options)
        base._read(self._library.rpv_what_if_open, ctypes.byref(options), ctypes.byref(pointer))
        Handle.__init__(self, core, self._library.rpv_store_close, pointer, base, base._lock)

    def __enter__(self) -> WhatIf:
        return self

    def __repr__(self) -> str:
        return f"<WhatIf over {self.storage!r}, {'closed' if self.closed else 'open'}>"


def install_log(log: Log, core: Core, options: Any) -> None:
    """Makes a callable take the messages of a store."""
    def write(_user: Any, level: int, text: bytes) -> None:
        log(LogLevel(level), text.decode("utf-8", "replace"))
    call = members(_abi.rpv_log)["write"](core.callback(write, None))
    core.callbacks.append(call)
    options.log.write = call


def install_authorise(authorise: Authorise, core: Core, options: Any) -> None:
    """Gives a callable a say in permissions."""
    def decide(_user: Any, question: Any) -> int:
        try:
            allowed = authorise(Question._read(question.contents))
        except errors.DeniedError:
            allowed = False
        return 0 if allowed else Status.E_DENIED.value
    call = members(_abi.rpv_authorise)["decide"](core.callback(decide, Status.E_DENIED.value))
    core.callbacks.append(call)
    options.authorise.decide = call


def install_hash(name: str, core: Core, options: Any) -> None:
    """Gives a store a hash of hashlib, for journals that are chained."""
    size = hashlib.new(name).digest_size

    def digest(_user: Any, data: Any, count: int, out: Any) -> int:
        ctypes.memmove(out, hashlib.new(name, ctypes.string_at(data, count)).digest(), size)
        return 0
    call = members(_abi.rpv_hash)["digest"](core.callback(digest, Status.E_STORAGE.value))
    core.callbacks.append(call)
    fill(options.hash, name=name.replace("_", "-"), size=size)
    options.hash.digest = call
