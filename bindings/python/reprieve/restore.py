# SPDX-License-Identifier: MIT
"""Putting a store back piece by piece, from a backup in a form of one's own. `interop.import_files()` does it for files.

>>> with reprieve.Store(reprieve.MemoryStorage(), clock=clock) as mine:
...     with mine.session("root", reprieve.Permission.ALL) as root:
...         root.begin_restore(session.store_record())
...         with root.batch(restore=True) as facts:
...             facts.recommendation("va-_-google-_-chrome", title="Update Chrome")
...             for event in session.events():
...                 facts.restore_event(event)
...         root.finish_restore()
...         root.events().all() == session.events().all()
True
"""
from __future__ import annotations

import ctypes
from dataclasses import dataclass
from datetime import datetime
from typing import Mapping

from . import _abi
from ._convert import fill, instant, maybe_bytes, to_bytes
from ._core import Handle
from ._library import load
from .policy import Policies


@dataclass(frozen=True)
class StoreRecord:
    """What a store is, apart from its contents."""

    #: time of its last commit
    mark: datetime
    #: last event
    sequence: int
    #: number of the next exception
    next_exception: int
    #: number of the next remediation activity
    next_remediation: int
    #: how many changes of the policies there were
    policy_revision: int
    #: the policies that are not the default
    policies: Mapping[str, str]


class Restores(Policies):
    """What a session does to put a backup back."""

    def store_record(self) -> StoreRecord:
        """What a backup must say of the store itself."""
        record = fill(_abi.rpv_restore_store())
        self._call(load().rpv_restore_read_store, ctypes.byref(record))
        changed = {one.name: one.value for one in self.policies() if not one.is_default and one.part_of is None}
        mark = instant(record.mark_ms)
        assert mark is not None
        return StoreRecord(mark, record.sequence, record.next_exception, record.next_remediation, record.policy_revision,
                           changed)

    def begin_restore(self, record: StoreRecord) -> None:
        """Begins: the store must have no commit yet. Batches with `restore` follow, the first with what the rest refers
        to; until finish_restore() nothing else can be done with the store."""
        changes = (_abi.rpv_policy_change * len(record.policies))()
        for place, (name, value) in zip(changes, record.policies.items()):
            place.name, place.value = to_bytes(name, "name"), maybe_bytes(value, name)
        filled = fill(_abi.rpv_restore_store(), **{**vars(record), "policies": None})
        filled.policies, filled.policy_count = changes, len(changes)
        self._call(load().rpv_restore_begin, ctypes.byref(filled))

    def finish_restore(self) -> None:
        """Ends it: the store is open for all."""
        self._call(load().rpv_restore_finish)
