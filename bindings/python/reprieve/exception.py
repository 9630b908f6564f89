# SPDX-License-Identifier: MIT
"""Exceptions to recommendations and weaknesses.

An exception holds from its start on and no longer at its end, for every reader, whether or not anything runs.

>>> request = reprieve.ExceptionRequest(recommendation="va-_-google-_-chrome", context="browser isolation covers it",
...     justification=reprieve.Justification.ALTERNATE_MITIGATION, duration=timedelta(days=90))
>>> session.preview_exception(request).hidden_devices
2
>>> filing = session.file_exception(request)
>>> filing.exception.id, filing.exception.status
('E-1', ExceptionStatus.IN_EFFECT)
>>> filing.after.exposure_official < filing.before.exposure_official
True
"""
from __future__ import annotations

import ctypes
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple

from . import _abi
from ._convert import fill, maybe_bytes, to_bytes
from ._core import Handle
from ._library import load
from ._rows import Rows, queried
from .enums import ExceptionSort, ExceptionStatus, Impact, Justification, Scope, Watch
from .rows import ExceptionRecord, Filing


@dataclass(frozen=True)
class ExceptionRequest:
    """A request for an exception: of a recommendation, of one weakness of it, or of one weakness everywhere."""

    #: why, in words
    context: str
    #: why
    justification: Justification
    #: id; None: the weakness wherever it occurs
    recommendation: Optional[str] = None
    #: id; None: the whole recommendation
    weakness: Optional[str] = None
    #: None: follows from `groups` and `devices`, else global
    scope: Optional[Scope] = None
    #: names of device groups; an empty sequence is refused, as it hardly means all of them
    groups: Optional[Sequence[str]] = None
    #: ids of devices; likewise
    devices: Optional[Sequence[str]] = None
    #: None: now
    start: Optional[datetime] = None
    #: the end, or a `duration` from the start
    end: Optional[datetime] = None
    #: how long, or an `end`
    duration: Optional[timedelta] = None
    #: how it counts in the official scores; by default as the justification says
    impact: Impact = Impact.DEFAULT
    #: takes over what conflicts; then it starts now
    supersede: bool = False
    #: id of an external ticket
    ticket: Optional[str] = None
    #: URIs with their digests, which may be empty
    evidence: Sequence[Tuple[str, str]] = ()
    #: ids of the compensating controls that it rests on
    controls: Sequence[str] = ()

    def _fill(self) -> Any:
        values = dict(vars(self))
        if self.scope is None:
            values["scope"] = (Scope.GROUPS if self.groups is not None else
                               Scope.DEVICES if self.devices is not None else Scope.GLOBAL)
        return fill(_abi.rpv_exception_request(), **values)


@dataclass(frozen=True)
class RenewalRequest:
    """A request to renew an exception; what is None or empty stays as before."""

    #: the exception, such as `E-17`
    id: str
    #: the end, or a `duration`
    end: Optional[datetime] = None
    #: counted from the start of the renewal, or an `end`
    duration: Optional[timedelta] = None
    #: why, in words
    context: Optional[str] = None
    #: id of an external ticket
    ticket: Optional[str] = None
    #: URIs with their digests
    evidence: Sequence[Tuple[str, str]] = ()

    def _fill(self) -> Any:
        return fill(_abi.rpv_renewal_request(), **vars(self))


def filed(handle: Handle, function: Callable[..., int], *arguments: Any) -> Filing:
    """Calls what hands out a filing."""
    pointer = ctypes.POINTER(_abi.rpv_filing)()
    with handle._lock:
        handle._call(function, *arguments, ctypes.byref(pointer))
        try:
            return Filing._read(load().rpv_filing_read(pointer).contents)
        finally:
            load().rpv_filing_free(pointer)


def filed_each(handle: Handle, function: Callable[..., int], asked: Any, *more: Any) -> List[Filing]:
    """Calls what hands out a filing for each of an array."""
    filings = (ctypes.POINTER(_abi.rpv_filing) * len(asked))()
    with handle._lock:
        handle._call(function, asked, len(asked), *more, filings)
        try:
            return [Filing._read(load().rpv_filing_read(one).contents) for one in filings]
        finally:
            for one in filings:
                load().rpv_filing_free(one)


def filed_many(handle: Handle, function: Callable[..., int], requests: Iterable[ExceptionRequest]) -> List[Filing]:
    """Calls what hands out a filing for each of several requests."""
    records = [request._fill() for request in requests]
    kind = ctypes.POINTER(_abi.rpv_exception_request)
    return filed_each(handle, function, (kind * len(records))(*map(kind, records)))


def folded(status: ExceptionStatus) -> ExceptionStatus:
    """The status as one of the three documented words: in effect for all that has not ended, expired, canceled.

    >>> reprieve.folded(reprieve.ExceptionStatus.SUPERSEDED)
    ExceptionStatus.CANCELED
    """
    return ExceptionStatus(load().rpv_exception_status_fold(status.value))


class Exceptions(Handle):
    """What a session does with exceptions."""

    def exceptions(self, *, id: Optional[str] = None, recommendation: Optional[str] = None, weakness: Optional[str] = None,
                   group: Optional[str] = None, requester: Optional[str] = None, control: Optional[str] = None,
                   ends_before: Optional[datetime] = None, statuses: Optional[Iterable[ExceptionStatus]] = None,
                   justifications: Optional[Iterable[Justification]] = None, impacts: Optional[Iterable[Impact]] = None,
                   scopes: Optional[Iterable[Scope]] = None, single_weakness: Optional[bool] = None,
                   watch: Watch = Watch.NONE, within: Optional[timedelta] = None, with_worth: bool = False,
                   sort: ExceptionSort = ExceptionSort.FILED, limit: Optional[int] = None,
                   page: Optional[int] = None) -> Rows[ExceptionRecord]:
        """Lists exceptions, in order of filing. `with_worth` works out what each is worth now, which costs a pass over the
        devices it covers. `watch` lists those that ask for attention; Watch.EXPIRING those that end `within` a time, by
        default the longest reminder of the policies.

        >>> session.exceptions(statuses=[reprieve.ExceptionStatus.IN_EFFECT]).all()
        []
        >>> session.exceptions(watch=reprieve.Watch.EXPIRING, within=timedelta(days=7)).all()
        []
        """
        query = fill(_abi.rpv_exception_query(), id=id, recommendation=recommendation, weakness=weakness, group=group,
                     requester=requester, control=control, ends_before=ends_before, statuses=statuses,
                     justifications=justifications, impacts=impacts, scopes=scopes, single_weakness=single_weakness,
                     watch=watch, within=within, with_worth=with_worth, sort=sort)
        return queried(self, ExceptionRecord, "exception", query, limit, page)

    def exception(self, id: str, *, with_worth: bool = False) -> ExceptionRecord:
        """One exception."""
        return self.exceptions(id=id, with_worth=with_worth).one()

    def preview_exception(self, request: ExceptionRequest) -> Filing:
        """What file_exception() would do. Writes nothing; conflicts and rules that refuse are in the outcome."""
        return filed(self, load().rpv_exception_preview, ctypes.byref(request._fill()))

    def file_exception(self, request: ExceptionRequest) -> Filing:
        """Files an exception; tells what it did, with the scores before and after it. Raises RefusedError when a rule
        refuses, such as a conflict."""
        return filed(self, load().rpv_exception_file, ctypes.byref(request._fill()))

    def preview_exceptions(self, requests: Iterable[ExceptionRequest]) -> List[Filing]:
        """What file_exceptions() would do: each outcome is that of its request after those before it."""
        return filed_many(self, load().rpv_exception_preview_many, requests)

    def file_exceptions(self, requests: Iterable[ExceptionRequest]) -> List[Filing]:
        """Files up to 1000 exceptions in one commit: all, or none when one is refused; `index` of the error says which.

        >>> wanted = [reprieve.ExceptionRequest(recommendation=one.id, context="freeze until the move", groups=["Sales"],
        ...     justification=reprieve.Justification.RISK_ACCEPTED, duration=timedelta(days=30))
        ...     for one in session.recommendations()]
        >>> [filing.exception.id for filing in session.file_exceptions(wanted)]
        ['E-1', 'E-2']
        """
        return filed_many(self, load().rpv_exception_file_many, requests)

    def preview_renewal(self, request: RenewalRequest) -> Filing:
        """What renew_exception() would do, with what changed since the first of the chain in `figures`."""
        return filed(self, load().rpv_exception_renew_preview, ctypes.byref(request._fill()))

    def renew_exception(self, request: RenewalRequest) -> Filing:
        """Files a new exception, linked to the old one, whose dates stay."""
        return filed(self, load().rpv_exception_renew, ctypes.byref(request._fill()))

    def cancel_exception(self, id: str, reason: str, *, group: Optional[str] = None) -> None:
        """Cancels an exception that has not ended, whole or for one device group, and its renewals that have not begun."""
        self._call(load().rpv_exception_cancel, to_bytes(id, "id"), maybe_bytes(group, "group"),
                   to_bytes(reason, "reason"))
