# SPDX-License-Identifier: MIT
"""Finds and loads the shared libraries: where REPRIEVE_LIBRARY says (a file or a folder), beside this package, or as the
system's loader does. What REPRIEVE_LIBRARY names is not looked for anywhere else.
"""
from __future__ import annotations

import ctypes
import os
import pathlib
import sys
import threading
from typing import Any, Dict, List

from . import _abi
from .errors import LibraryError

_loaded: Dict[str, Any] = {}
_lock = threading.Lock()


def file_name(library: str) -> str:
    return f"lib{library}.0.dylib" if sys.platform == "darwin" else f"lib{library}.so.0"


def candidates(library: str) -> List[str]:
    """What to try, in order."""
    named = os.environ.get("REPRIEVE_LIBRARY")
    if named:
        path = pathlib.Path(named)
        if path.is_dir():
            return [str(path / file_name(library))]
        return [str(path if library == "reprieve" else path.parent / file_name(library))]
    return [str(pathlib.Path(__file__).resolve().parent / file_name(library)), file_name(library)]


def check_version(core: Any, path: str) -> None:
    found, wanted = core.rpv_version(), _abi.RPV_VERSION
    if found // 10000 != wanted // 10000 or found < wanted:
        version = f"{wanted // 10000}.{wanted // 100 % 100}.{wanted % 100}"
        raise LibraryError(f"{path} is version {core.rpv_version_text().decode()}, but this package needs {version} or a "
                           "later one of the same major version")


def find(library: str) -> Any:
    tried = []
    for path in candidates(library):
        try:
            found = ctypes.CDLL(path)
        except OSError as error:
            tried.append(f"{path} ({error})")
            continue
        for name, (result, arguments) in _abi.PROTOTYPES[library].items():
            try:
                function = getattr(found, name)
            except AttributeError:
                raise LibraryError(f"{path} has no {name}(): it is older than this package") from None
            function.restype, function.argtypes = result, arguments
        if library == "reprieve":
            check_version(found, path)
        return found
    raise LibraryError(f"cannot load {file_name(library)}; tried {', '.join(tried)}. Install the library, or set "
                       "REPRIEVE_LIBRARY to its file or folder")


def load(library: str = "reprieve") -> Any:
    """A library with its prototypes; components load the core first."""
    with _lock:
        for name in dict.fromkeys(("reprieve", library)):
            if name not in _loaded:
                _loaded[name] = find(name)
        return _loaded[library]
