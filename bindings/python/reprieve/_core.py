# SPDX-License-Identifier: MIT
"""What a store and all that hangs on it share: the open handles, what callbacks raised, the process they belong to.

Handles are closed in reverse order of opening, whoever comes first: close(), the garbage collector, or the end of the
process. Nothing of a store is called from within its own callbacks (the library holds the store's lock there), nor in a
forked child.
"""
from __future__ import annotations

import itertools
import os
import re
import threading
import weakref
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Type, TypeVar

from ._signals import Waiting, call
from .errors import BusyError, ClosedError, ForkError, ReprieveError

T = TypeVar("T")


class CallbackOfAStore:
    """Tells of an exception that nothing else can tell of: the interpreter's hook gets what __del__() raises."""

    def __init__(self, raised: BaseException) -> None:
        self.raised = raised

    def __del__(self) -> None:
        raise self.raised


class Entry(NamedTuple):
    """An open handle."""

    close: Callable[[Any], Any]
    pointer: Any
    lock: Any
    parent: Optional[int]


class State(threading.local):
    """Of one thread: how deep in callbacks it is, what these raised, and the signals that wait for one."""

    depth = 0
    raised: Optional[BaseException] = None

    def __init__(self) -> None:
        self.waiting: List[Waiting] = []
        self.asked: List[int] = []  # handles that free callbacks are called for


class Core:
    """Shared by a store, its sessions, batches and engines."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.state = State()
        self.handles: Dict[int, Entry] = {}
        self.deferred: List[int] = []
        self.callbacks: List[Any] = []  # kept alive until the store is closed
        self.keys = itertools.count(1)

    def check(self) -> None:
        """Refuses what must not reach the library."""
        if os.getpid() != self.pid:
            raise ForkError("the store was opened before a fork: open it anew in this process")
        if self.state.depth:
            raise BusyError("a storage, clock, log or permission callback must not use its own store")
        while self.deferred:
            self.close(self.deferred.pop())

    def callback(self, function: Callable[..., Any], failed: Any) -> Callable[..., Any]:
        """A function for C to call: what it raises is kept, and raised again by the call that led to it."""
        def call(*arguments: Any) -> Any:
            self.state.depth += 1
            try:
                if self.state.waiting and failed is not None:  # the others have no way to say that they failed
                    self.state.waiting[-1].deliver()
                return function(*arguments)
            except BaseException as error:  # pylint: disable=broad-except
                if self.state.raised is None or not isinstance(error, Exception):
                    self.state.raised = error
                return failed
            finally:
                self.state.depth -= 1
        return call

    def free_callback(self, owner: Handle, function: Callable[..., Any], failed: Any) -> Callable[..., Any]:
        """The same for a function that may use its store, because no call of the library is under way in it but one with
        `owner`, which must stay open."""
        def call_freely(*arguments: Any) -> Any:
            depth, self.state.depth = self.state.depth, 0
            self.state.asked.append(owner._key)
            try:
                return function(*arguments)
            finally:
                self.state.asked.pop()
                self.state.depth = depth
        return self.callback(call_freely, failed)

    def check_close(self, key: int) -> None:
        """Refuses to close what a callback of this thread is called for, and what that belongs to."""
        for asked in self.state.asked:
            at: Optional[int] = asked
            while at is not None and at != key:
                at = self.handles[at].parent
            if at is not None:
                raise BusyError("a callback of a score engine must not close the engine, its session or its store")

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Calls what may call back."""
        return call(self.state.waiting, function, arguments)

    def finish(self, status: int, error: Callable[[int], ReprieveError]) -> None:
        """Raises what a call came to."""
        raised, self.state.raised = self.state.raised, None
        if raised is not None and (status or not isinstance(raised, Exception)):
            raise raised
        if raised is not None:  # the call succeeded all the same
            CallbackOfAStore(raised)
        if status:
            raise error(status)

    def add(self, close: Callable[[Any], Any], pointer: Any, lock: Any, parent: Optional[int]) -> int:
        key = next(self.keys)
        self.handles[key] = Entry(close, pointer, lock, parent)
        return key

    def close(self, key: int) -> None:
        """Closes a handle after those that belong to it; once."""
        # a copy: other threads, and the garbage collector at any allocation, open and close handles meanwhile
        for child in [k for k, entry in reversed(list(self.handles.copy().items())) if entry.parent == key]:
            self.close(child)
        entry = self.handles.get(key)
        if entry is None:
            return
        with entry.lock:
            if self.handles.pop(key, None) is not None:
                self.run(entry.close, entry.pointer)

    def release(self, key: int) -> None:
        """For the garbage collector, which may run anywhere: in a callback, in a forked child."""
        if os.getpid() != self.pid:
            return
        if self.state.depth:
            self.deferred.append(key)
        else:
            self.close(key)


class Handle:
    """An open handle of the library: closes as a context manager, by close(), or when it is collected."""

    def __init__(self, core: Core, close: Callable[[Any], Any], pointer: Any, parent: Optional[Handle] = None,
                 lock: Any = None) -> None:
        self._core = core
        self._lock = lock or threading.RLock()
        self._key: int = core.add(close, pointer, self._lock, parent._key if parent else None)
        self._finalizer = weakref.finalize(self, core.release, self._key)
        self._finalizer.atexit = parent is None

    @property
    def closed(self) -> bool:
        """Whether it is closed."""
        return self._key not in self._core.handles

    def close(self) -> None:
        """Closes it, and before it what belongs to it. Closing again does nothing."""
        if self.closed or os.getpid() != self._core.pid:
            return
        self._core.check()
        self._core.check_close(self._key)
        self._core.close(self._key)
        self._core.finish(0, ReprieveError)  # type: ignore[arg-type]

    def _pointer(self) -> Any:
        entry = self._core.handles.get(self._key)
        if entry is None:
            raise ClosedError(f"the {re.sub('(?<=.)(?=[A-Z])', ' ', type(self).__name__).lower()} is closed")
        return entry.pointer

    def _error(self, status: int) -> ReprieveError:
        raise NotImplementedError

    def _call(self, function: Callable[..., int], *arguments: Any) -> None:
        """Calls the library with this handle; raises what it comes to."""
        self._core.check()
        with self._lock:
            self._core.finish(self._core.run(function, self._pointer(), *arguments), self._error)

    def __reduce_ex__(self, _protocol: Any) -> Any:
        raise TypeError(f"a {type(self).__name__} belongs to its process: it cannot be copied or pickled")

    def __exit__(self, _kind: Optional[Type[BaseException]] = None, *_: object) -> None:
        self.close()
