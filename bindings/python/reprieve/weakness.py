# SPDX-License-Identifier: MIT
"""Weaknesses, sets of them, and CVSS."""
from __future__ import annotations

import ctypes
from typing import Optional

from . import _abi
from ._convert import fill, to_bytes
from ._core import Handle
from ._library import load
from ._rows import Rows, listed, queried
from .enums import Exploit, Severity, WeaknessSort
from .errors import CLASSES
from .rows import Cvss, Weakness, WeaknessSet


class Weaknesses(Handle):
    """What a session does with weaknesses."""

    def weaknesses(self, *, id: Optional[str] = None, recommendation: Optional[str] = None,
                   severity: Optional[Severity] = None, exploit: Optional[Exploit] = None, exposed: Optional[bool] = None,
                   sort: WeaknessSort = WeaknessSort.ID, limit: Optional[int] = None,
                   page: Optional[int] = None) -> Rows[Weakness]:
        """Lists weaknesses, those at least as severe and as far exploited as said.

        >>> [(one.id, one.exposed_devices) for one in session.weaknesses(exposed=True)]
        [('CVE-2024-4671', 2)]
        """
        query = fill(_abi.rpv_weakness_query(), id=id, recommendation=recommendation, severity=severity, exploit=exploit,
                     exposed=exposed, sort=sort)
        return queried(self, Weakness, "weakness", query, limit, page)

    def weakness(self, id: str) -> Weakness:
        """One weakness.

        >>> session.weakness("CVE-2024-4671").severity
        Severity.HIGH
        """
        return self.weaknesses(id=id).one()

    def weakness_sets(self) -> Rows[WeaknessSet]:
        """The named sets, by recommendation and id."""
        return listed(self, WeaknessSet, "weakness_set")


def cvss_score(vector: str) -> Cvss:
    """Scores a CVSS vector of version 2.0, 3.0, 3.1 or 4.0; raises InvalidError for anything else.

    >>> reprieve.cvss_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H").base
    9.8
    """
    cvss = fill(_abi.rpv_cvss())
    status = load().rpv_cvss_score(to_bytes(vector, "vector"), ctypes.byref(cvss))
    if status:
        raise CLASSES[status](f"not a CVSS vector: {vector}", field="vector")
    return Cvss._read(cvss)
