# SPDX-License-Identifier: MIT
"""Memory of other objects, lent to C without a copy, through Python's buffer protocol."""
from __future__ import annotations

import array
import ctypes
from contextlib import ExitStack
from typing import Any, Iterable, NamedTuple, Optional

INTEGERS = "bBhHiIlLqQ"


class Buffer(ctypes.Structure):
    """Py_buffer of the interpreter, whose layout is part of its stable interface."""

    _fields_ = [("buf", ctypes.c_void_p), ("obj", ctypes.py_object), ("len", ctypes.c_ssize_t),
                ("itemsize", ctypes.c_ssize_t), ("readonly", ctypes.c_int), ("ndim", ctypes.c_int),
                ("format", ctypes.c_char_p), ("shape", ctypes.c_void_p), ("strides", ctypes.c_void_p),
                ("suboffsets", ctypes.c_void_p), ("internal", ctypes.c_void_p)]


class Lent(NamedTuple):
    """Where something lies; None and 0 for what is empty."""

    address: Optional[int]
    size: int


def lend(stack: ExitStack, view: memoryview) -> Lent:
    """The memory behind a view, pinned until the stack closes; what does not lie in one piece is copied."""
    if view.nbytes == 0:
        return Lent(None, 0)
    flat = view.cast("B") if view.c_contiguous else memoryview(view.tobytes())
    buffer = Buffer()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(flat), ctypes.byref(buffer), 0)
    stack.callback(ctypes.pythonapi.PyBuffer_Release, ctypes.byref(buffer))
    return Lent(buffer.buf, buffer.len)


def lend_text(stack: ExitStack, text: str) -> Lent:
    """The UTF-8 of a text with the NUL behind it, as the interpreter keeps it, until the stack closes."""
    size = ctypes.c_ssize_t()
    as_utf8 = ctypes.pythonapi.PyUnicode_AsUTF8AndSize
    as_utf8.argtypes, as_utf8.restype = [ctypes.py_object, ctypes.POINTER(ctypes.c_ssize_t)], ctypes.c_void_p
    address = as_utf8(text, ctypes.byref(size))
    stack.callback(len, text)  # which keeps it
    return Lent(address, size.value + 1)


def view_of(values: Any) -> Optional[memoryview]:
    """A view of what has a buffer, else None."""
    try:
        return memoryview(values)
    except (TypeError, ValueError):
        return None


def integers(values: Any, what: str, kind: str) -> memoryview:
    """Integers of any width as they lie in memory; of any other iterable an array of that kind."""
    view = view_of(values)
    if view is None:
        try:
            view = memoryview(array.array(kind, values))
        except OverflowError:
            raise ValueError(f"{what} holds numbers out of range") from None
    if view.ndim != 1 or (view.format.lstrip("@=<") not in INTEGERS):
        raise TypeError(f"{what} must be a column of integers, not of '{view.format}' in {view.ndim} dimensions")
    return view


def exactly(values: Any, what: str, kind: str, count: int, each: Any = None) -> memoryview:
    """Integers of the width of `kind`, `count` of them; `each` turns other values into such integers."""
    view = view_of(values)
    if view is None or view.format not in INTEGERS:
        given: Iterable[Any] = values.tolist() if hasattr(values, "tolist") else values
        try:
            view = memoryview(array.array(kind, map(each, given) if each else given))
        except OverflowError:
            raise ValueError(f"{what} holds numbers out of range") from None
    view = integers(view, what, kind)
    if view.itemsize != array.array(kind).itemsize:
        view = memoryview(array.array(kind, view.tolist()))
    if len(view) != count:
        raise ValueError(f"{what} has {len(view)} values for {count} rows")
    return view
