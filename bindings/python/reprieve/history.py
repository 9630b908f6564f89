# SPDX-License-Identifier: MIT
"""Recorded scores, and how they went.

>>> with session.score_engine() as engine:
...     engine.record() > 0, engine.record()
(True, 0)
>>> [point.score.exposure_official == session.score().exposure_official for point in session.trend()]
[True]
"""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Optional

from . import _abi
from ._convert import fill, to_duration, to_ms
from ._core import Handle
from ._rows import Rows, listed, queried
from .rows import ScorePoint, ScoreSeries


class History(Handle):
    """What a session does with recorded scores."""

    def trend(self, *, group: Optional[str] = None, engine: Optional[str] = None, since: Optional[datetime] = None,
              until: Optional[datetime] = None, every: Optional[timedelta] = None, newest_first: bool = False,
              limit: Optional[int] = None, page: Optional[int] = None) -> Rows[ScorePoint]:
        """Scores that ScoreEngine.record() kept, by time: of a device group, or of all together, and of the engine of that
        name, `rpv-exposure-1` if not said. `every` keeps the last point of each span (timedelta(days=1): of each day of
        UTC). The newest before a time is `trend(until=time, newest_first=True, limit=1)`.
        """
        query = fill(_abi.rpv_score_point_query(), group=group, engine=engine)
        query.from_ms = 0 if since is None else to_ms(since, "since")
        query.to_ms = 0 if until is None else to_ms(until, "until")
        query.every_ms = 0 if every is None else to_duration(every, "every")
        query.newest_first = bool(newest_first)
        return queried(self, ScorePoint, "score_point", query, limit, page)

    def trend_series(self) -> Rows[ScoreSeries]:
        """Of which engines and device groups there are recorded scores.

        >>> with session.score_engine() as engine:
        ...     _ = engine.record()
        >>> sorted({series.engine for series in session.trend_series()})
        ['rpv-exposure-1']
        """
        return listed(self, ScoreSeries, "score_series")
