# SPDX-License-Identifier: MIT
"""Compensating controls: what mitigating exceptions rest on."""
from __future__ import annotations

from typing import Optional

from . import _abi
from ._convert import fill
from ._core import Handle
from ._rows import Rows, queried
from .enums import ControlKind
from .rows import Control


class Controls(Handle):
    """What a session does with compensating controls."""

    def controls(self, *, id: Optional[str] = None, kind: Optional[ControlKind] = None, stale: Optional[bool] = None,
                 retired: Optional[bool] = None, limit: Optional[int] = None,
                 page: Optional[int] = None) -> Rows[Control]:
        """Lists compensating controls, by id; they come in as facts, with Batch.control().

        >>> [control.owner for control in session.controls()]
        ['it-security@corp.example']
        """
        query = fill(_abi.rpv_control_query(), id=id, kind=kind, stale=stale, retired=retired)
        return queried(self, Control, "control", query, limit, page)
