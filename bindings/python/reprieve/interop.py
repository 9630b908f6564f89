# SPDX-License-Identifier: MIT
"""Import and export of files: the component libreprieve-interop.

>>> import io
>>> backup = io.BytesIO()
>>> reprieve.interop.export(session, backup).lines > 5
True
>>> with reprieve.Store(reprieve.MemoryStorage(), clock=clock) as other:
...     with other.session("ana@corp.example", reprieve.Permission.ALL) as ana:
...         reprieve.interop.import_bytes(ana, backup.getvalue()).devices
3
"""
from __future__ import annotations

import ctypes
import io
import os
from datetime import datetime
from typing import Any, BinaryIO, Callable, Dict, Iterable, Optional, Union

from . import _abi, errors
from ._convert import fill, members, to_bytes, to_texts
from ._core import Handle
from ._library import load
from ._rows import Rows
from .enums import Extent, Format, Status
from .rows import ExportResult, ImportProgress, ImportResult

Path = Union[str, "os.PathLike[str]"]


class ImportFailure(errors.ReprieveError):
    """An input that cannot be imported, or a backup that cannot be written: which, where and why."""

    def __init__(self, record: Any, status: int) -> None:
        super().__init__(record.message.decode("utf-8", "replace") or Status(status).name, code=Status(status),
                         field=record.field.decode("utf-8", "replace"), host_code=record.host_code)
        #: name of the input, or empty
        self.source = record.source.decode("utf-8", "replace")
        #: number of the record from 1, 0: none in particular
        self.record = record.record
        #: line from 1, 0: none in particular
        self.line = record.line
        #: character in the line from 1, 0: unknown
        self.column = record.column


def failure(record: Any, status: int) -> errors.ReprieveError:
    """An exception that is both an ImportFailure and what the status says."""
    made: errors.ReprieveError = kinds.get(status, ImportFailure)(record, status)
    return made


kinds: Dict[int, Any] = {status: type(cls.__name__, (ImportFailure, cls), {"__doc__": cls.__doc__, "__module__": __name__})
         for status, cls in errors.CLASSES.items()}


def new_record() -> Any:
    return fill(_abi.rpv_import_error())


def run(session: Handle, call: Callable[[Any, Any], Any], record: Any, *, quiet: bool = False) -> None:
    """Calls the component with a session; `quiet`: the words are in the session's record."""
    session._core.check()
    with session._lock:
        status = session._core.run(call, load("reprieve-interop"), session._pointer())
        session._core.finish(status, session._error if quiet else lambda code: failure(record, code))


def options_of(session: Handle, source: Optional[str], reported: Optional[datetime], format: Format, extent: Extent,
               lenient: bool, progress: Optional[Callable[[ImportProgress], None]],
               notice: Optional[Callable[[str], None]]) -> Any:
    options = fill(_abi.rpv_import_options(), source=source, reported=reported, format=format, extent=extent,
                   lenient=lenient)
    types = members(_abi.rpv_import_options)
    if progress:
        tell = progress

        def told(_user: Any, how: Any) -> int:
            tell(ImportProgress._read(how.contents))
            return 0
        options.progress = types["progress"](session._core.callback(told, Status.STOP.value))
    if notice:
        note = notice
        options.notice = types["notice"](session._core.callback(
            lambda _user, what: note(what.contents.message.decode("utf-8", "replace")), None))
    return options


def import_files(session: Handle, paths: Union[Path, Iterable[Path]], *, source: Optional[str] = None,
                 reported: Optional[datetime] = None, format: Format = Format.DETECT, extent: Extent = Extent.DETECT,
                 lenient: bool = False, progress: Optional[Callable[[ImportProgress], None]] = None,
                 notice: Optional[Callable[[str], None]] = None) -> ImportResult:
    """Imports a file, or several as one input: the pages of an answer, the parts of an export. What `progress` raises ends
    the import; `notice` is told of everything that a lenient import skips."""
    options = options_of(session, source, reported, format, extent, lenient, progress, notice)
    several = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    names = to_texts([os.fspath(path) for path in several], "paths")
    result, record = fill(_abi.rpv_import_result()), new_record()
    run(session, lambda library, pointer: library.rpv_import_files(
        pointer, names, len(names), ctypes.byref(options), ctypes.byref(result), ctypes.byref(record)), record)
    return ImportResult._read(result)


def import_bytes(session: Handle, data: bytes, *, name: str = "memory", source: Optional[str] = None,
                 reported: Optional[datetime] = None, format: Format = Format.DETECT, extent: Extent = Extent.DETECT,
                 lenient: bool = False, progress: Optional[Callable[[ImportProgress], None]] = None,
                 notice: Optional[Callable[[str], None]] = None) -> ImportResult:
    """Imports bytes in memory, as import_files() does."""
    options = options_of(session, source, reported, format, extent, lenient, progress, notice)
    data, result, record = bytes(data), fill(_abi.rpv_import_result()), new_record()
    run(session, lambda library, pointer: library.rpv_import_memory(
        pointer, name.encode(), data, len(data), ctypes.byref(options), ctypes.byref(result), ctypes.byref(record)), record)
    return ImportResult._read(result)


def format_name(format: Format) -> str:
    """The name of a format, as the command line takes it.

    >>> reprieve.interop.format_name(reprieve.Format.DEFENDER_MACHINES)
    'defender-machines'
    """
    name: bytes = load("reprieve-interop").rpv_format_name(format.value)
    return name.decode()


def format_of(name: str) -> Format:
    """The format of a name; raises InvalidError when there is none such.

    >>> reprieve.interop.format_of("ndjson")
    Format.NDJSON
    """
    out = ctypes.c_int()
    if load("reprieve-interop").rpv_format_find(to_bytes(name, "name"), ctypes.byref(out)):
        raise errors.InvalidError(f"no such format: {name}", field="name")
    return Format(out.value)


SINK: Any = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


def sink_of(session: Handle, out: BinaryIO) -> Any:
    def write(_user: Any, data: Any, size: int) -> int:
        left = ctypes.string_at(data, size)
        while left:
            taken = out.write(left)  # a raw file may take less; what answers None took all, unless it is one
            if taken is None and not isinstance(out, io.RawIOBase):
                break
            if not isinstance(taken, int) or not 0 < taken <= len(left):
                raise OSError(f"the output took {taken!r} of {len(left)} bytes")
            left = left[taken:]
        return 0
    return SINK(session._core.callback(write, Status.E_STORAGE.value))


def export(session: Handle, out: BinaryIO) -> ExportResult:
    """Writes everything in a store as native NDJSON, a backup that import_files() puts back into an empty store."""
    sink, result, record = sink_of(session, out), fill(_abi.rpv_export_result()), new_record()
    run(session, lambda library, pointer: library.rpv_export_ndjson(
        pointer, sink, None, ctypes.byref(result), ctypes.byref(record)), record)
    return ExportResult._read(result)


def write_csv(rows: Rows[Any], out: BinaryIO) -> None:
    """Writes a list of recommendations, exceptions, remediations or devices as CSV (RFC 4180): all that it was asked for,
    from the beginning, wherever it stands.

    >>> import io
    >>> out = io.BytesIO()
    >>> reprieve.interop.write_csv(session.devices(group="Sales"), out)
    >>> [line.split(",")[0] for line in out.getvalue().decode().splitlines()]
    ['id', 'pc-17', 'pc-18']
    """
    asked = rows._asked
    function = f"rpv_csv_write_{asked.noun}s" if asked else ""
    if asked is None or function not in _abi.PROTOTYPES["reprieve-interop"]:
        raise TypeError("there is no CSV of such a list")
    asked.query.after, asked.query.limit = None, asked.limit or 0
    sink, query = sink_of(asked.handle, out), ctypes.byref(asked.query)
    if asked.limit == 0:
        raise ValueError("a list of no rows has no CSV")
    run(asked.handle, lambda library, pointer: getattr(library, function)(pointer, query, sink, None), None, quiet=True)
