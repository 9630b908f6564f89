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
from .rows import Event, JournalProof


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

    def chain_journal(self) -> None:
        """Begins to chain the journal: from here on every commit carries a hash of the one before, of itself and of its
        events. It cannot be ended again. Needs Permission.SETTINGS and all device groups.

        >>> session.chain_journal()
        >>> session.verify_journal().events == session.store.info().sequence
        True
        """
        self._call(load().rpv_journal_chain)

    def anchor(self) -> str:
        """The anchor of a chained journal: a line to be kept where those who can write to the store cannot."""
        text = ctypes.create_string_buffer(_abi.RPV_ANCHOR_MAX)
        self._call(load().rpv_journal_anchor, text, len(text))
        return text.value.decode("ascii")

    def verify_journal(self, anchor: Optional[str] = None, *, from_anchor: bool = False) -> JournalProof:
        """Works out every link of a chained journal again. Raises CorruptError that names the first commit whose link does
        not follow from what is stored, or tells that the journal does not lead to the anchor. With `from_anchor` only what
        came after the anchor is read.

        >>> session.chain_journal()
        >>> session.verify_journal(session.anchor()).first_linked > 0
        True
        """
        proof = fill(_abi.rpv_journal_proof())
        self._call(load().rpv_journal_verify, None if anchor is None else anchor.encode(), int(from_anchor),
                   ctypes.byref(proof))
        return JournalProof._read(proof)
