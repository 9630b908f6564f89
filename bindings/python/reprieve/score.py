# SPDX-License-Identifier: MIT
"""Exposure score and secure score, in three views: without exceptions, official, best case."""
from __future__ import annotations

import ctypes
from datetime import datetime
from typing import Any, Callable, Iterable, Mapping, Optional

from . import _abi, errors
from ._convert import fill, to_bytes, to_count, to_ms
from ._core import Handle
from ._library import load
from ._rows import Page, Rows, listed, read
from .enums import Category, ContributionBy, Kind, View
from .model import ExposureModel, model_of
from .partial import Partial, _bytes_of
from .rows import Contribution, PlanStep, Score


def read_score(call: Callable[..., None], function: Any, group: Optional[str], category: Optional[Category]) -> Score:
    """Reads scores through a session or an engine."""
    query, score = fill(_abi.rpv_score_query(), group=group, category=category), fill(_abi.rpv_score())
    call(function, ctypes.byref(query), ctypes.byref(score))
    return Score._read(score)


class ScoreEngine(Handle):
    """Follows a store and keeps what scores need in memory: reading again costs what changed."""

    def __init__(self, session: Handle, model: Optional[ExposureModel] = None) -> None:
        pointer = ctypes.POINTER(_abi.rpv_score_engine)()
        if model is None:
            session._call(load().rpv_score_engine_open, ctypes.byref(pointer))
        else:
            session._call(load().rpv_score_engine_open_model, ctypes.byref(model._for(session._core)),
                          ctypes.byref(pointer))
        self._likelihood = model.likelihood if model else None
        self._opened(session, pointer)

    def _opened(self, session: Handle, pointer: Any) -> None:
        self._session = session
        Handle.__init__(self, session._core, load().rpv_score_engine_close, pointer, session, session._lock)

    def __enter__(self) -> ScoreEngine:
        return self

    def _error(self, status: int) -> errors.ReprieveError:
        return self._session._error(status)

    @property
    def name(self) -> str:
        """What its scores are recorded under: the name of its model, or the host's."""
        name: bytes = load().rpv_score_engine_name(self._pointer())
        return name.decode()

    def record(self) -> int:
        """Keeps the scores, of all device groups together and of each, for Session.trend(): at most once an hour. How many
        were kept."""
        recorded = ctypes.c_uint64()
        self._call(load().rpv_score_record, ctypes.byref(recorded))
        return recorded.value

    @property
    def model(self) -> ExposureModel:
        """Its exposure model."""
        model = fill(_abi.rpv_exposure_model())
        self._call(load().rpv_score_engine_model, ctypes.byref(model))
        return model_of(model, self._likelihood)

    def read(self, *, group: Optional[str] = None, category: Optional[Category] = None) -> Score:
        """The scores now, of a device group or a category of the secure score alone if said."""
        return read_score(self._call, load().rpv_score_engine_read, group, category)

    def contributions(self, by: ContributionBy = ContributionBy.DEVICE, *, group: Optional[str] = None,
                      category: Optional[Category] = None, limit: int = 10) -> Rows[Contribution]:
        """What contributes most to the scores, by the model of the engine: devices, recommendations or weaknesses.

        >>> with session.score_engine() as engine:
        ...     [one.id for one in engine.contributions(reprieve.ContributionBy.WEAKNESS)]
        ['CVE-2024-4671']
        """
        query = fill(_abi.rpv_contribution_query(), group=group, category=category, limit=limit, by=by)
        return listed(self, Contribution, "contribution", ctypes.byref(query))

    def forecast(self, time: datetime, *, group: Optional[str] = None, category: Optional[Category] = None,
                 devices_fall_silent: bool = False, without_remediation: bool = False) -> Score:
        """The scores at a later time, by its model, if nothing is reported until then: exceptions end, and remediation
        activities are carried out when they fall due, unless `without_remediation`. Devices that count now do then, unless
        they `devices_fall_silent`. `valid_until` is when the forecast changes next.
        """
        query = fill(_abi.rpv_forecast_query(), group=group, category=category)
        query.time_ms = to_ms(time, "time")
        query.devices_fall_silent, query.without_remediation = bool(devices_fall_silent), bool(without_remediation)
        score = fill(_abi.rpv_score())
        self._call(load().rpv_forecast_read, ctypes.byref(query), ctypes.byref(score))
        return Score._read(score)

    def plan(self, *, target: Optional[float] = None, budget: int = 0, costs: Optional[Mapping[str, int]] = None,
             other_cost: int = 1, group: Optional[str] = None, kinds: Iterable[Kind] = (),
             view: View = View.OFFICIAL) -> Rows[PlanStep]:
        """Which recommendations to carry out first, by its model, each with the scores after it and the `bound` that
        nothing of the same cost can beat: until the exposure score is at most `target`, within a `budget` (0: none), or
        until nothing lowers it any more. `costs` are those of single recommendations, 0 for what is not to be chosen.
        """
        query = _abi.rpv_plan_query()
        fill(query, group=group, kinds=list(kinds) or None, view=view)
        query.target = -1 if target is None else target
        query.budget, query.other_cost = to_count(budget, "budget"), to_count(other_cost, "other_cost")
        given = {} if costs is None else costs
        array = (_abi.rpv_plan_cost * (len(given) + 1))()
        for row, (name, cost) in zip(array, given.items()):
            row.recommendation, row.cost = to_bytes(name, "costs"), to_count(cost, "costs")
        query.costs, query.cost_count = ctypes.cast(array, ctypes.POINTER(_abi.rpv_plan_cost)), len(given)

        def fetch(_after: Any, _size: int) -> Page:
            return read(self, PlanStep, "rpv_plan_step_at",
                        lambda out: self._call(load().rpv_plan_make, ctypes.byref(query), out))
        return Rows(fetch, None, None)

    def partial(self, *, group: Optional[str] = None) -> Partial:
        """What the devices that the session sees contribute, to be merged with those of other engines: see partial."""
        query, pointer = fill(_abi.rpv_score_query(), group=group), ctypes.POINTER(_abi.rpv_partial)()
        self._call(load().rpv_partial_take, ctypes.byref(query), ctypes.byref(pointer))
        try:
            return Partial(_bytes_of(pointer))
        finally:
            load().rpv_partial_free(pointer)


class Scores(Handle):
    """What a session does with scores."""

    def score(self, *, group: Optional[str] = None, category: Optional[Category] = None) -> Score:
        """The scores now, without keeping an engine.

        >>> score = session.score()
        >>> score.exposure_official == score.exposure_no_impact, score.level.word
        (True, 'low')
        """
        return read_score(self._call, load().rpv_score_read, group, category)

    def forecast(self, time: datetime, **asked: Any) -> Score:
        """ScoreEngine.forecast() of the library's own model.

        >>> session.forecast(session.score().time).exposure_official == session.score().exposure_official
        True
        """
        with ScoreEngine(self) as engine:
            return engine.forecast(time, **asked)

    def plan(self, **asked: Any) -> Rows[PlanStep]:
        """ScoreEngine.plan() of the library's own model.

        >>> [step.gain > 0 for step in session.plan(budget=1)]
        [True]
        """
        with ScoreEngine(self) as engine:
            return engine.plan(**asked)

    def score_engine(self, model: Optional[ExposureModel] = None) -> ScoreEngine:
        """An engine, for those who read scores often, or with a model of their own.

        >>> with session.score_engine() as engine:
        ...     engine.read() == session.score()
        True
        """
        return ScoreEngine(self, model)
