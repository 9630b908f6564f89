# SPDX-License-Identifier: MIT
"""Security recommendations, exceptions to them, remediation activities and scores: libreprieve from Python.

A store is kept in a storage, told the time by a clock, and used through sessions:

>>> with reprieve.Store(reprieve.MemoryStorage()) as mine:
...     with mine.session("ana@corp.example", reprieve.Permission.ALL) as ana:
...         with ana.batch() as facts:
...             facts.weakness("CVE-2024-4671", severity=reprieve.Severity.HIGH, epss=0.02)
...             facts.recommendation("va-_-google-_-chrome", title="Update Chrome")
...             facts.device("pc-17", group="Sales")
...             facts.assess("pc-17", "va-_-google-_-chrome", ["CVE-2024-4671"])
...         [one.title for one in ana.recommendations()]
['Update Chrome']
"""
from . import enums, interop, rows, testkit
from ._convert import UNSET
from ._library import load as _load
from ._rows import Rows
from .batch import Batch
from .clock import Clock, ManualClock, SystemClock
from .columns import TextColumn
from .enums import *  # noqa: F401,F403
from .errors import (BusyError, ClockError, ClosedError, ConflictError, CorruptError, DeniedError, ForkError, FullError,
                     InvalidError, LibraryError, LimitError, NoMemoryError, NotFoundError, OutcomeError, ReadOnlyError,
                     RefusedError, ReprieveError, StorageError, VersionError)
from .exception import ExceptionRequest, RenewalRequest, folded
from .host_engine import HostEngine, HostScore
from .instant import format_time, parse_duration, parse_time
from .model import ExposureModel, LikelihoodFacts
from .partial import Partial, merge_partials
from .policy import PolicyUpdate
from .remediation import RemediationRequest
from .restore import StoreRecord
from .rows import *  # noqa: F401,F403
from .score import ScoreEngine
from .session import Session
from .storage import MemoryStorage, PostgresStorage, SqliteStorage, Storage
from .store import Store, WhatIf
from .weakness import cvss_score

__version__ = "0.1.0"
__all__ = [
    "Batch", "BusyError", "Clock", "ClockError", "ClosedError", "ConflictError", "CorruptError", "DeniedError",
    "ExceptionRequest", "ExposureModel", "ForkError", "FullError", "HostEngine", "HostScore", "InvalidError",
    "LibraryError", "LikelihoodFacts", "LimitError", "ManualClock", "MemoryStorage", "NoMemoryError",
    "NotFoundError", "OutcomeError", "Partial", "PolicyUpdate", "PostgresStorage", "ReadOnlyError",
    "RefusedError", "RemediationRequest", "RenewalRequest", "ReprieveError", "Rows", "ScoreEngine", "Session",
    "SqliteStorage", "Storage", "StorageError", "Store", "StoreRecord", "SystemClock", "TextColumn", "UNSET",
    "VersionError", "WhatIf", "cvss_score", "folded", "format_time", "interop", "library_version",
    "merge_partials", "parse_duration", "parse_time", "testkit",
]
__all__ += enums.__all__
__all__ += rows.__all__


def library_version() -> str:
    """Version of the shared library in use.

    >>> reprieve.library_version()
    '0.1.0'
    """
    text: str = _load().rpv_version_text().decode()
    return text
