# SPDX-License-Identifier: MIT
"""Score engines of the host's own, in Python.

>>> def count(group, category):
...     exposed = [one for one in session.devices() if one.exposure > 0]
...     return reprieve.HostScore(exposure_official=10.0 * len(exposed), devices=len(exposed))
>>> with session.host_engine("counting-1", count) as engine:
...     engine.name, engine.read().exposure_official == 10.0 * engine.read().devices, engine.record() > 0
('counting-1', True, True)
>>> [point.score.devices for point in session.trend(engine="counting-1")] == [len(session.devices().all()) - 1]
True
"""
from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Callable, Iterable, List, Optional

from . import _abi
from ._convert import fill, members, to_bytes
from ._core import Handle
from ._library import load
from .enums import Category, ContributionBy, Level, Status
from .rows import Contribution, SecureScore
from .score import ScoreEngine


@dataclass(frozen=True)
class HostScore:
    """What a score callback answers. Without a level, that of the official exposure; without a secure score, no data."""

    exposure_official: float
    exposure_no_impact: float = 0.0
    exposure_mitigation_like: float = 0.0
    secure_official: Optional[SecureScore] = None
    secure_no_impact: Optional[SecureScore] = None
    secure_mitigation_like: Optional[SecureScore] = None
    devices: int = 0
    level: Optional[Level] = None


ScoreCallback = Callable[[Optional[str], Optional[Category]], HostScore]
ContributionsCallback = Callable[[ContributionBy, Optional[str], Optional[Category], int], Iterable[Contribution]]


def asked(query: Any) -> Any:
    """Device group and category of a query of C."""
    return (None if query.group is None else query.group.decode(),
            None if query.category == 0 else Category(query.category))


class HostEngine(ScoreEngine):
    """An engine whose scores come from callbacks. They may use the store as they like, for reading, but not close it."""

    def __init__(self, session: Handle, name: str, score: ScoreCallback,
                 contributions: Optional[ContributionsCallback]) -> None:
        # pylint: disable=super-init-not-called
        self._score, self._contributions = score, contributions
        self._ids: List[bytes] = []  # of the last contributions: C copies them after the callback
        kinds, failed = members(_abi.rpv_host_engine), Status.E_INVALID.value
        host, pointer = fill(_abi.rpv_host_engine(), name=name), ctypes.POINTER(_abi.rpv_score_engine)()
        host.score = kinds["score"](session._core.free_callback(self, self._tell_score, failed))
        if contributions is not None:
            host.contributions = kinds["contributions"](
                session._core.free_callback(self, self._tell_contributions, failed))
        self._host = host  # what C calls lives as long as the engine
        session._call(load().rpv_score_engine_open_host, ctypes.byref(host), ctypes.byref(pointer))
        self._likelihood = None
        self._opened(session, pointer)

    def _tell_score(self, _user: Any, _session: Any, query: Any, out: Any) -> int:
        told = self._score(*asked(query[0]))
        for name, value in vars(told).items():
            if isinstance(value, SecureScore):
                fill(getattr(out[0], name), **vars(value))
            elif value is not None:
                fill(out[0], **{name: value})
        return 0

    def _tell_contributions(self, _user: Any, _session: Any, query: Any, rows: Any, count: Any) -> int:
        assert self._contributions is not None
        limit = query[0].limit
        group, category = asked(query[0])
        told = list(self._contributions(ContributionBy(query[0].by), group, category, limit))[:limit]
        self._ids = [to_bytes(one.id, "id") for one in told]
        for i, one in enumerate(told):
            fill(rows[i], **{name: value for name, value in vars(one).items() if name != "id"})
            rows[i].id = self._ids[i]
        count[0] = len(told)
        return 0


class HostEngines(Handle):
    """How a session opens engines of the host's own."""

    def host_engine(self, name: str, score: ScoreCallback,
                    contributions: Optional[ContributionsCallback] = None) -> HostEngine:
        """Opens an engine whose scores `score(group, category)` works out, and whose contributions, if it is given,
        `contributions(by, group, category, limit)` tells. What these raise is raised again by the call that asked them.
        Scores that are read, recorded and listed by it are those that the callback answers; it decides nothing.
        """
        return HostEngine(self, name, score, contributions)
