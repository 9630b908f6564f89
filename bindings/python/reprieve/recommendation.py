# SPDX-License-Identifier: MIT
"""Security recommendations."""
from __future__ import annotations

from typing import Iterable, Optional

from . import _abi
from ._convert import fill
from ._core import Handle
from ._rows import Rows, queried
from .enums import Category, Exploit, Kind, RecommendationSort, Severity, State
from .rows import Recommendation


class Recommendations(Handle):
    """What a session does with recommendations."""

    def recommendations(self, *, id: Optional[str] = None, component: Optional[str] = None, vendor: Optional[str] = None,
                        tag: Optional[str] = None, group: Optional[str] = None, states: Optional[Iterable[State]] = None,
                        kinds: Optional[Iterable[Kind]] = None, categories: Optional[Iterable[Category]] = None,
                        severity: Optional[Severity] = None, exploit: Optional[Exploit] = None,
                        has_remediation: Optional[bool] = None, sort: RecommendationSort = RecommendationSort.IMPACT,
                        limit: Optional[int] = None, page: Optional[int] = None) -> Rows[Recommendation]:
        """Lists recommendations, active and partial ones unless `states` says others, the highest exposure impact first.
        `severity` and `exploit` mean at least that; `group` counts in that device group alone.

        >>> for one in session.recommendations():
        ...     print(one.id, one.exposed_devices, one.state.word)
        va-_-google-_-chrome 2 active
        sca-_-scid-3001 1 active
        """
        query = fill(_abi.rpv_recommendation_query(), id=id, component=component, vendor=vendor, tag=tag, group=group,
                     states=states, kinds=kinds, categories=categories, severity=severity, exploit=exploit,
                     has_remediation=has_remediation, sort=sort)
        return queried(self, Recommendation, "recommendation", query, limit, page)

    def recommendation(self, id: str) -> Recommendation:
        """One recommendation, whatever its state.

        >>> session.recommendation("va-_-google-_-chrome").title
        'Update Chrome'
        """
        return self.recommendations(id=id).one()
