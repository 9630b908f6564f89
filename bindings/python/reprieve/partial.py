# SPDX-License-Identifier: MIT
"""Partial scores: what an engine over a part of the devices contributes, as bytes that merge to the whole.

Devices may be spread over any number of stores, processes and machines. The bits of the merged scores are those of one
engine over all devices, whatever the order of merging:

>>> with session.score_engine() as engine:
...     part = engine.partial()
>>> whole = reprieve.merge_partials([part])
>>> whole.score().exposure_official == session.score().exposure_official
True
"""
from __future__ import annotations

import ctypes
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Iterable, Iterator, List, Optional, Union

from . import _abi, errors
from ._convert import fill, number_of
from ._library import load
from .enums import Category
from .rows import PartialImpact, PartialInfo, Score


def _check(status: int, record: Any) -> None:
    if status:
        raise errors.of_record(record, status)


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """A partial of C, for as long as the block lasts."""
    pointer, record = ctypes.POINTER(_abi.rpv_partial)(), errors.new_record()
    _check(load().rpv_partial_read(data, len(data), None, ctypes.byref(pointer), ctypes.byref(record)), record)
    try:
        yield pointer
    finally:
        load().rpv_partial_free(pointer)


def _bytes_of(pointer: Any) -> bytes:
    data, size = ctypes.c_void_p(), ctypes.c_size_t()
    _check(load().rpv_partial_bytes(pointer, ctypes.byref(data), ctypes.byref(size)), errors.new_record())
    return ctypes.string_at(data.value or 0, size.value)


@dataclass(frozen=True)
class Partial:
    """The score of a part of the devices: an immutable value that can be compared, hashed, pickled and sent anywhere as its
    bytes. Bytes that are no partial raise CorruptError, those of a newer library VersionError."""

    #: what the library reads again, on any machine
    data: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", bytes(memoryview(self.data)))
        with _opened(self.data):
            pass

    def __bytes__(self) -> bytes:
        return self.data

    def __add__(self, other: object) -> Partial:
        if not isinstance(other, Partial):
            return NotImplemented
        return merge_partials([self, other])

    def score(self, *, category: Optional[Category] = None) -> Score:
        """The scores of its devices, as ScoreEngine.read() of one engine over them; `revision` is 0."""
        score = fill(_abi.rpv_score())
        with _opened(self.data) as pointer:
            asked = 0 if category is None else number_of("rpv_category", category, "category")
            _check(load().rpv_partial_score(pointer, asked, ctypes.byref(score)),
                   errors.new_record())
        return Score._read(score)

    def info(self) -> PartialInfo:
        """What it speaks of.

        >>> with session.score_engine() as engine:
        ...     engine.partial(group="Sales").info().group
        'Sales'
        """
        info = fill(_abi.rpv_partial_info())
        with _opened(self.data) as pointer:
            _check(load().rpv_partial_read_info(pointer, ctypes.byref(info)), errors.new_record())
            return PartialInfo._read(info)

    def impacts(self) -> List[PartialImpact]:
        """What each recommendation would gain in all its devices, by id."""
        rows = []
        with _opened(self.data) as pointer:
            for index in range(load().rpv_partial_count(pointer)):
                impact = fill(_abi.rpv_partial_impact())
                _check(load().rpv_partial_impact_at(pointer, index, ctypes.byref(impact)), errors.new_record())
                rows.append(PartialImpact._read(impact))
        return rows

    def __repr__(self) -> str:
        info = self.info()
        return f"<Partial of {info.devices} devices, {info.recommendations} recommendations, {len(self.data)} bytes>"


def merge_partials(parts: Iterable[Union[Partial, bytes]]) -> Partial:
    """One partial of the devices of all. Each device belongs into one of them. Raises RefusedError when they speak of
    different things: another device group, model, `inactive_after`, or other points of a configuration.

    >>> with session.score_engine() as engine:
    ...     reprieve.merge_partials([engine.partial(group="Sales"), engine.partial()])
    Traceback (most recent call last):
    reprieve.errors.RefusedError: one partial is of the device group "Sales", the other of "(all)"
    """
    several = iter(parts)
    first = next(several, None)
    if first is None:
        raise ValueError("there is no partial to merge")
    with _opened(bytes(first)) as whole:
        for part in several:
            record = errors.new_record()
            with _opened(bytes(part)) as other:
                _check(load().rpv_partial_merge(whole, other, ctypes.byref(record)), record)
        return Partial(_bytes_of(whole))
