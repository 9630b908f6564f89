# SPDX-License-Identifier: MIT
"""Remediation activities.

>>> activity = session.request_remediation(reprieve.RemediationRequest("va-_-google-_-chrome", groups=["Sales"]))
>>> activity.targets, activity.status
(2, RemediationStatus.ACTIVE)
>>> [target.device for target in session.targets(activity.id)]
['pc-17', 'pc-18']
"""
from __future__ import annotations

import ctypes
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Iterable, Optional, Sequence

from . import _abi
from ._convert import fill, to_bytes
from ._core import Handle
from ._library import load
from ._rows import Rows, listed, queried, read
from .enums import Priority, RemediationKind, RemediationSort, RemediationStatus
from .rows import Remediation, Target


@dataclass(frozen=True)
class RemediationRequest:
    """A request for a remediation activity."""

    #: id
    recommendation: str
    #: device groups, None: all that the session sees; an empty sequence is refused
    groups: Optional[Sequence[str]] = None
    #: must lie ahead
    due: Optional[datetime] = None
    #: by default as the recommendation says
    kind: RemediationKind = RemediationKind.DEFAULT
    #: how urgent
    priority: Priority = Priority.MEDIUM
    #: for whoever does it
    notes: Optional[str] = None
    #: opens a ticket with this connector
    connector: Optional[str] = None
    #: configurations: only devices whose users the change would not affect
    only_without_user_impact: bool = False

    def _fill(self) -> Any:
        if self.groups is not None and not self.groups:
            raise ValueError("groups is empty: None stands for all of them")
        return fill(_abi.rpv_remediation_request(), **vars(self))


class Remediations(Handle):
    """What a session does with remediation activities."""

    def request_remediation(self, request: RemediationRequest) -> Remediation:
        """Requests an activity: the devices exposed now are its targets."""
        filled = ctypes.byref(request._fill())
        rows = read(self, Remediation, "rpv_remediation_at",
                    lambda out: self._call(load().rpv_remediation_request_file, filled, out)).rows
        one: Remediation = rows[0]
        return one

    def complete_remediation(self, id: str) -> None:
        """Marks an active one as completed, with its progress as it is."""
        self._call(load().rpv_remediation_complete, to_bytes(id, "id"))

    def cancel_remediation(self, id: str, reason: str) -> None:
        """Cancels an active one."""
        self._call(load().rpv_remediation_cancel, to_bytes(id, "id"), to_bytes(reason, "reason"))

    def remediations(self, *, id: Optional[str] = None, recommendation: Optional[str] = None,
                     statuses: Optional[Iterable[RemediationStatus]] = None,
                     kinds: Optional[Iterable[RemediationKind]] = None, overdue: Optional[bool] = None,
                     sort: RemediationSort = RemediationSort.REQUESTED, limit: Optional[int] = None,
                     page: Optional[int] = None) -> Rows[Remediation]:
        """Lists activities, in order of request."""
        query = fill(_abi.rpv_remediation_query(), id=id, recommendation=recommendation, statuses=statuses, kinds=kinds,
                     overdue=overdue, sort=sort)
        return queried(self, Remediation, "remediation", query, limit, page)

    def targets(self, id: str) -> Rows[Target]:
        """The devices of an activity."""
        return listed(self, Target, "target", to_bytes(id, "id"))
