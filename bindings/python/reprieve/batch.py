# SPDX-License-Identifier: MIT
"""Batches: how facts come in. A batch is atomic: all of it becomes visible at once, or nothing.

An argument that is not given leaves the known value alone; None sets it back to its default.

>>> with session.batch(source="scanner") as facts:
...     facts.device("pc-19", group="Sales", value=reprieve.Value.HIGH)
...     facts.assess("pc-19", "va-_-google-_-chrome", ["CVE-2024-4671"])
>>> facts.result.changed
2
>>> session.recommendation("va-_-google-_-chrome").exposed_devices
3
"""
from __future__ import annotations

import ctypes
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, Iterable, Optional, Sequence, Tuple, Type, Union

from . import _abi, errors
from ._convert import UNSET, Unset, facts, fill, rows_of, to_bytes, to_texts
from ._core import Handle
from ._library import load
from .columns import NumbersOf, TextsOf, put
from .enums import AssessmentChange, Category, ConfigurationState, ControlKind, Exploit, Kind, Severity, Value
from .rows import BatchResult, Event, ExceptionRecord, Remediation, ScorePoint, Target

Text = Union[str, None, Unset]
Texts = Union[Iterable[str], None, Unset]
Flag = Union[bool, None, Unset]
Time = Union[datetime, None, Unset]


class Batch(Handle):
    """Facts being collected. Leaving its context commits it, unless an exception was raised."""

    def __init__(self, session: Handle, source: Optional[str], reported: Optional[datetime], lenient: bool,
                 restore: bool) -> None:
        options = fill(_abi.rpv_batch_options(), source=source, reported=reported, lenient=lenient, restore=restore)
        pointer = ctypes.POINTER(_abi.rpv_batch)()
        session._call(load().rpv_batch_begin, ctypes.byref(options), ctypes.byref(pointer))
        self._session = session
        #: what the last commit came to
        self.result: Optional[BatchResult] = None
        super().__init__(session._core, load().rpv_batch_free, pointer, session, session._lock)

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]] = None, *_: object) -> None:
        try:
            if kind is None and not self.closed:
                self.commit()
        finally:
            self.close()

    def _error(self, status: int) -> errors.ReprieveError:
        return self._session._error(status)

    def _collect(self, function: Any, *arguments: Any) -> None:
        """As _call(), for what calls nothing back."""
        self._core.check()
        with self._lock:
            self._core.finish(function(self._pointer(), *arguments), self._error)

    def commit(self) -> BatchResult:
        """Commits it. Afterwards it is empty and may be used again; after a failure it still holds its records."""
        result = fill(_abi.rpv_batch_result())
        self._call(load().rpv_batch_commit, ctypes.byref(result))
        self.result = BatchResult._read(result)
        return self.result

    def device(self, id: str, *, name: Text = UNSET, os: Text = UNSET, group: Text = UNSET, tags: Texts = UNSET,
               value: Union[Value, None, Unset] = UNSET, internet_facing: Flag = UNSET, active_alert: Flag = UNSET,
               excluded: Flag = UNSET, justification: Text = UNSET, last_seen: Optional[datetime] = None,
               first_seen: Optional[datetime] = None) -> None:
        """Adds a device; a new group comes into being with it."""
        record = facts(_abi.rpv_device_facts(), _abi.rpv_device_field, "RPV_DEVICE_", id=id, name=name, os=os, group=group,
                       tags=tags, value=value, internet_facing=internet_facing, active_alert=active_alert,
                       excluded=excluded, justification=justification, last_seen=last_seen, first_seen=first_seen)
        self._collect(load().rpv_batch_device, ctypes.byref(record))

    def remove_device(self, id: str) -> None:
        """Takes a device out, with its assessments."""
        self._collect(load().rpv_batch_device, ctypes.byref(fill(_abi.rpv_device_facts(), id=id, removed=True)))

    def weakness(self, id: str, *, title: Text = UNSET, severity: Union[Severity, None, Unset] = UNSET,
                 cvss: Texts = UNSET, epss: Union[float, None, Unset] = UNSET, epss_model: Text = UNSET,
                 exploit: Union[Exploit, None, Unset] = UNSET, known_exploited: Time = UNSET, ransomware: Flag = UNSET,
                 published: Time = UNSET, updated: Time = UNSET, zero_day: Flag = UNSET, fix_available: Flag = UNSET,
                 active_alert: Flag = UNSET, aliases: Texts = UNSET) -> None:
        """Adds a weakness; `epss` is a probability, `known_exploited` when it was listed as such."""
        if isinstance(epss, (int, float)) and epss < 0:  # which C takes for None
            raise ValueError("epss is not between 0 and 1")
        record = facts(_abi.rpv_weakness_facts(), _abi.rpv_weakness_field, "RPV_WEAKNESS_", id=id, title=title,
                       severity=severity, cvss=cvss, epss=-1.0 if epss is None else epss, epss_model=epss_model,
                       exploit=exploit, known_exploited=known_exploited, ransomware=ransomware, published=published,
                       updated=updated, zero_day=zero_day, fix_available=fix_available, active_alert=active_alert,
                       aliases=aliases)
        self._collect(load().rpv_batch_weakness, ctypes.byref(record))

    def recommendation(self, id: str, *, kind: Union[Kind, None, Unset] = UNSET,
                       category: Union[Category, None, Unset] = UNSET, subcategory: Text = UNSET, vendor: Text = UNSET,
                       product: Text = UNSET, recommended_version: Text = UNSET, recommended_vendor: Text = UNSET,
                       recommended_program: Text = UNSET, title: Text = UNSET, description: Text = UNSET,
                       steps: Text = UNSET, component: Text = UNSET, points: Union[int, None, Unset] = UNSET,
                       tags: Texts = UNSET, threats: Texts = UNSET) -> None:
        """Adds a recommendation; `points` is the weight of a configuration in the secure score, 1 to 10."""
        record = facts(_abi.rpv_recommendation_facts(), _abi.rpv_recommendation_field, "RPV_RECOMMENDATION_", id=id,
                       kind=kind, category=category, subcategory=subcategory, vendor=vendor, product=product,
                       recommended_version=recommended_version, recommended_vendor=recommended_vendor,
                       recommended_program=recommended_program, title=title, description=description, steps=steps,
                       component=component, points=points, tags=tags, threats=threats)
        self._collect(load().rpv_batch_recommendation, ctypes.byref(record))

    def remove_recommendation(self, id: str) -> None:
        """Takes a recommendation out, with its assessments; exceptions on it stay."""
        record = fill(_abi.rpv_recommendation_facts(), id=id, removed=True)
        self._collect(load().rpv_batch_recommendation, ctypes.byref(record))

    def group(self, name: str, *, previous_name: Optional[str] = None, description: Optional[str] = None,
              rank: int = 0) -> None:
        """Declares a device group, or renames one."""
        record = fill(_abi.rpv_group_facts(), name=name, previous_name=previous_name, description=description, rank=rank)
        self._collect(load().rpv_batch_group, ctypes.byref(record))

    def remove_group(self, name: str) -> None:
        """Takes the declaration back; a group stays present while a device names it."""
        self._collect(load().rpv_batch_group, ctypes.byref(fill(_abi.rpv_group_facts(), name=name, removed=True)))

    def weakness_set(self, recommendation: str, id: str, weaknesses: Iterable[str]) -> None:
        """Adds a named set of weaknesses, such as those of one installed version; replaces all of it."""
        record = fill(_abi.rpv_weakness_set_facts(), recommendation=recommendation, id=id, weaknesses=weaknesses)
        self._collect(load().rpv_batch_weakness_set, ctypes.byref(record))

    def remove_weakness_set(self, recommendation: str, id: str) -> None:
        """Takes a set out; refused while a device is on it."""
        record = fill(_abi.rpv_weakness_set_facts(), recommendation=recommendation, id=id, removed=True)
        self._collect(load().rpv_batch_weakness_set, ctypes.byref(record))

    def control(self, id: str, *, kind: Union[ControlKind, None, Unset] = UNSET, description: Text = UNSET,
                owner: Text = UNSET, evidence: Union[Sequence[Tuple[str, str]], None, Unset] = UNSET,
                reviewed: Time = UNSET, review_interval: Union[timedelta, None, Unset] = UNSET, retired: Flag = UNSET,
                added: Optional[datetime] = None) -> None:
        """Adds a compensating control, which mitigating exceptions may rest on."""
        record = facts(_abi.rpv_control_facts(), _abi.rpv_control_field, "RPV_CONTROL_", id=id, kind=kind,
                       description=description, owner=owner, evidence=evidence, reviewed=reviewed,
                       review_interval=review_interval, retired=retired, added=added)
        self._collect(load().rpv_batch_control, ctypes.byref(record))

    def remove_control(self, id: str) -> None:
        """Takes a control out, as if it were retired."""
        self._collect(load().rpv_batch_control, ctypes.byref(fill(_abi.rpv_control_facts(), id=id, removed=True)))

    def assess(self, device: str, recommendation: str, weaknesses: Iterable[str]) -> None:
        """Says which weaknesses a device has: none of them means installed and fixed."""
        array = to_texts(weaknesses, "weaknesses")
        self._collect(load().rpv_batch_assess, to_bytes(device, "device"), to_bytes(recommendation, "recommendation"), array,
                   len(array))

    def assessment(self, device: str, recommendation: str, *, state: ConfigurationState = ConfigurationState.NONE,
                   version: Optional[str] = None, weaknesses: Iterable[str] = (), set: Optional[str] = None,
                   user_impact: Optional[bool] = None, change: AssessmentChange = AssessmentChange.REPLACE,
                   first_seen: Optional[datetime] = None, last_seen: Optional[datetime] = None) -> None:
        """Says what a source found; `state` for configurations, `weaknesses` or the name of a `set` for software."""
        record = fill(_abi.rpv_assessment_facts(), device=device, recommendation=recommendation, state=state,
                      version=version, weaknesses=weaknesses, set=set, user_impact=user_impact, change=change,
                      first_seen=first_seen, last_seen=last_seen)
        self._collect(load().rpv_batch_assessment, ctypes.byref(record))

    def assess_all(self, found: Iterable[Tuple[str, str, Iterable[str]]]) -> int:
        """Calls assess() with each of (device, recommendation, weaknesses); tells how many there were."""
        count = 0
        for device, recommendation, weaknesses in found:
            self.assess(device, recommendation, weaknesses)
            count += 1
        return count

    def assess_columns(self, devices: TextsOf, recommendations: TextsOf, weaknesses: Any = None, *,
                       weakness_offsets: NumbersOf = None, versions: TextsOf = None, sets: TextsOf = None,
                       states: NumbersOf = None, user_impacts: NumbersOf = None, changes: NumbersOf = None,
                       first_seen: NumbersOf = None, last_seen: NumbersOf = None) -> int:
        """Adds many assessments at once, each column with a value for each row: all of them or none. Tells how many.

        `weaknesses` are a list of ids for each row, or one id or None for each row, or with `weakness_offsets` the ids of
        all rows one behind the other. Buffers of integers as wide as in C are not copied: 4 or 8 bytes for offsets, 1 for
        states, impacts and changes, 8 for times in milliseconds. See TextColumn for texts that lie in memory already."""
        columns = fill(_abi.rpv_assessment_columns())
        with ExitStack() as stack:
            count = put(stack, columns, devices, recommendations, weaknesses, weakness_offsets=weakness_offsets,
                        versions=versions, sets=sets, states=states, user_impacts=user_impacts, changes=changes,
                        first_seen=first_seen, last_seen=last_seen)
            self._collect(load().rpv_batch_assessments, ctypes.byref(columns))
        return count

    def restore_exception(self, exception: ExceptionRecord) -> None:
        """Puts an exception back as it was, after what it renews."""
        self._collect(load().rpv_batch_restore_exception, ctypes.byref(fill(_abi.rpv_exception(), **vars(exception))))

    def restore_remediation(self, activity: Remediation, targets: Iterable[Target]) -> None:
        """Puts a remediation activity back, with its targets."""
        array = rows_of(_abi.rpv_target, list(targets))
        record = fill(_abi.rpv_remediation(), **vars(activity))
        self._collect(load().rpv_batch_restore_remediation, ctypes.byref(record), array,
                   len(array))

    def restore_event(self, event: Event) -> None:
        """Puts an event back."""
        self._collect(load().rpv_batch_restore_event, ctypes.byref(fill(_abi.rpv_event(), **vars(event))))

    def restore_score(self, point: ScorePoint) -> None:
        """Puts a recorded score back."""
        score = fill(_abi.rpv_score(), **vars(point.score))
        row = fill(_abi.rpv_score_point(), engine=point.engine, group=point.group, digest=point.digest)
        row.score = ctypes.pointer(score)
        self._collect(load().rpv_batch_restore_score, ctypes.byref(row))

    def full_report(self, device: str) -> None:
        """Says that this batch holds all that its source has to say of a device: what it said before and not now is gone."""
        self._collect(load().rpv_batch_full_report, to_bytes(device, "device"))

    def __repr__(self) -> str:
        return f"<Batch, {'closed' if self.closed else 'open'}>"


class Batches(Handle):
    """How a session reports facts."""

    def batch(self, *, source: Optional[str] = None, reported: Optional[datetime] = None, lenient: bool = False,
              restore: bool = False) -> Batch:
        """Begins a batch: who reports (None: `default`), of what time (None: now); `lenient` creates unknown things bare
        instead of refusing references to them; `restore` puts a backup back, see begin_restore()."""
        return Batch(self, source, reported, lenient, restore)
