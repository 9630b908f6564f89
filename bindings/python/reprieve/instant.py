# SPDX-License-Identifier: MIT
"""Times and durations as text, the way files, policies and the command line write them.

>>> reprieve.format_time(reprieve.parse_time("2026-03-01T10:30:00.25+01:00"))
'2026-03-01T09:30:00.250Z'
>>> reprieve.parse_duration("36h")
datetime.timedelta(days=1, seconds=43200)
"""
from __future__ import annotations

import ctypes
from datetime import datetime, timedelta
from typing import Any, Callable

from . import _abi, errors
from ._convert import EPOCH, MILLISECOND, to_bytes, to_ms
from ._library import load


def parsed(function: Callable[..., int], text: str, what: str) -> int:
    out = ctypes.c_int64()
    if function(to_bytes(text, "text"), ctypes.byref(out)):
        raise errors.InvalidError(f"not a {what}: {text}", field="text")
    return out.value


def parse_time(text: str) -> datetime:
    """The instant that an RFC 3339 date and time, or a date, stands for; raises InvalidError for anything else."""
    return EPOCH + parsed(load().rpv_time_parse, text, "time") * MILLISECOND


def format_time(time: datetime) -> str:
    """An instant as a text in UTC, to the millisecond."""
    out: Any = ctypes.create_string_buffer(_abi.RPV_TIME_TEXT_SIZE)
    if load().rpv_time_format(to_ms(time, "time"), ctypes.cast(out, ctypes.c_char_p)):
        raise errors.InvalidError("the time is out of range", field="time")
    text: str = out.value.decode()
    return text


def parse_duration(text: str) -> timedelta:
    """What `30d`, `12h` or `90m` stand for; raises InvalidError for anything else."""
    return parsed(load().rpv_duration_parse, text, "duration") * MILLISECOND
