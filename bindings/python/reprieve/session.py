# SPDX-License-Identifier: MIT
"""Sessions: who asks, what they may do, which device groups they see.

What a session can do stands in the modules of the nouns: recommendation, exception, approval, explain, device, ...
"""
from __future__ import annotations

import ctypes
from datetime import datetime
from typing import TYPE_CHECKING, Iterable, Optional

from . import _abi, errors
from ._convert import fill, to_ms, to_texts
from ._core import Handle
from ._library import load
from .approval import Approvals
from .batch import Batches
from .budget import Budgets
from .control import Controls
from .device import Devices
from .enums import Permission
from .exception import Exceptions
from .explain import Explanations
from .group import Groups
from .history import History
from .host_engine import HostEngines
from .journal import Journal
from .recommendation import Recommendations
from .remediation import Remediations
from .restore import Restores
from .score import Scores
from .weakness import Weaknesses

if TYPE_CHECKING:
    from .store import Store


class Session(Recommendations, Exceptions, Approvals, Budgets, Explanations, Remediations, Devices, Groups, Weaknesses,
              Controls, Restores, Journal, History, HostEngines, Scores, Batches,
              Handle):
    """A principal at work on a store. One thread at a time: calls of several threads wait for each other."""

    def __init__(self, store: Store, principal: str, permissions: Permission,
                 visible_groups: Optional[Iterable[str]]) -> None:
        if permissions is None:
            raise TypeError("permissions must be of Permission, not NoneType")
        who = fill(_abi.rpv_principal(), id=principal, permissions=permissions)
        if visible_groups is not None:
            names = to_texts(visible_groups, "visible_groups")
            # an array of at least one, because none and all differ in being NULL
            kept = (ctypes.c_char_p * (len(names) + 1))(*names)
            who.visible_groups, who.visible_group_count = ctypes.cast(kept, ctypes.POINTER(ctypes.c_char_p)), len(names)
        pointer = ctypes.POINTER(_abi.rpv_session)()
        store._read(load().rpv_session_open, ctypes.byref(who), ctypes.byref(pointer))
        #: the store, which stays open at least as long
        self.store = store
        #: who asks
        self.principal = principal
        super().__init__(store._core, load().rpv_session_close, pointer, store)

    def __enter__(self) -> Session:
        return self

    def _error(self, status: int) -> errors.ReprieveError:
        return errors.of_record(load().rpv_session_error(self._pointer()).contents, status)

    def set_as_of(self, time: Optional[datetime]) -> None:
        """Looks at the store as it was at a past time, None for the present. Writing then raises ReadOnlyError.

        >>> session.set_as_of(store.info().now - timedelta(days=1))
        >>> session.recommendations().all()
        []
        >>> session.set_as_of(None)
        """
        self._call(load().rpv_session_set_as_of, to_ms(time, "time") if time is not None else 0)

    def __repr__(self) -> str:
        return f"<Session of {self.principal}, {'closed' if self.closed else 'open'}>"
