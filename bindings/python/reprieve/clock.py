# SPDX-License-Identifier: MIT
"""Clocks. The library reads none but the one that the store was opened with.

>>> clock = reprieve.ManualClock(datetime(2026, 3, 1, tzinfo=timezone.utc))
>>> clock.advance(timedelta(days=30))
>>> clock.now().isoformat()
'2026-03-31T00:00:00+00:00'
"""
from __future__ import annotations

import abc
from datetime import datetime, timedelta, timezone
from typing import Any

from . import _abi
from ._convert import members, to_ms
from ._core import Core
from .enums import Status


class Clock(abc.ABC):
    """Tells the time. What now() raises comes out of the call that asked."""

    @abc.abstractmethod
    def now(self) -> datetime:
        """The time, with a time zone."""


class SystemClock(Clock):
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    def __repr__(self) -> str:
        return "SystemClock()"


class ManualClock(Clock):
    """A clock that is told the time: for tests, simulations, and programs that follow another one."""

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        """Sets the time; naive datetimes are refused."""
        to_ms(now, "now")
        self._now = now

    def advance(self, by: timedelta) -> None:
        """Moves the time on."""
        self.set(self._now + by)

    def __repr__(self) -> str:
        return f"ManualClock({self._now.isoformat()})"


def install(clock: Clock, core: Core, options: Any) -> None:
    """Makes a clock that of a store."""
    def now(_user: Any, out: Any) -> int:
        out[0] = to_ms(clock.now(), "the clock's now()")
        return 0
    kind = members(_abi.rpv_clock)["now"]
    call = kind(core.callback(now, Status.E_CLOCK.value))
    core.callbacks.append(call)
    options.clock.now = call
