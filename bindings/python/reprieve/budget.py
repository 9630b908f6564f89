# SPDX-License-Identifier: MIT
"""Risk budgets: how much exposure exceptions accept, and how much they may."""
from __future__ import annotations

from ._core import Handle
from ._rows import Rows, listed
from .rows import Budget


class Budgets(Handle):
    """What a session does with risk budgets."""

    def budgets(self) -> Rows[Budget]:
        """Accepted exposure by justification, then by requester, then by device group. Limits are policies, such as
        `budget.requester`.

        >>> filing = session.file_exception(reprieve.ExceptionRequest(recommendation="va-_-google-_-chrome",
        ...     context="no one uses it", justification=reprieve.Justification.RISK_ACCEPTED, groups=["Sales"],
        ...     duration=timedelta(days=30)))
        >>> [(one.by.word, one.value, one.exceptions) for one in session.budgets()]
        [('justification', 'risk_accepted', 1), ('requester', 'ana@corp.example', 1), ('group', 'Sales', 1)]
        """
        return listed(self, Budget, "budget")
