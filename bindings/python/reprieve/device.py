# SPDX-License-Identifier: MIT
"""Devices and what is assessed on them."""
from __future__ import annotations

from typing import Optional

from . import _abi
from ._convert import fill, to_bytes
from ._core import Handle
from ._rows import Rows, listed, queried
from .enums import DeviceSort
from .rows import Assessment, Device


class Devices(Handle):
    """What a session does with devices."""

    def devices(self, *, id: Optional[str] = None, group: Optional[str] = None, recommendation: Optional[str] = None,
                weakness: Optional[str] = None, covered: Optional[bool] = None, active: Optional[bool] = None,
                sort: DeviceSort = DeviceSort.ID, limit: Optional[int] = None,
                page: Optional[int] = None) -> Rows[Device]:
        """Lists devices; with `recommendation` or `weakness` the active ones that are exposed to it.

        >>> [device.id for device in session.devices(recommendation="va-_-google-_-chrome")]
        ['pc-17', 'pc-18']
        """
        query = fill(_abi.rpv_device_query(), id=id, group=group, recommendation=recommendation, weakness=weakness,
                     covered=covered, active=active, sort=sort)
        return queried(self, Device, "device", query, limit, page)

    def device(self, id: str) -> Device:
        """One device.

        >>> session.device("pc-17").group
        'Sales'
        """
        return self.devices(id=id).one()

    def assessments(self, device: str) -> Rows[Assessment]:
        """What was assessed on a device, by recommendation and source.

        >>> [found.weaknesses for found in session.assessments("pc-17")]
        [('CVE-2024-4671',)]
        """
        return listed(self, Assessment, "assessment", to_bytes(device, "device"))
