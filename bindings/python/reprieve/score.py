# SPDX-License-Identifier: MIT
"""Exposure score and secure score, in three views: without exceptions, official, best case."""
from __future__ import annotations

import ctypes
from typing import Any, Callable, Optional

from . import _abi, errors
from ._convert import fill
from ._core import Handle
from ._library import load
from ._rows import Rows, listed
from .enums import Category, ContributionBy
from .model import ExposureModel, model_of
from .partial import Partial, _bytes_of
from .rows import Contribution, Score


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
        self._session = session
        super().__init__(session._core, load().rpv_score_engine_close, pointer, session, session._lock)

    def __enter__(self) -> ScoreEngine:
        return self

    def _error(self, status: int) -> errors.ReprieveError:
        return self._session._error(status)

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

    def score_engine(self, model: Optional[ExposureModel] = None) -> ScoreEngine:
        """An engine, for those who read scores often, or with a model of their own.

        >>> with session.score_engine() as engine:
        ...     engine.read() == session.score()
        True
        """
        return ScoreEngine(self, model)
