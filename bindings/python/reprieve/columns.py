# SPDX-License-Identifier: MIT
"""Columns: many assessments in one call, from lists, arrays, buffers, NumPy, pandas or Arrow, whichever the host has.

>>> with session.batch(source="scanner") as facts:
...     facts.assess_columns(["pc-17", "pc-18"], ["va-_-google-_-chrome"] * 2, [["CVE-2024-4671"], []])
2
>>> session.recommendation("va-_-google-_-chrome").exposed_devices
1
"""
from __future__ import annotations

import array
import copy
import ctypes
import enum
from collections import deque
from contextlib import ExitStack
from functools import partial
from typing import Any, Iterable, List, NamedTuple, Optional, Tuple, Union

from . import _abi
from . import _convert as convert
from ._buffers import INTEGERS, Lent, exactly, integers, lend, lend_text, view_of
from ._convert import to_ms

#: texts, row by row: any iterable of them, a TextColumn, or a column of NumPy, pandas or Arrow
TextsOf = Union[Iterable[Optional[str]], "TextColumn", Any]
#: numbers, row by row: a buffer of the width that C has, which is not copied, or any iterable
NumbersOf = Any
BLOCK = 1000
KINDS = {"states": "rpv_configuration_state", "user_impacts": "rpv_flag", "changes": "rpv_assessment_change"}


class TextColumn:
    """A column of texts that lies in memory already. Nothing of it is copied.

    `texts` are bytes with `offsets`, of which there is one more than texts, or any iterable of texts. With `codes` rows
    refer to them by number, -1 for none; an iterable is then read at once. Offsets and codes are buffers of integers, or any
    iterable of them.

    >>> chrome = reprieve.TextColumn(["va-_-google-_-chrome"], codes=bytes(2))
    >>> devices = reprieve.TextColumn(b"pc-17pc-18", offsets=[0, 5, 10])
    >>> len(chrome), len(devices), len(devices[1:])
    (2, 2, 1)
    """

    def __init__(self, texts: Union[Iterable[Optional[str]], Any], *, offsets: NumbersOf = None,
                 codes: NumbersOf = None) -> None:
        self.offsets = integers(offsets, "offsets", "Q") if offsets is not None else None
        self.codes = integers(codes, "codes", "i") if codes is not None else None
        if self.offsets is not None and (self.offsets.itemsize not in (4, 8) or not len(self.offsets)):
            raise TypeError("offsets are integers of 4 or 8 bytes, one more than there are texts")
        if self.codes is not None and self.codes.itemsize not in (1, 2, 4):
            raise TypeError("codes are integers of 1, 2 or 4 bytes")
        view = view_of(texts) if self.offsets is not None else None
        if self.offsets is not None and view is None:
            raise TypeError("offsets lead into bytes")
        self.texts: Any = view if view is not None else several(texts)
        # once for all slices of a dictionary
        self.joined = joined(self.texts, "texts") if self.codes is not None and view is None else None

    @property
    def count(self) -> int:
        """How many texts there are, which rows may refer to by number."""
        return len(self.offsets) - 1 if self.offsets is not None else len(self.texts)

    def __len__(self) -> int:
        return len(self.codes) if self.codes is not None else self.count

    def __getitem__(self, rows: slice) -> TextColumn:
        """Some of the rows, without a copy of the texts."""
        start, stop, step = rows.indices(len(self))
        if step != 1:
            raise ValueError("a column is cut in rows that follow each other")
        stop = max(start, stop)
        cut = copy.copy(self)
        if self.codes is not None:
            cut.codes = self.codes[start:stop]
        elif self.offsets is not None:
            cut.offsets = self.offsets[start:stop + 1]
        else:
            cut.texts = self.texts[start:stop]
        return cut

    def __repr__(self) -> str:
        return f"<TextColumn of {len(self)} rows{', in a dictionary' if self.codes is not None else ''}>"


def several(texts: Any) -> List[Optional[str]]:
    if isinstance(texts, (str, bytes)):
        raise TypeError("a column is several texts, not one")
    return list(texts.tolist() if hasattr(texts, "tolist") else texts) if not isinstance(texts, list) else texts


def of_arrow(column: Any) -> TextColumn:
    """An array of Arrow. Nulls are texts that are not there."""
    if hasattr(column, "combine_chunks"):
        column = column.combine_chunks()
    kind, first, rows = str(column.type), column.offset, len(column)
    if column.null_count == 0 and kind in ("string", "large_string"):
        width = "q" if kind == "large_string" else "i"
        _, offsets, texts = column.buffers()
        if offsets is not None and texts is not None:
            return TextColumn(texts, offsets=memoryview(offsets).cast("B").cast(width)[first:first + rows + 1])
    if kind.startswith("dictionary"):
        return TextColumn(column.dictionary.to_pylist(),
                          codes=[-1 if code is None else code for code in column.indices.to_pylist()])
    return TextColumn(column.to_pylist())


def text_column(column: TextsOf) -> TextColumn:
    """Whatever holds texts, as a column."""
    if isinstance(column, TextColumn):
        return column
    if hasattr(column, "buffers") or hasattr(column, "combine_chunks"):
        return of_arrow(column)
    categories = getattr(column, "cat", column)
    if hasattr(categories, "codes") and hasattr(categories, "categories"):
        codes = categories.codes
        return TextColumn(categories.categories, codes=codes.to_numpy() if hasattr(codes, "to_numpy") else codes)
    return TextColumn(column)


class Joined(NamedTuple):
    """Texts one behind the other, with U+0000 between them. One that holds it itself is found by the library."""

    whole: str
    total: int


def joined(texts: List[Optional[str]], what: str) -> Joined:
    try:
        return Joined("\0".join(texts), len(texts))  # type: ignore[arg-type]
    except TypeError:
        if any(text is not None and not isinstance(text, str) for text in texts):
            raise TypeError(f"{what} must hold str or None") from None
        return Joined("\0".join(text or "" for text in texts), len(texts))


def put_joined(stack: ExitStack, place: Any, texts: Joined) -> None:
    """Points an rpv_text_column at texts."""
    lent = lend_text(stack, texts.whole) if texts.total else Lent(None, 0)
    place.bytes, place.size = ctypes.cast(ctypes.c_void_p(lent.address), ctypes.c_char_p), lent.size
    place.count = texts.total


def put_texts(stack: ExitStack, place: Any, column: TextColumn, what: str) -> None:
    """Points an rpv_text_column at a column."""
    if column.offsets is None:
        put_joined(stack, place, column.joined or joined(column.texts, what))
    else:
        lent = lend(stack, column.texts)
        place.bytes, place.size = ctypes.cast(ctypes.c_void_p(lent.address), ctypes.c_char_p), lent.size
        place.count = column.count
    if column.offsets is not None:
        place.offsets, place.offset_width = lend(stack, column.offsets).address, column.offsets.itemsize
    if column.codes is not None:
        empty = memoryview(b"\0")
        codes = lend(stack, column.codes if len(column.codes) else empty)
        place.codes, place.code_width = codes.address, column.codes.itemsize


def of_lists(rows: List[Any]) -> Optional[Tuple[Joined, Any]]:
    """The texts of rows that are lists, and how many each row has; None when other things are among them. Goes through
    blocks of them, as their memory is looked at again and again while it is near: a third faster."""
    pieces, total = [], 0
    counts: Any = bytearray()
    for first in range(0, len(rows), BLOCK):
        block = rows[first:first + BLOCK]
        if not {list, tuple}.issuperset(map(type, block)):
            return None
        texts: List[Any] = []
        deque(map(texts.extend, block), maxlen=0)
        try:
            counts.extend(map(len, block))
        except ValueError:  # more than 255 in one of them
            counts = array.array("I", counts)
            counts.extend(map(len, block))
        total += len(texts)
        if texts:
            pieces.append(joined(texts, "weaknesses").whole)
    return Joined("\0".join(pieces), total), counts


def weaknesses_of(weaknesses: Any) -> Tuple[Union[TextColumn, Joined], Any]:
    """The texts of all rows, and how many each row has: rows are lists of ids, or one id each (None)."""
    if isinstance(weaknesses, TextColumn) or hasattr(weaknesses, "codes"):
        return text_column(weaknesses), None
    rows = several(weaknesses)
    found = of_lists(rows)
    if found:
        return found
    kinds = set(map(type, rows))
    if kinds <= {str, type(None)}:
        return text_column(weaknesses), None
    if str in kinds or bytes in kinds:
        raise TypeError("weaknesses are either one text or None in each row, or several texts in each row")
    found = of_lists([list(row) if row is not None else [] for row in rows])
    assert found
    return found


def ms_of(times: NumbersOf, what: str) -> NumbersOf:
    """Times in milliseconds: datetimes, datetime64 of NumPy (in UTC), or integers as they are."""
    if hasattr(times, "to_numpy"):
        times = times.to_numpy()
    if getattr(getattr(times, "dtype", None), "kind", "") == "M":
        ms = times.astype("datetime64[ms]").astype("int64")
        ms[ms == -2**63] = 0
        return ms
    view = view_of(times)
    if view is not None and view.format in INTEGERS:
        return times
    return [0 if time is None else time if isinstance(time, int) else to_ms(time, what) for time in several(times)]


def number_of(place: str, value: Any) -> int:
    """A number of C for an enumerator or, for flags, for True, False and None; numbers stay what they are."""
    if value is None:
        return 0
    if isinstance(value, bool) or isinstance(value, enum.Enum):
        return convert.number_of(KINDS[place], value, place)
    return convert.to_int(value, place)


def put(stack: ExitStack, columns: Any, devices: TextsOf, recommendations: TextsOf, weaknesses: Any, *,
        weakness_offsets: NumbersOf, versions: TextsOf, sets: TextsOf, states: NumbersOf, user_impacts: NumbersOf,
        changes: NumbersOf, first_seen: NumbersOf, last_seen: NumbersOf) -> int:
    """Fills an rpv_assessment_columns; tells how many rows there are."""
    for place, what, column in (("device", "devices", devices), ("recommendation", "recommendations", recommendations),
                                ("version", "versions", versions), ("set", "sets", sets)):
        if column is not None:
            texts = text_column(column)
            put_texts(stack, getattr(columns, place), texts, what)
            if place == "device":
                columns.count = len(texts)
    if weaknesses is not None:
        ids, counts = (text_column(weaknesses), None) if weakness_offsets is not None else weaknesses_of(weaknesses)
        if isinstance(ids, Joined):
            put_joined(stack, columns.weakness, ids)
        else:
            put_texts(stack, columns.weakness, ids, "weaknesses")
        if counts is not None:
            view = memoryview(counts)
            if len(view) != columns.count:
                raise ValueError(f"weaknesses have {len(view)} rows of {columns.count}")
            columns.weakness_counts, columns.weakness_count_width = lend(stack, view).address, view.itemsize
        if weakness_offsets is not None:
            view = integers(weakness_offsets, "weakness_offsets", "Q")
            if len(view) != columns.count + 1:
                raise ValueError(f"weaknesses have {len(view) - 1} rows of {columns.count}")
            columns.weakness_offsets, columns.weakness_offset_width = lend(stack, view).address, view.itemsize
    for place, values in (("states", states), ("user_impacts", user_impacts), ("changes", changes)):
        if values is not None:
            lent = lend(stack, exactly(values, place, "B", columns.count, partial(number_of, place)))
            setattr(columns, place, ctypes.cast(ctypes.c_void_p(lent.address), ctypes.POINTER(ctypes.c_uint8)))
    for place, values in (("first_seen", first_seen), ("last_seen", last_seen)):
        if values is not None:
            lent = lend(stack, exactly(ms_of(values, place), place, "q", columns.count))
            setattr(columns, f"{place}_ms", ctypes.cast(ctypes.c_void_p(lent.address), ctypes.POINTER(ctypes.c_int64)))
    count: int = columns.count
    return count
