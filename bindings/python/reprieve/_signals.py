# SPDX-License-Identifier: MIT
"""Signals, and the end of the stack, while the library works.

What a signal's handler raises, such as KeyboardInterrupt, comes out wherever the interpreter is. At the entry of a callback,
before anything there can catch it, ctypes drops it, and C gets an answer that nobody gave: a commit would count as done that
never was. Therefore handlers wait for the inside of the next callback, where what they raise is what the callback raises, or
for the end of the call, where they run as if the signal came then.
"""
from __future__ import annotations

import importlib
import signal
import threading
from typing import Any, Callable, Dict, List, Tuple

# of the interpreter itself: those of `signal` look enumerators up, which takes ten times as long
getsignal: Callable[[int], Any] = getattr(importlib.import_module("_signal"), "getsignal")
set_signal: Callable[[int, Any], Any] = getattr(importlib.import_module("_signal"), "signal")
NUMBERS = sorted(signal.valid_signals() - {getattr(signal, name, None) for name in ("SIGKILL", "SIGSTOP")})


class Handlers:
    """Those of the host, as they were seen last."""

    def __init__(self) -> None:
        self.seen: List[Any] = []
        self.callable: Dict[int, Callable[..., Any]] = {}

    def look(self) -> Dict[int, Callable[..., Any]]:
        seen = list(map(getsignal, NUMBERS))
        if seen != self.seen:
            self.callable = {number: one for number, one in zip(NUMBERS, seen) if callable(one)}
            self.seen = seen
        return self.callable


class Waiting:
    """Handlers put off for the time of one call."""

    def __init__(self) -> None:
        self.handlers: Dict[int, Callable[..., Any]] = {}
        self.noted: List[Tuple[int, Any]] = []

    def note(self, number: int, frame: Any) -> None:
        """Stands for each of them."""
        self.noted.append((number, frame))

    def deliver(self) -> None:
        """Runs those that are due."""
        while self.noted:
            number, frame = self.noted.pop(0)
            self.handlers[number](number, frame)

    def put_off(self) -> None:
        for number, handler in HANDLERS.look().items():
            self.handlers[number] = handler
            set_signal(number, self.note)

    def put_back(self) -> None:
        """Whatever those raise that are back already: it comes out when all are."""
        left, failed = dict(self.handlers), None
        while left:
            number, handler = next(iter(left.items()))
            try:
                if getsignal(number) == self.note:  # else a callback chose another one
                    set_signal(number, handler)
                del left[number]
            except BaseException as error:  # pylint: disable=broad-except
                failed = error
        for number, _ in self.noted:
            signal.raise_signal(number)
        if failed is not None:
            raise failed


HANDLERS = Handlers()


def _third() -> None:
    pass


def _second() -> None:
    _third()


def call(waiting: List[Waiting], function: Callable[..., int], arguments: Tuple[Any, ...]) -> int:
    """Calls C, which may call back. `waiting`: of this thread, for callbacks to deliver."""
    _second()  # a RecursionError comes here, not at the entry of a callback
    if threading.get_ident() != threading.main_thread().ident:  # only that one runs handlers
        return function(*arguments)
    mine = Waiting()
    try:
        mine.put_off()
        waiting.append(mine)
        try:
            return function(*arguments)
        finally:
            waiting.pop()
    finally:
        mine.put_back()
