# SPDX-License-Identifier: MIT
"""Explaining: why a finding is hidden, or why it is not, on one device."""
from __future__ import annotations

import ctypes
from typing import Optional

from . import _abi
from ._convert import maybe_bytes, to_bytes
from ._core import Handle
from ._library import load
from .rows import Explanation


class Explanations(Handle):
    """What a session explains."""

    def explain(self, device: str, recommendation: str, weakness: Optional[str] = None) -> Explanation:
        """Which exception decides, which ones lost, and by which rule; without a weakness for the recommendation as a whole.

        >>> why = session.explain("pc-17", "va-_-google-_-chrome")
        >>> why.visible, why.rule
        (True, Rule.NONE_COVERS)
        """
        pointer = ctypes.POINTER(_abi.rpv_explanation)()
        with self._lock:
            self._call(load().rpv_explain, to_bytes(device, "device"), to_bytes(recommendation, "recommendation"),
                       maybe_bytes(weakness, "weakness"), ctypes.byref(pointer))
            try:
                return Explanation._read(load().rpv_explanation_read(pointer).contents)
            finally:
                load().rpv_explanation_free(pointer)
