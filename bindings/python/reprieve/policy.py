# SPDX-License-Identifier: MIT
"""Policies: the numbers and choices that the rules go by."""
from __future__ import annotations

import ctypes
from typing import Any, Callable, List, Mapping, NamedTuple, Optional

from . import _abi
from ._convert import fill, maybe_bytes, to_bytes
from ._core import Handle
from ._library import load
from ._rows import Rows, listed, read
from .rows import Policy, PolicyOutcome


class PolicyUpdate(NamedTuple):
    """What a change of policies came to, or would come to."""

    #: figures
    outcome: PolicyOutcome
    #: the policies with another value than before
    policies: List[Policy]


class Policies(Handle):
    """What a session does with policies."""

    def policies(self, name: Optional[str] = None) -> Rows[Policy]:
        """Lists policies, or one with its parts.

        >>> session.policies("inactive_after").one().value
        '30d'
        """
        return listed(self, Policy, "policy", maybe_bytes(name, "name"))

    def set_policies(self, changes: Mapping[str, Optional[str]]) -> PolicyUpdate:
        """Changes policies, all or nothing; None stands for the default. What was decided before stays.

        >>> session.set_policies({"inactive_after": "20d"}).policies[0].previous
        '30d'
        """
        return self._change(load().rpv_policy_set, changes)

    def preview_policies(self, changes: Mapping[str, Optional[str]]) -> PolicyUpdate:
        """What set_policies() would do. Writes nothing.

        >>> session.preview_policies({"inactive_after": "10d"}).outcome.changed
        1
        """
        return self._change(load().rpv_policy_preview, changes)

    def _change(self, function: Callable[..., int], changes: Mapping[str, Optional[str]]) -> PolicyUpdate:
        array = (_abi.rpv_policy_change * len(changes))()
        for place, (name, value) in zip(array, changes.items()):
            place.name, place.value = to_bytes(name, "name"), maybe_bytes(value, name)
        outcome = fill(_abi.rpv_policy_outcome())

        def call(out: Any) -> None:
            self._call(function, array, len(changes), ctypes.byref(outcome), out)
        rows = read(self, Policy, "rpv_policy_at", call).rows
        return PolicyUpdate(PolicyOutcome._read(outcome), rows)
