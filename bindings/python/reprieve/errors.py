# SPDX-License-Identifier: MIT
"""What can go wrong. Each status of the library is an exception of its own.

>>> session.exceptions(recommendation="unknown")
Traceback (most recent call last):
reprieve.errors.NotFoundError: ...
"""
from __future__ import annotations

import ctypes
from typing import Any, Dict, Optional, Type

from . import _abi
from .enums import Status


class ReprieveError(Exception):
    """Anything that the library or this package refuses; `str()` is one sentence."""

    #: status of the library that the class stands for; None: found by this package
    status: Optional[Status] = None

    def __init__(self, message: str = "", *, code: Optional[Status] = None, field: str = "", index: Optional[int] = None,
                 host_code: int = 0) -> None:
        super().__init__(message)
        self.message = message
        #: status of the library, or None
        self.code = code or self.status
        #: name of the field at fault, or empty
        self.field = field
        #: number of the record in its batch, or of the item at fault, from 0
        self.index = index
        #: code of the host's storage or clock, else 0
        self.host_code = host_code

    def __repr__(self) -> str:
        parts = [repr(self.message)]
        parts += [f"{name}={getattr(self, name)!r}" for name in ("field", "index", "host_code") if getattr(self, name)]
        return f"{type(self).__name__}({', '.join(parts)})"


class InvalidError(ReprieveError, ValueError):
    """An argument, a field or a text cannot be used: `field` names it."""

    status = Status.E_INVALID


class NoMemoryError(ReprieveError, MemoryError):
    """There is no memory; nothing changed."""

    status = Status.E_NOMEM


class NotFoundError(ReprieveError, LookupError):
    """There is no such thing, or none that the session may see."""

    status = Status.E_NOT_FOUND


class RefusedError(ReprieveError):
    """A rule refuses: the message names it."""

    status = Status.E_REFUSED


class DeniedError(ReprieveError):
    """The session lacks the permission."""

    status = Status.E_DENIED


class LimitError(ReprieveError):
    """A stated limit would be passed."""

    status = Status.E_LIMIT


class ClockError(ReprieveError):
    """The clock failed, or jumped too far ahead."""

    status = Status.E_CLOCK


class StorageError(ReprieveError):
    """The storage failed; `host_code` says how."""

    status = Status.E_STORAGE


class FullError(StorageError):
    """The storage has no space left."""

    status = Status.E_FULL


class ConflictError(ReprieveError):
    """Others kept committing; nothing was written. Raised by a Storage: an expectation does not hold."""

    status = Status.E_CONFLICT


class OutcomeError(StorageError):
    """It cannot be known whether a commit happened."""

    status = Status.E_OUTCOME


class BusyError(ReprieveError):
    """The storage is locked; or the store was used from within one of its own callbacks."""

    status = Status.E_BUSY


class CorruptError(ReprieveError):
    """The store holds bytes that the library did not write."""

    status = Status.E_CORRUPT


class VersionError(ReprieveError):
    """The store comes from a newer version of the library."""

    status = Status.E_VERSION


class ReadOnlyError(ReprieveError):
    """A write on a session that looks at the past, or on a storage that only reads."""

    status = Status.E_READ_ONLY


class ClosedError(ReprieveError):
    """The store, session, batch or engine is closed."""


class ForkError(ReprieveError):
    """The store was opened by a process that this one was forked from: open it anew here."""


class LibraryError(ReprieveError, ImportError):
    """The shared library cannot be found, or does not fit this package."""


def _all(cls: Type[ReprieveError]) -> Dict[int, Type[ReprieveError]]:
    found = {cls.status.value: cls} if cls.status else {}
    for sub in cls.__subclasses__():
        found.update(_all(sub))
    return found


CLASSES = _all(ReprieveError)


def of_record(record: Any, status: int) -> ReprieveError:
    """The exception for an rpv_error."""
    index = None if record.index == _abi.RPV_NO_INDEX else record.index
    message = record.message.decode("utf-8", "replace") or Status(status).name
    return CLASSES.get(status, ReprieveError)(message, code=Status(status), field=record.field.decode("utf-8", "replace"),
                                              index=index, host_code=record.host_code)


def new_record() -> Any:
    """An rpv_error for a call to fill in."""
    return _abi.rpv_error(ctypes.sizeof(_abi.rpv_error), 0, 0, _abi.RPV_NO_INDEX)
