# SPDX-License-Identifier: MIT
"""Exposure models: the constants that turn facts into an exposure score."""
from __future__ import annotations

import ctypes
import dataclasses
from typing import Any, Callable, Optional

from . import _abi, errors
from ._convert import fill, members
from ._core import Core
from ._library import load
from .enums import Exploit, Severity, Status


@dataclasses.dataclass(frozen=True)
class LikelihoodFacts:
    """What is known of a weakness, for `ExposureModel.likelihood`; likelihoods are in 10^-9."""

    weakness: str
    epss: Optional[int]
    likelihood: int
    severity: Severity
    exploit: Exploit
    known_exploited: bool
    active_alert: bool


@dataclasses.dataclass(frozen=True)
class ExposureModel:
    """Constants of an exposure score, as integers: likelihoods in 10^-9, consequences and reach in 10^-3, weights of a
    device in twentieths. Without arguments it is the library's own model.

    >>> mine = reprieve.ExposureModel("corp-1", reach=200)
    >>> with session.score_engine(mine) as engine:
    ...     engine.model == mine
    True
    """

    name: str = "rpv-exposure-1"
    base_unknown: int = 3000000
    base_low: int = 1000000
    base_medium: int = 3000000
    base_high: int = 10000000
    base_critical: int = 30000000
    floor_public: int = 50000000
    floor_verified: int = 200000000
    floor_in_kit: int = 400000000
    floor_known_exploited: int = 900000000
    floor_active_alert: int = 990000000
    highest: int = 990000000
    consequence_unknown: int = 500
    consequence_low: int = 250
    consequence_medium: int = 500
    consequence_high: int = 800
    consequence_critical: int = 1000
    reach: int = 100
    internet_facing: int = 3
    active_alert: int = 4
    value_low: int = 15
    value_normal: int = 20
    value_high_least: int = 20
    value_high_per_device: int = 2
    #: the host's own likelihood of a weakness in 10^-9; None as an answer: that of the constants
    likelihood: Optional[Callable[[LikelihoodFacts], Optional[int]]] = None

    @property
    def digest(self) -> int:
        """A number that differs between models of different constants; recorded scores carry it.

        >>> f"{reprieve.ExposureModel().digest:016x}"
        '12a09a4b03892f6b'
        """
        digest, error = ctypes.c_uint64(), errors.new_record()
        status = load().rpv_exposure_model_digest(ctypes.byref(self._struct()), ctypes.byref(digest), ctypes.byref(error))
        if status:
            raise errors.of_record(error, status)
        return digest.value

    def _struct(self) -> Any:
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "likelihood"}
        return fill(_abi.rpv_exposure_model(), **values)

    def _for(self, core: Core) -> Any:
        """The struct of C; what it calls lives as long as the store."""
        struct, tell = self._struct(), self.likelihood
        if tell is not None:
            struct.likelihood = members(_abi.rpv_exposure_model)["likelihood"](
                core.callback(asker(tell), Status.E_INVALID.value))
            core.callbacks.append(struct.likelihood)
        return struct


def asker(tell: Callable[[LikelihoodFacts], Optional[int]]) -> Callable[..., int]:
    def ask(_user: Any, facts: Any, out: Any) -> int:
        one = facts[0]
        told = tell(LikelihoodFacts(
            one.weakness.decode(), None if one.epss == 2**32 - 1 else one.epss, one.likelihood, Severity(one.severity),
            Exploit(one.exploit), bool(one.known_exploited), bool(one.active_alert)))
        if told is not None:
            if not 0 <= told <= 10**9:
                raise ValueError(f"a likelihood is 0 to 10^9 in units of 10^-9, not {told}")
            out[0] = told
        return 0
    return ask


def model_of(struct: Any, likelihood: Any) -> ExposureModel:
    values = {field.name: getattr(struct, field.name) for field in dataclasses.fields(ExposureModel)
              if field.name not in ("name", "likelihood")}
    return ExposureModel(struct.name.decode(), likelihood=likelihood, **values)
