# SPDX-License-Identifier: MIT
"""The journal: every accepted change as typed events, written in the same commit."""
from __future__ import annotations

import ctypes
from typing import Any, Optional

from . import _abi
from ._convert import fill
from ._core import Handle
from ._library import load
from ._rows import Page, Rows, read
from .rows import Event


class Journal(Handle):
    """What a session does with the journal."""

    def events(self, *, since: int = 0, exception: Optional[str] = None, limit: Optional[int] = None,
               page: Optional[int] = None) -> Rows[Event]:
        """Lists events with a higher sequence than `since`; the sequence of the last one is where to go on later.

        >>> [event.group for event in session.events() if event.type == reprieve.EventType.GROUP_ADDED]
        ['Sales', 'Servers']
        """
        query = fill(_abi.rpv_event_query(), since=since, exception=exception)

        def fetch(after: Any, size: int) -> Page:
            query.since, query.limit = since if after is None else after, size
            found = read(self, Event, "rpv_event_at",
                         lambda out: self._call(load().rpv_event_list, ctypes.byref(query), out))
            return found._replace(after=found.rows[-1].sequence if len(found.rows) == size else None)
        return Rows(fetch, limit, page)
