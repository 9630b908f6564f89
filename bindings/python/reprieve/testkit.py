# SPDX-License-Identifier: MIT
"""The conformance kit for storages: the component libreprieve-testkit. Run it in the tests of a storage of your own.

>>> report = reprieve.testkit.check(lambda: reprieve.MemoryStorage, shared=False)
>>> report.failed
()
"""
from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Callable, List, Optional, Tuple

from . import _abi, errors
from ._convert import fill, members
from ._core import Core
from ._library import load
from .enums import Status
from .storage import AnyStorage


@dataclass(frozen=True)
class KitReport:
    """What a storage came to."""

    #: rules that it keeps
    passed: int
    #: rules that were not tried: they do not concern it, or an earlier one is broken
    not_tried: int
    #: a text for people for each rule that it breaks
    failed: Tuple[str, ...]
    #: of the random run: pass it to repeat that
    seed: int


def check(fresh: Callable[[], Callable[[], AnyStorage]], *, shared: bool, seed: int = 0) -> KitReport:
    """Runs all rules. `fresh` makes a new place and answers with what opens storages on it; `shared`: several of them see
    the same data, as several processes do. What these raise comes out."""
    kit, kinds, core = load("reprieve-testkit"), members(_abi.rpv_testkit_options), Core()
    failed: List[str] = []
    opener: List[Callable[[], AnyStorage]] = []

    def opened(_user: Any, place: int, storage: Any, _error: Any) -> int:
        if place == _abi.rpv_testkit_place.RPV_TESTKIT_FRESH:
            opener[:] = [fresh()]
        opener[0]()._install(core, storage.contents)
        return 0

    def note(_user: Any, result: Any) -> None:
        if result.contents.outcome == _abi.rpv_testkit_outcome.RPV_TESTKIT_FAILED:
            text: Any = ctypes.create_string_buffer(1000)
            kit.rpv_testkit_text(result, ctypes.cast(text, ctypes.c_char_p), 1000)
            failed.append(text.value.decode("utf-8", "replace"))
    options, report = fill(_abi.rpv_testkit_options()), fill(_abi.rpv_testkit_report())
    options.open = kinds["open"](core.callback(opened, Status.E_STORAGE.value))
    options.result = kinds["result"](core.callback(note, None))
    options.seed, options.flags = seed, _abi.rpv_testkit_flag.RPV_TESTKIT_SHARED if shared else 0
    status = core.run(kit.rpv_testkit_storage, ctypes.byref(options), ctypes.byref(report))
    raised: Optional[BaseException] = core.state.raised
    if raised is not None and not failed and status:
        raise raised
    if status not in (0, Status.E_REFUSED.value):
        raise errors.CLASSES[status]("the kit could not run")
    return KitReport(report.passed, report.not_tried, tuple(failed), report.seed)
