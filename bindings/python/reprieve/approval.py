# SPDX-License-Identifier: MIT
"""Approval: a second person decides on exceptions for which the policy asks for one.

>>> changed = session.set_policies({"approval": "all"})
>>> filing = session.file_exception(reprieve.ExceptionRequest(recommendation="va-_-google-_-chrome", groups=["Sales"],
...     context="no one uses it", justification=reprieve.Justification.RISK_ACCEPTED, duration=timedelta(days=30)))
>>> filing.exception.status
ExceptionStatus.PENDING_APPROVAL
>>> session.approve_exception(filing.exception.id)
Traceback (most recent call last):
reprieve.errors.RefusedError: ...
>>> with store.session("ben@corp.example", reprieve.Permission.ALL) as ben:
...     ben.approve_exception(filing.exception.id, "agreed").exception.approver
'ben@corp.example'
"""
from __future__ import annotations

import ctypes
from typing import Any, Iterable, List, Optional

from ._convert import maybe_bytes, to_bytes
from ._core import Handle
from ._library import load
from .exception import filed, filed_each
from .rows import Filing


def id_array(ids: Iterable[str]) -> Any:
    """Ids as C takes them."""
    texts = [to_bytes(id, "id") for id in ids]
    return (ctypes.c_char_p * len(texts))(*texts)


class Approvals(Handle):
    """What a session does with pending exceptions."""

    def preview_approval(self, id: str) -> Filing:
        """What approve_exception() would do now, and in `figures` what changed since it was filed. Writes nothing."""
        return filed(self, load().rpv_exception_approve_preview, to_bytes(id, "id"))

    def approve_exception(self, id: str, comment: Optional[str] = None) -> Filing:
        """Approves a pending exception, which somebody else must have requested."""
        return filed(self, load().rpv_exception_approve, to_bytes(id, "id"), maybe_bytes(comment, "comment"))

    def reject_exception(self, id: str, reason: str) -> None:
        """Rejects a pending exception: it ends now."""
        self._call(load().rpv_exception_reject, to_bytes(id, "id"), to_bytes(reason, "reason"))

    def preview_approvals(self, ids: Iterable[str]) -> List[Filing]:
        """What approve_exceptions() would do now. Writes nothing."""
        return filed_each(self, load().rpv_exception_approve_preview_many, id_array(ids))

    def approve_exceptions(self, ids: Iterable[str], comment: Optional[str] = None) -> List[Filing]:
        """Approves many in one commit: all of them, or none.

        >>> changed = session.set_policies({"approval": "all"})
        >>> wanted = [reprieve.ExceptionRequest(recommendation="va-_-google-_-chrome", groups=[group], context="no one",
        ...     justification=reprieve.Justification.RISK_ACCEPTED, duration=timedelta(days=30))
        ...     for group in ("Sales", "Servers")]
        >>> ids = [filing.exception.id for filing in session.file_exceptions(wanted)]
        >>> with store.session("ben@corp.example", reprieve.Permission.ALL) as ben:
        ...     [filing.exception.status.name for filing in ben.preview_approvals(ids)]
        ...     ben.reject_exceptions(ids, "not these")
        ['IN_EFFECT', 'IN_EFFECT']
        >>> [session.exception(id).status.name for id in ids]
        ['REJECTED', 'REJECTED']
        """
        return filed_each(self, load().rpv_exception_approve_many, id_array(ids), maybe_bytes(comment, "comment"))

    def reject_exceptions(self, ids: Iterable[str], reason: str) -> None:
        """Rejects many in one commit: all of them, or none."""
        asked = id_array(ids)
        self._call(load().rpv_exception_reject_many, asked, len(asked), to_bytes(reason, "reason"))
