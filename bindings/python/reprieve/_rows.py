# SPDX-License-Identifier: MIT
"""Lists, which page as they are walked."""
from __future__ import annotations

import ctypes
from datetime import datetime
from typing import Any, Callable, Generic, Iterator, List, NamedTuple, Optional, Type, TypeVar

from . import _abi
from ._convert import instant
from ._core import Handle
from ._library import load

T = TypeVar("T")
PAGE = 1000


class Page(NamedTuple):
    """Some rows of a list."""

    rows: List[Any]
    after: Any
    time: Optional[datetime]
    revision: int


class Asked(NamedTuple):
    """What a list answers, for those that ask it again in another form."""

    handle: Handle
    noun: str
    query: Any
    limit: Optional[int]


class Rows(Generic[T], Iterator[T]):
    """An iterator over the rows of a list. The first page is read at once, the next ones when they are needed, each at the
    revision that the store has then: rows whose key does not change come exactly once.

    >>> devices = session.devices(page=2)
    >>> [device.id for device in devices]
    ['pc-17', 'pc-18', 'srv-1']
    """

    def __init__(self, fetch: Callable[[Any, int], Page], limit: Optional[int], page: Optional[int],
                 asked: Optional[Asked] = None) -> None:
        if limit is not None and limit < 0 or page is not None and page < 1:
            raise ValueError("limit and page are counts")
        self._fetch, self._left, self._size = fetch, limit, page or PAGE
        self._asked = asked
        self._next, self._page = 0, Page([], None, None, 0)
        if limit != 0:
            self._turn(None)

    def _turn(self, after: Any) -> None:
        size = self._size if self._left is None else min(self._size, self._left)
        self._page, self._next = self._fetch(after, size), 0

    def __iter__(self) -> Rows[T]:
        return self

    def __next__(self) -> T:
        if self._left == 0:
            raise StopIteration
        if self._next == len(self._page.rows):
            if self._page.after is None:
                raise StopIteration
            self._turn(self._page.after)
            if not self._page.rows:
                raise StopIteration
        self._next += 1
        if self._left is not None:
            self._left -= 1
        row: T = self._page.rows[self._next - 1]
        return row

    @property
    def time(self) -> Optional[datetime]:
        """The store's time that the present page speaks of."""
        return self._page.time

    @property
    def revision(self) -> int:
        """The store's revision that the present page speaks of."""
        return self._page.revision

    def all(self) -> List[T]:
        """What is left, as a list."""
        return list(self)

    def one(self) -> T:
        """The only row; raises ValueError when there is none, or another one."""
        rows = self.all()
        if len(rows) != 1:
            raise ValueError(f"{len(rows)} rows, not one")
        return rows[0]

    def __repr__(self) -> str:
        return f"<Rows at revision {self.revision}>"


def read(handle: Handle, row: Type[Any], at: str, call: Callable[[Any], None]) -> Page:
    """Reads a list as a whole: `call` gets where to put it."""
    library, pointer = load(), ctypes.POINTER(_abi.rpv_list)()
    with handle._lock:
        call(ctypes.byref(pointer))
        try:
            get = getattr(library, at)
            rows = [row._read(get(pointer, i).contents) for i in range(library.rpv_list_count(pointer))]
            return Page(rows, library.rpv_list_cursor(pointer), instant(library.rpv_list_time(pointer)),
                        library.rpv_list_revision(pointer))
        finally:
            library.rpv_list_free(pointer)


def listed(handle: Handle, row: Type[T], noun: str, *arguments: Any) -> Rows[T]:
    """The rows of rpv_<noun>_list(), which has no pages."""
    def fetch(_after: Any, _size: int) -> Page:
        function = getattr(load(), f"rpv_{noun}_list")
        return read(handle, row, f"rpv_{noun}_at", lambda out: handle._call(function, *arguments, out))
    return Rows(fetch, None, None)


def queried(handle: Handle, row: Type[T], noun: str, query: Any, limit: Optional[int], page: Optional[int]) -> Rows[T]:
    """The rows of rpv_<noun>_list() for a query, page by page."""
    def fetch(after: Any, size: int) -> Page:
        function = getattr(load(), f"rpv_{noun}_list")
        query.after, query.limit = after, size
        return read(handle, row, f"rpv_{noun}_at", lambda out: handle._call(function, ctypes.byref(query), out))
    return Rows(fetch, limit, page, Asked(handle, noun, query, limit))
