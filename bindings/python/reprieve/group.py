# SPDX-License-Identifier: MIT
"""Device groups."""
from __future__ import annotations

from ._core import Handle
from ._rows import Rows, listed
from .rows import Group


class Groups(Handle):
    """What a session does with device groups."""

    def groups(self) -> Rows[Group]:
        """The present groups that the session sees, by name.

        >>> [(group.name, group.devices) for group in session.groups()]
        [('Sales', 2), ('Servers', 1)]
        """
        return listed(self, Group, "group")
