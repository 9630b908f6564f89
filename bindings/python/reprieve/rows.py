# SPDX-License-Identifier: MIT
"""What the library answers with. Written by generate_abi.py: do not edit."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, FrozenSet, Optional, Tuple

from ._convert import Row, duration, flag, instant, maybe, pairs, text, texts
from .enums import (BudgetBy, Category, ConfigurationState, ControlKind, EventType, ExceptionStatus, Exploit,
                    Extent, Format, Impact, Justification, Kind, Level, Permission, Priority, RemediationKind,
                    RemediationStatus, Rule, Scope, Severity, Standing, State, TicketStatus, Trigger, Value,
                    Watch)


@dataclass(frozen=True, repr=False)
class Assessment(Row):
    """One source's word on one device and one recommendation."""

    #: host's id
    device: str
    #: id
    recommendation: str
    #: who said so
    source: str
    #: installed version, or None
    version: Optional[str]
    #: name of the weakness set, or None
    set: Optional[str]
    #: ids, in byte order; those of the set when it names one
    weaknesses: Tuple[str, ...]
    #: an instant in UTC
    first_seen: Optional[datetime]
    #: an instant in UTC
    last_seen: Optional[datetime]
    #: newest report of the source for the device
    reported: Optional[datetime]
    #: ConfigurationState.NONE when about weaknesses
    state: ConfigurationState
    #: True: the change would affect users
    user_impact: bool
    #: True: last seen is whatever the device's is
    follows_device: bool

    @classmethod
    def _read(cls, c: Any) -> Assessment:
        return cls(
            text(c.device),
            text(c.recommendation),
            text(c.source),
            maybe(c.version),
            maybe(c.set),
            texts(c.weaknesses, c.weakness_count),
            instant(c.first_seen_ms),
            instant(c.last_seen_ms),
            instant(c.reported_ms),
            ConfigurationState(c.state),
            bool(c.user_impact),
            bool(c.follows_device),
        )


@dataclass(frozen=True, repr=False)
class Baseline(Row):
    """What a decision rests on, apart from the `filed_` figures of its row: frozen at filing over the findings of its
    target inside its scope, and what later values are held against.
    """

    #: exposed devices of high value
    high_value: int
    #: exposed devices that face the internet
    internet_facing: int
    #: devices in scope, exposed or not, of low, normal, high value: they weigh exposure
    scope_devices: Tuple[int, ...]
    #: highest EPSS probability, below 0: unknown
    epss: float
    #: id of the weakness that had it, or None
    epss_weakness: Optional[str]
    #: highest severity, 0: nothing was exposed
    severity: Severity
    #: highest exploit level, 0: nothing was exposed
    exploit: Exploit
    #: True: one was known to be exploited
    known_exploited: bool
    #: True: there was a fix for one
    fix_available: bool
    #: True: the recommendation was tagged `EOS software` or `EOS versions`
    end_of_support: bool
    #: have warned and not re-armed
    warned: FrozenSet[Trigger]
    #: standalone exposure that later ones are held against: the one at filing, moved by new EPSS models since
    base_exposure: float
    #: the same of the EPSS mark; below 0: unknown, counts as 0
    base_epss: float
    #: the same of EPSS doubling: the first known value; below 0: none yet
    base_doubling: float

    @classmethod
    def _read(cls, c: Any) -> Baseline:
        return cls(
            c.high_value,
            c.internet_facing,
            tuple(c.scope_devices),
            c.epss,
            maybe(c.epss_weakness),
            Severity(c.severity),
            Exploit(c.exploit),
            bool(c.known_exploited),
            bool(c.fix_available),
            bool(c.end_of_support),
            frozenset(x for x in Trigger if c.warned >> x.value & 1),
            c.base_exposure,
            c.base_epss,
            c.base_doubling,
        )


@dataclass(frozen=True, repr=False)
class BatchResult(Row):
    """What a commit came to."""

    #: the store's revision after it
    revision: int
    #: records in the batch
    records: int
    #: devices, weaknesses, recommendations, groups, sets, controls and assessments that changed or are new; last
    #: seen does not count
    changed: int
    #: assessments left out because the source said something newer
    stale: int
    #: times that lay in the future and were taken as the store's time
    clipped: int
    #: things created bare (lenient)
    created: int
    #: events written
    events: int

    @classmethod
    def _read(cls, c: Any) -> BatchResult:
        return cls(
            c.revision,
            c.records,
            c.changed,
            c.stale,
            c.clipped,
            c.created,
            c.events,
        )


@dataclass(frozen=True, repr=False)
class Budget(Row):
    """Accepted exposure."""

    #: of what, see BudgetBy
    value: str
    #: in points; above 512 rounded to the nearest double
    accepted: float
    #: what it may come to, in points; below 0: any
    limit: float
    #: how many exceptions it is made of
    exceptions: int
    #: by what it is summed
    by: BudgetBy

    @classmethod
    def _read(cls, c: Any) -> Budget:
        return cls(
            text(c.value),
            c.accepted,
            c.limit,
            c.exceptions,
            BudgetBy(c.by),
        )


@dataclass(frozen=True, repr=False)
class Contribution(Row):
    """What one device, recommendation or weakness contributes, in points."""

    #: of the device, recommendation or weakness
    id: str
    #: of the exposure score
    exposure_official: float
    #: the same before exceptions
    exposure_no_impact: float
    #: the same after all exceptions in effect
    exposure_mitigation_like: float
    #: what the secure score would gain; 0 but for a recommendation
    secure_official: float
    #: the same before exceptions
    secure_no_impact: float
    #: the same after all exceptions in effect
    secure_mitigation_like: float

    @classmethod
    def _read(cls, c: Any) -> Contribution:
        return cls(
            text(c.id),
            c.exposure_official,
            c.exposure_no_impact,
            c.exposure_mitigation_like,
            c.secure_official,
            c.secure_no_impact,
            c.secure_mitigation_like,
        )


@dataclass(frozen=True, repr=False)
class Control(Row):
    """A compensating control."""

    #: the host's id
    id: str
    #: what it does, or None
    description: Optional[str]
    #: who answers for it, or None
    owner: Optional[str]
    #: URI and digest in turn
    evidence: Tuple[Tuple[str, str], ...]
    #: when it was added
    added: Optional[datetime]
    #: when it was last reviewed, None: never
    reviewed: Optional[datetime]
    #: how long a review holds, 0: for ever
    review_interval: timedelta
    #: from this instant on it is stale, None: never, or it is retired
    stale_at: Optional[datetime]
    #: exceptions that rest on it and have not ended, as far as the session sees them
    exceptions: int
    #: never ControlKind.UNCHANGED
    kind: ControlKind
    #: True: its review is overdue at the list's time
    stale: bool
    #: True: no longer in place
    retired: bool

    @classmethod
    def _read(cls, c: Any) -> Control:
        return cls(
            text(c.id),
            maybe(c.description),
            maybe(c.owner),
            pairs(c.evidence, c.evidence_count),
            instant(c.added_ms),
            instant(c.reviewed_ms),
            duration(c.review_interval_ms),
            instant(c.stale_ms),
            c.exceptions,
            ControlKind(c.kind),
            bool(c.stale),
            bool(c.retired),
        )


@dataclass(frozen=True, repr=False)
class Cvss(Row):
    """Scores of a CVSS vector."""

    #: 0.0 to 10.0, one decimal
    base: float
    #: with the temporal or threat, and environmental metrics that the vector has
    overall: float
    #: 20, 30, 31 or 40
    version: int
    #: of the base score: of version 2.0 by the NVD's scale, where 0.0 is low; of later ones Severity.UNKNOWN for
    #: 0.0
    severity: Severity

    @classmethod
    def _read(cls, c: Any) -> Cvss:
        return cls(
            c.base,
            c.overall,
            c.version,
            Severity(c.severity),
        )


@dataclass(frozen=True, repr=False)
class Device(Row):
    """A device."""

    #: host's id
    id: str
    #: or None
    name: Optional[str]
    #: or None
    os: Optional[str]
    #: `UnassignedGroup` for the default group
    group: str
    #: of the exclusion, or None
    justification: Optional[str]
    #: its tags
    tags: Tuple[str, ...]
    #: with a recommendation: the installed version, or None
    version: Optional[str]
    #: an instant in UTC
    first_seen: Optional[datetime]
    #: an instant in UTC
    last_seen: Optional[datetime]
    #: 0 to 100, official: exceptions that count as mitigation taken off
    exposure: float
    #: 0 to 100, without any exception
    exposure_no_impact: float
    #: 0 to 100, with every exception in effect taken off
    exposure_mitigation_like: float
    #: value to the organisation
    value: Value
    #: True: yes
    internet_facing: bool
    #: True: yes
    active_alert: bool
    #: True: counts nowhere
    excluded: bool
    #: True: seen within the policy `inactive_after` and not excluded
    active: bool
    #: with a recommendation: True when an exception in effect hides it here
    covered: bool
    #: with a configuration: its state
    state: ConfigurationState
    #: with a configuration: True when the change would affect users
    user_impact: bool

    @classmethod
    def _read(cls, c: Any) -> Device:
        return cls(
            text(c.id),
            maybe(c.name),
            maybe(c.os),
            text(c.group),
            maybe(c.justification),
            texts(c.tags, c.tag_count),
            maybe(c.version),
            instant(c.first_seen_ms),
            instant(c.last_seen_ms),
            c.exposure,
            c.exposure_no_impact,
            c.exposure_mitigation_like,
            Value(c.value),
            bool(c.internet_facing),
            bool(c.active_alert),
            bool(c.excluded),
            bool(c.active),
            bool(c.covered),
            ConfigurationState(c.state),
            bool(c.user_impact),
        )


@dataclass(frozen=True, repr=False)
class GroupCount(Row):
    """Devices of one device group that an event concerns."""

    #: name
    group: str
    #: how many
    count: int

    @classmethod
    def _read(cls, c: Any) -> GroupCount:
        return cls(
            text(c.group),
            c.count,
        )


@dataclass(frozen=True, repr=False)
class Event(Row):
    """An event. Members that do not apply are None or 0."""

    #: its number: grows by one with each event
    sequence: int
    #: when it took effect; never falls along the sequence
    time: Optional[datetime]
    #: when it was written
    commit: Optional[datetime]
    #: who did it
    actor: Optional[str]
    #: id
    recommendation: Optional[str]
    #: id
    weakness: Optional[str]
    #: id
    device: Optional[str]
    #: name of a device group
    group: Optional[str]
    #: id
    exception: Optional[str]
    #: id
    remediation: Optional[str]
    #: what was
    before: Optional[str]
    #: what is
    after: Optional[str]
    #: why, in words
    reason: Optional[str]
    #: how many, see the type
    count: int
    #: device groups it concerns, as far as visible
    groups: Tuple[GroupCount, ...]
    #: what it says
    type: EventType
    #: word of the Trigger by which an exception resurfaced or warned
    trigger: Optional[str]
    #: what `after` had to reach for that; `before` is the value frozen at filing. All three are None when not all
    #: that they count is visible
    threshold: Optional[str]
    #: id of a compensating control
    control: Optional[str]
    #: name of a policy, see rpv_policy_list()
    policy: Optional[str]

    @classmethod
    def _read(cls, c: Any) -> Event:
        return cls(
            c.sequence,
            instant(c.time_ms),
            instant(c.commit_ms),
            maybe(c.actor),
            maybe(c.recommendation),
            maybe(c.weakness),
            maybe(c.device),
            maybe(c.group),
            maybe(c.exception),
            maybe(c.remediation),
            maybe(c.before),
            maybe(c.after),
            maybe(c.reason),
            c.count,
            tuple(GroupCount._read(c.groups[i]) for i in range(c.group_count)),
            EventType(c.type),
            maybe(c.trigger),
            maybe(c.threshold),
            maybe(c.control),
            maybe(c.policy),
        )


@dataclass(frozen=True, repr=False)
class Worth(Row):
    """What an exception takes off, or adds to, the scores now: score after canceling it (what it suspends returns)
    less the score now. 0 unless in effect. Worths of several do not add up.
    """

    #: points of exposure, official view
    exposure: float
    #: points of exposure, best case
    exposure_mitigation_like: float
    #: points of secure score gained by it, official view
    secure: float
    #: points of secure score gained by it, best case
    secure_mitigation_like: float

    @classmethod
    def _read(cls, c: Any) -> Worth:
        return cls(
            c.exposure,
            c.exposure_mitigation_like,
            c.secure,
            c.secure_mitigation_like,
        )


@dataclass(frozen=True, repr=False)
class Firing(Row):
    """A trigger that fired for an exception. The three values are in the unit of the trigger: exposure in points,
    severity and exploit as Severity and Exploit, EPSS as probabilities, devices and alerts as counts, a stale
    control as milliseconds since 1970 (its last review, when it fired, when the review was due), all others as 0 or
    1.
    """

    #: what fired
    trigger: Trigger
    #: True: the exception became void by it; False: it warned
    voided: bool
    #: when
    time: Optional[datetime]
    #: id of the weakness that it came from, or None
    weakness: Optional[str]
    #: value frozen at filing; of one weakness that rose, its value before
    frozen: float
    #: value that fired
    now: float
    #: what `now` had to reach
    threshold: float
    #: id of the control that was retired or is stale, or None
    control: Optional[str]

    @classmethod
    def _read(cls, c: Any) -> Firing:
        return cls(
            Trigger(c.trigger),
            bool(c.voided),
            instant(c.time_ms),
            maybe(c.weakness),
            c.frozen,
            c.now,
            c.threshold,
            maybe(c.control),
        )


@dataclass(frozen=True, repr=False)
class ExceptionRecord(Row):
    """An exception, as the session sees it: of a wider one the visible device groups or devices."""

    #: such as `E-17`
    id: str
    #: id, None: the weakness everywhere
    recommendation: Optional[str]
    #: id, None: the whole recommendation
    weakness: Optional[str]
    #: why, in words
    context: str
    #: who filed it
    requester: str
    #: who approved it, or None
    approver: Optional[str]
    #: why it ended or is suspended, or None
    status_reason: Optional[str]
    #: id of an external ticket, or None
    ticket: Optional[str]
    #: id of the one it renews: said so, or filed within the policy's renewal window after it ended; or None
    predecessor: Optional[str]
    #: id of the one that superseded it, or None
    successor: Optional[str]
    #: device groups it covers, by name
    groups: Tuple[str, ...]
    #: device groups taken out of it
    canceled_groups: Tuple[str, ...]
    #: devices it covers, by id
    devices: Tuple[str, ...]
    #: URI and digest in turn
    evidence: Tuple[Tuple[str, str], ...]
    #: when it was filed
    filed: Optional[datetime]
    #: first millisecond in effect
    start: Optional[datetime]
    #: first millisecond no longer in effect, as agreed
    end: Optional[datetime]
    #: when it really ended, None while it has not
    ended: Optional[datetime]
    #: what it is worth now; all 0 unless asked for
    worth: Worth
    #: exposed devices in scope at filing; 0 when not all are visible. Known and not excluded ones, active or not.
    #: Taking device groups or devices out works these figures out anew for the rest
    filed_devices: int
    #: device groups in scope at filing
    filed_groups: int
    #: distinct weaknesses there at filing
    filed_weaknesses: int
    #: standalone exposure there at filing, over its scope
    filed_exposure: float
    #: why
    justification: Justification
    #: how it counts, never Impact.DEFAULT
    impact: Impact
    #: global, groups or devices
    scope: Scope
    #: at the list's time
    status: ExceptionStatus
    #: True: filed for all groups present then
    all_groups: bool
    #: True: in effect, but wider or other ones decide everything it covers
    shadowed: bool
    #: what it rests on; all 0 when not all of its scope is visible
    baseline: Baseline
    #: triggers that fired, the newest of each, in the order of Trigger; without weakness and values when not all
    #: of its scope is visible
    firings: Tuple[Firing, ...]
    #: how many renewals there are from the first of its chain up to this one; what the session may not see is left
    #: out
    renewals: int
    #: time in exception of the chain up to this one, each from its start until it ended or ends
    total: timedelta
    #: ids of the compensating controls it rests on, in byte order
    controls: Tuple[str, ...]
    #: while it has not ended: from this instant on one of them is stale, and by policy it is void or warns; None:
    #: never
    stale: Optional[datetime]
    #: waits for a second person until this instant, or did, unanswered; None: else
    approve_by: Optional[datetime]
    #: when a second person approved it, None: nobody did
    approved: Optional[datetime]
    #: True: pending, and takes over what it conflicts with once approved
    supersede: bool
    #: bits 1 << Watch: stale, grown; 0 when not all of its scope is visible
    watch: FrozenSet[Watch]
    #: bits 1 << Watch: lists that it was told once to have come onto
    watch_told: FrozenSet[Watch]

    @classmethod
    def _read(cls, c: Any) -> ExceptionRecord:
        return cls(
            text(c.id),
            maybe(c.recommendation),
            maybe(c.weakness),
            text(c.context),
            text(c.requester),
            maybe(c.approver),
            maybe(c.status_reason),
            maybe(c.ticket),
            maybe(c.predecessor),
            maybe(c.successor),
            texts(c.groups, c.group_count),
            texts(c.canceled_groups, c.canceled_group_count),
            texts(c.devices, c.device_count),
            pairs(c.evidence, c.evidence_count),
            instant(c.filed_ms),
            instant(c.start_ms),
            instant(c.end_ms),
            instant(c.ended_ms),
            Worth._read(c.worth),
            c.filed_devices,
            c.filed_groups,
            c.filed_weaknesses,
            c.filed_exposure,
            Justification(c.justification),
            Impact(c.impact),
            Scope(c.scope),
            ExceptionStatus(c.status),
            bool(c.all_groups),
            bool(c.shadowed),
            Baseline._read(c.baseline),
            tuple(Firing._read(c.firings[i]) for i in range(c.firing_count)),
            c.renewals,
            duration(c.total_ms),
            texts(c.controls, c.control_count),
            instant(c.stale_ms),
            instant(c.approve_by_ms),
            instant(c.approved_ms),
            bool(c.supersede),
            frozenset(x for x in Watch if c.watch >> x.value & 1),
            frozenset(x for x in Watch if c.watch_told >> x.value & 1),
        )


@dataclass(frozen=True, repr=False)
class ExplainedException(Row):
    """One exception that covers the device and what was asked about, or did."""

    #: such as `E-17`
    id: str
    #: its subject: id, None: the weakness everywhere
    recommendation: Optional[str]
    #: its subject: id, None: the whole recommendation
    weakness: Optional[str]
    #: id of the one that suspends, shadows or took it over, or None
    by: Optional[str]
    #: where it stands and why, for people
    reason: str
    #: since when, or from when on; see Standing, else 0
    at: Optional[datetime]
    #: where it stands
    standing: Standing
    #: its status
    status: ExceptionStatus
    #: global, groups or devices
    scope: Scope

    @classmethod
    def _read(cls, c: Any) -> ExplainedException:
        return cls(
            text(c.id),
            maybe(c.recommendation),
            maybe(c.weakness),
            maybe(c.by),
            text(c.reason),
            instant(c.at_ms),
            Standing(c.standing),
            ExceptionStatus(c.status),
            Scope(c.scope),
        )


@dataclass(frozen=True, repr=False)
class ExplainedFinding(Row):
    """One finding of the device."""

    #: id, None: the configuration
    weakness: Optional[str]
    #: id of the exception that decides, None: it is visible
    decided_by: Optional[str]
    #: by which rule
    rule: Rule
    #: True: no exception hides it
    visible: bool
    #: True: it counts in the official scores: an exception that hides it may let it
    in_official: bool

    @classmethod
    def _read(cls, c: Any) -> ExplainedFinding:
        return cls(
            maybe(c.weakness),
            maybe(c.decided_by),
            Rule(c.rule),
            bool(c.visible),
            bool(c.in_official),
        )


@dataclass(frozen=True, repr=False)
class Explanation(Row):
    """An explanation in one struct, which lives as long as its Explanation."""

    #: id
    device: str
    #: the device group that the device is in now: what group scopes go by
    group: str
    #: id
    recommendation: str
    #: id, None: the recommendation as a whole
    weakness: Optional[str]
    #: id of the exception that decides, None: it is visible
    decided_by: Optional[str]
    #: the rule applied, for people
    message: str
    #: ids of those that hide it too, through other subjects
    also: Tuple[str, ...]
    #: ids of those in effect or suspended that a wider one on their subject overrules
    overruled: Tuple[str, ...]
    #: all of these and those that do not count: the decider first, then the others by standing; of one standing
    #: that ended the latest first
    exceptions: Tuple[ExplainedException, ...]
    #: ended ones beyond the latest 16, which are left out
    ended_left_out: int
    #: what the device has of what was asked about, weaknesses by id
    findings: Tuple[ExplainedFinding, ...]
    #: the time it speaks of
    time: Optional[datetime]
    #: the next instant at which the clock alone may change it, None: never
    valid_until: Optional[datetime]
    #: the rule that decided
    rule: Rule
    #: True: visible, False: hidden
    visible: bool
    #: True: it counts in the scores without exceptions: always, when it counts at all
    in_no_impact: bool
    #: True: it counts in the official scores; as a whole: any of its findings does
    in_official: bool
    #: True: it counts in the best case, which leaves out all that is hidden
    in_mitigation_like: bool
    #: True: the device counts in scores now; False: it is silent or excluded
    active: bool
    #: True: the device is excluded
    excluded: bool

    @classmethod
    def _read(cls, c: Any) -> Explanation:
        return cls(
            text(c.device),
            text(c.group),
            text(c.recommendation),
            maybe(c.weakness),
            maybe(c.decided_by),
            text(c.message),
            texts(c.also, c.also_count),
            texts(c.overruled, c.overruled_count),
            tuple(ExplainedException._read(c.exceptions[i]) for i in range(c.exception_count)),
            c.ended_left_out,
            tuple(ExplainedFinding._read(c.findings[i]) for i in range(c.finding_count)),
            instant(c.time_ms),
            instant(c.valid_until_ms),
            Rule(c.rule),
            bool(c.visible),
            bool(c.in_no_impact),
            bool(c.in_official),
            bool(c.in_mitigation_like),
            bool(c.active),
            bool(c.excluded),
        )


@dataclass(frozen=True, repr=False)
class ExportResult(Row):
    """What a backup holds."""

    #: lines written
    lines: int
    #: bytes written
    bytes: int
    #: the store's revision that it shows
    revision: int

    @classmethod
    def _read(cls, c: Any) -> ExportResult:
        return cls(
            c.lines,
            c.bytes,
            c.revision,
        )


@dataclass(frozen=True, repr=False)
class Figure(Row):
    """A figure that a decision rests on: as it was frozen, and as it is now."""

    #: `exposed_devices`, `high_value_devices`, `internet_facing_devices`, `weaknesses`, `exposure` (standalone, in
    #: points), `severity` (Severity), `exploit` (Exploit), `epss` (below 0: unknown), and, 0 or 1,
    #: `known_exploited`, `fix_available`, `end_of_support`
    figure: str
    #: when it was frozen
    then: float
    #: now
    now: float

    @classmethod
    def _read(cls, c: Any) -> Figure:
        return cls(
            text(c.figure),
            c.then,
            c.now,
        )


@dataclass(frozen=True, repr=False)
class SecureScore(Row):
    """Secure score in one view."""

    #: points reached
    points: float
    #: points there are
    max_points: float
    #: 0 to 100, negative when there is no data
    percent: float

    @classmethod
    def _read(cls, c: Any) -> SecureScore:
        return cls(
            c.points,
            c.max_points,
            c.percent,
        )


@dataclass(frozen=True, repr=False)
class Score(Row):
    """Both scores in three views."""

    #: the store's time they speak of
    time: Optional[datetime]
    #: the store's revision they speak of
    revision: int
    #: when the clock alone changes them next: an exception starts or ends, a device falls silent; None: never
    valid_until: Optional[datetime]
    #: devices that count
    devices: int
    #: 0 to 100, lower is better
    exposure_official: float
    #: 0 to 100
    exposure_no_impact: float
    #: 0 to 100
    exposure_mitigation_like: float
    #: higher is better
    secure_official: SecureScore
    #: higher is better
    secure_no_impact: SecureScore
    #: higher is better
    secure_mitigation_like: SecureScore
    #: of the official exposure score
    level: Level

    @classmethod
    def _read(cls, c: Any) -> Score:
        return cls(
            instant(c.time_ms),
            c.revision,
            instant(c.valid_until_ms),
            c.devices,
            c.exposure_official,
            c.exposure_no_impact,
            c.exposure_mitigation_like,
            SecureScore._read(c.secure_official),
            SecureScore._read(c.secure_no_impact),
            SecureScore._read(c.secure_mitigation_like),
            Level(c.level),
        )


@dataclass(frozen=True, repr=False)
class Filing(Row):
    """What a filing did, or would do, in one struct that lives as long as its Filing."""

    #: the exception, with its worth; in a preview its id is None
    exception: ExceptionRecord
    #: confirmation for people: begins with the scope and its size, and prints the end as an instant
    message: str
    #: ids of visible exceptions it conflicts with (preview only)
    conflicts: Tuple[str, ...]
    #: conflicts with exceptions that the session may not see
    unseen_conflicts: int
    #: other rules that would refuse it (preview only)
    refusals: Tuple[str, ...]
    #: ids of exceptions that it suspends while in effect
    suspends: Tuple[str, ...]
    #: ids of exceptions that it takes over, wholly or in part
    supersedes: Tuple[str, ...]
    #: all present groups: those that have one already, left out
    skipped_groups: Tuple[str, ...]
    #: active exposed devices in its scope
    hidden_devices: int
    #: findings that it hides and no other exception hides
    hidden_findings: int
    #: scores before it
    before: Score
    #: scores with it, as if it were in effect now
    after: Score
    #: True: the official exposure score gets worse by it
    worse: bool
    #: what was frozen, and is now: of approvals at filing, of renewals for the first of the chain; else none
    figures: Tuple[Figure, ...]
    #: ids of the hidden devices, in byte order; of more than RPV_HIDDEN_IDS_MAX those that became known first
    #: (preview only)
    hidden_device_ids: Tuple[str, ...]
    #: ids of the weaknesses of the hidden findings, likewise (preview only)
    hidden_weaknesses: Tuple[str, ...]

    @classmethod
    def _read(cls, c: Any) -> Filing:
        return cls(
            ExceptionRecord._read(c.exception.contents),
            text(c.message),
            texts(c.conflicts, c.conflict_count),
            c.unseen_conflicts,
            texts(c.refusals, c.refusal_count),
            texts(c.suspends, c.suspend_count),
            texts(c.supersedes, c.supersede_count),
            texts(c.skipped_groups, c.skipped_group_count),
            c.hidden_devices,
            c.hidden_findings,
            Score._read(c.before),
            Score._read(c.after),
            bool(c.worse),
            tuple(Figure._read(c.figures[i]) for i in range(c.figure_count)),
            texts(c.hidden_device_ids, c.hidden_device_id_count),
            texts(c.hidden_weaknesses, c.hidden_weakness_count),
        )


@dataclass(frozen=True, repr=False)
class Group(Row):
    """A present device group: declared, or named by a device."""

    #: `UnassignedGroup` for the default group
    name: str
    #: or None
    description: Optional[str]
    #: 1 is the highest, 0 without rank
    rank: int
    #: True: a group record named it
    declared: bool
    #: known devices, active or not, excluded or not
    devices: int
    #: those that count in scores now
    active_devices: int

    @classmethod
    def _read(cls, c: Any) -> Group:
        return cls(
            text(c.name),
            maybe(c.description),
            c.rank,
            bool(c.declared),
            c.devices,
            c.active_devices,
        )


@dataclass(frozen=True, repr=False)
class ImportProgress(Row):
    """How far an import has got."""

    #: bytes of the input read so far, in all passes
    bytes: int
    #: bytes that all passes will read, as far as known now
    bytes_total: int
    #: records read so far in this pass
    records: int
    #: commits so far
    batches: int
    #: False: the input is being checked, True: it is being written
    writing: bool

    @classmethod
    def _read(cls, c: Any) -> ImportProgress:
        return cls(
            c.bytes,
            c.bytes_total,
            c.records,
            c.batches,
            bool(c.writing),
        )


@dataclass(frozen=True, repr=False)
class ImportResult(Row):
    """What an import came to. Counts are of distinct things in the input unless said otherwise."""

    #: records read, used or not
    records: int
    #: of those, records that say again what another one says
    duplicates: int
    #: of those, records not used: bad ones (lenient), and remediation tasks that cannot be requested here
    skipped: int
    #: device groups declared, or named by devices
    groups: int
    #: devices
    devices: int
    #: weaknesses; of lists by device those named by it
    weaknesses: int
    #: recommendations
    recommendations: int
    #: device and recommendation
    assessments: int
    #: records of software without known weakness (`cveId` null)
    unaffected: int
    #: remediation activities requested, or restored
    remediations: int
    #: exceptions restored
    exceptions: int
    #: events restored
    events: int
    #: CVSS vectors that are none, left out
    vectors_skipped: int
    #: commits
    batches: int
    #: things that changed or are new, see BatchResult
    changed: int
    #: assessments left out because the source said something newer
    stale: int
    #: times that lay in the future and were taken as the store's time
    clipped: int
    #: what the input is
    format: Format
    #: whether it was taken as whole or as a part
    extent: Extent
    #: True: it was a backup
    restored: bool
    #: compensating controls
    controls: int
    #: recorded scores restored
    scores: int

    @classmethod
    def _read(cls, c: Any) -> ImportResult:
        return cls(
            c.records,
            c.duplicates,
            c.skipped,
            c.groups,
            c.devices,
            c.weaknesses,
            c.recommendations,
            c.assessments,
            c.unaffected,
            c.remediations,
            c.exceptions,
            c.events,
            c.vectors_skipped,
            c.batches,
            c.changed,
            c.stale,
            c.clipped,
            Format(c.format),
            Extent(c.extent),
            bool(c.restored),
            c.controls,
            c.scores,
        )


@dataclass(frozen=True, repr=False)
class JournalProof(Row):
    """What rpv_journal_verify() went through."""

    #: up to this commit
    revision: int
    #: its last event, or of those before it
    sequence: int
    #: how many were read; with `from_anchor` only those after it
    commits: int
    #: how many were read
    events: int
    #: revision of the first commit with a link of its own: damage before it is noticed, but cannot be placed any
    #: closer
    first_linked: int

    @classmethod
    def _read(cls, c: Any) -> JournalProof:
        return cls(
            c.revision,
            c.sequence,
            c.commits,
            c.events,
            c.first_linked,
        )


@dataclass(frozen=True, repr=False)
class PartialImpact(Row):
    """One recommendation in a partial: what carrying it out would gain in all its devices. Figures mean what they mean
    in Recommendation.
    """

    #: its id
    recommendation: str
    #: devices it was assessed for
    assessed_devices: int
    #: before exceptions
    exposed_devices: int
    #: after exceptions, officially
    exposed_devices_after: int
    #: after all exceptions in effect
    exposed_devices_best: int
    #: points of the exposure score, before exceptions
    exposure_impact: float
    #: after exceptions, officially
    exposure_impact_after: float
    #: after all exceptions in effect
    exposure_impact_best: float
    #: the score if its findings were the only ones, no exception applied
    standalone_exposure: float
    #: points of the secure score, before exceptions
    secure_impact: float
    #: after exceptions, officially
    secure_impact_after: float
    #: after all exceptions in effect
    secure_impact_best: float

    @classmethod
    def _read(cls, c: Any) -> PartialImpact:
        return cls(
            text(c.recommendation),
            c.assessed_devices,
            c.exposed_devices,
            c.exposed_devices_after,
            c.exposed_devices_best,
            c.exposure_impact,
            c.exposure_impact_after,
            c.exposure_impact_best,
            c.standalone_exposure,
            c.secure_impact,
            c.secure_impact_after,
            c.secure_impact_best,
        )


@dataclass(frozen=True, repr=False)
class PartialInfo(Row):
    """What a partial speaks of."""

    #: devices that count
    devices: int
    #: that its devices were assessed for
    recommendations: int
    #: the earliest time that a part of it speaks of
    oldest: Optional[datetime]
    #: the latest one; the same in all parts if they are to be the bits of one engine
    newest: Optional[datetime]
    #: policy `inactive_after` of its stores
    inactive_after: timedelta
    #: the device group it was asked for, None: all that the sessions see
    group: Optional[str]
    #: name and version of the exposure model, such as `rpv-exposure-1`
    model: str

    @classmethod
    def _read(cls, c: Any) -> PartialInfo:
        return cls(
            c.devices,
            c.recommendations,
            instant(c.oldest_ms),
            instant(c.newest_ms),
            duration(c.inactive_after_ms),
            maybe(c.group),
            text(c.model),
        )


@dataclass(frozen=True, repr=False)
class PlanStep(Row):
    """A step of a plan."""

    #: id of what is carried out on all devices that count
    recommendation: str
    #: or None
    title: Optional[str]
    #: of this step
    cost: int
    #: of the steps up to this one
    total_cost: int
    #: points that the exposure score falls by with this step, in the view of the plan
    gain: float
    #: exposure score after it, in the view of the plan
    exposure: float
    #: no choice that costs as much as the steps so far brings the exposure score below this
    bound: float
    #: exposure score after it
    exposure_official: float
    #: the same, before exceptions
    exposure_no_impact: float
    #: the same, with every exception in effect taken off
    exposure_mitigation_like: float
    #: active devices that have something of it, before exceptions
    devices: int

    @classmethod
    def _read(cls, c: Any) -> PlanStep:
        return cls(
            text(c.recommendation),
            maybe(c.title),
            c.cost,
            c.total_cost,
            c.gain,
            c.exposure,
            c.bound,
            c.exposure_official,
            c.exposure_no_impact,
            c.exposure_mitigation_like,
            c.devices,
        )


@dataclass(frozen=True, repr=False)
class Policy(Row):
    """A policy."""

    #: such as `max_renewals`, or `max_renewals.risk_accepted`
    name: str
    #: what counts, such as `30d`; rpv_policy_set() takes it back
    value: str
    #: what counts unless it is changed
    default_value: str
    #: of rpv_policy_set() and rpv_policy_preview(): the value before; else None
    previous: Optional[str]
    #: what it is, in one line
    description: str
    #: name of the policy that holds this one for each justification or trigger, or None
    part_of: Optional[str]
    #: True: the value is the default
    is_default: bool

    @classmethod
    def _read(cls, c: Any) -> Policy:
        return cls(
            text(c.name),
            text(c.value),
            text(c.default_value),
            maybe(c.previous),
            text(c.description),
            maybe(c.part_of),
            bool(c.is_default),
        )


@dataclass(frozen=True, repr=False)
class PolicyOutcome(Row):
    """What a change comes to."""

    #: how many changes of the policies there were, this one included
    revision: int
    #: how many policies have another value now
    changed: int
    #: exceptions that become void: a trigger that now counts holds
    voided: int
    #: exceptions that are warned about for the same reason
    warned: int

    @classmethod
    def _read(cls, c: Any) -> PolicyOutcome:
        return cls(
            c.revision,
            c.changed,
            c.voided,
            c.warned,
        )


@dataclass(frozen=True, repr=False)
class Question(Row):
    """A question of permission, put to the host by Authorise. Lent for the call."""

    #: id of who asks
    principal: str
    #: the one bit of Permission that is needed; the session has it
    permission: Permission
    #: id of the recommendation, weakness, exception or activity acted on, or None
    object: Optional[str]

    @classmethod
    def _read(cls, c: Any) -> Question:
        return cls(
            text(c.principal),
            Permission(c.permission),
            maybe(c.object),
        )


@dataclass(frozen=True, repr=False)
class Recommendation(Row):
    """A recommendation. Counts and impacts are of active devices that the session sees; "after" is the official view:
    exceptions that count as mitigation taken off.
    """

    #: its id
    id: str
    #: or None
    title: Optional[str]
    #: or None
    description: Optional[str]
    #: remediation steps, or None
    steps: Optional[str]
    #: related component, or None
    component: Optional[str]
    #: or None
    vendor: Optional[str]
    #: or None
    product: Optional[str]
    #: or None
    subcategory: Optional[str]
    #: or None
    recommended_version: Optional[str]
    #: or None
    recommended_vendor: Optional[str]
    #: or None
    recommended_program: Optional[str]
    #: its tags
    tags: Tuple[str, ...]
    #: ids of threat reports
    threats: Tuple[str, ...]
    #: over the device groups that the session sees
    state: State
    #: what it asks for
    kind: Kind
    #: part of the secure score
    category: Category
    #: 1 to 10 for configurations, else 0
    points: int
    #: highest among the weaknesses counted, else unknown
    severity: Severity
    #: furthest among the weaknesses counted, else none
    exploit: Exploit
    #: active devices that have the software, or to which the configuration applies
    assessed_devices: int
    #: before exceptions
    exposed_devices: int
    #: after exceptions
    exposed_devices_after: int
    #: exposed ones that an exception in effect hides wholly
    covered_devices: int
    #: distinct weaknesses on exposed devices, before exceptions
    weaknesses: int
    #: exceptions on it that have not ended
    exceptions: int
    #: remediation activities that are active
    remediations: int
    #: points the exposure score falls by when it is carried out, before exceptions
    exposure_impact: float
    #: the same, after exceptions
    exposure_impact_after: float
    #: the same, with every exception in effect taken off
    exposure_impact_best: float
    #: exposure score if it were the only one, before exceptions
    standalone_exposure: float
    #: points the secure score rises by, before exceptions
    secure_impact: float
    #: the same, after exceptions
    secure_impact_after: float
    #: the same, with every exception in effect taken off
    secure_impact_best: float
    #: True: a public exploit or further for one of the weaknesses
    public_exploit: bool
    #: True: one of the weaknesses is known exploited
    known_exploited: bool
    #: True: an active alert is tied to a weakness or an exposed device of it
    active_alert: bool

    @classmethod
    def _read(cls, c: Any) -> Recommendation:
        return cls(
            text(c.id),
            maybe(c.title),
            maybe(c.description),
            maybe(c.steps),
            maybe(c.component),
            maybe(c.vendor),
            maybe(c.product),
            maybe(c.subcategory),
            maybe(c.recommended_version),
            maybe(c.recommended_vendor),
            maybe(c.recommended_program),
            texts(c.tags, c.tag_count),
            texts(c.threats, c.threat_count),
            State(c.state),
            Kind(c.kind),
            Category(c.category),
            c.points,
            Severity(c.severity),
            Exploit(c.exploit),
            c.assessed_devices,
            c.exposed_devices,
            c.exposed_devices_after,
            c.covered_devices,
            c.weaknesses,
            c.exceptions,
            c.remediations,
            c.exposure_impact,
            c.exposure_impact_after,
            c.exposure_impact_best,
            c.standalone_exposure,
            c.secure_impact,
            c.secure_impact_after,
            c.secure_impact_best,
            bool(c.public_exploit),
            bool(c.known_exploited),
            bool(c.active_alert),
        )


@dataclass(frozen=True, repr=False)
class Remediation(Row):
    """A remediation activity. Figures are those of the device groups that the session sees (by group at the request).
    """

    #: such as `R-4`
    id: str
    #: id
    recommendation: str
    #: of the recommendation, or its id
    title: str
    #: related component, or None
    component: Optional[str]
    #: who requested it
    requester: str
    #: a principal, `System confirmation`, or None while it is not completed
    completed_by: Optional[str]
    #: why it was canceled, or None
    reason: Optional[str]
    #: or None
    notes: Optional[str]
    #: of the ticket, or None
    connector: Optional[str]
    #: device groups asked for, none for all
    groups: Tuple[str, ...]
    #: ids of other active ones on the same recommendation whose groups overlap
    overlaps: Tuple[str, ...]
    #: when it was requested
    requested: Optional[datetime]
    #: None: no due date
    due: Optional[datetime]
    #: when it was completed or canceled, None while active
    ended: Optional[datetime]
    #: devices that count: exposed at the request, not removed or excluded since
    targets: int
    #: of those, without any of the weaknesses they had then
    fixed: int
    #: completed ones: targets fixed then that have one of those weaknesses now
    exposed_again: int
    #: active, completed or canceled
    status: RemediationStatus
    #: what it asks for
    kind: RemediationKind
    #: priority
    priority: Priority
    #: status of the ticket
    ticket: TicketStatus
    #: True: active and at or past its due date
    overdue: bool
    #: True: only devices whose users the change would not affect
    only_without_user_impact: bool

    @classmethod
    def _read(cls, c: Any) -> Remediation:
        return cls(
            text(c.id),
            text(c.recommendation),
            text(c.title),
            maybe(c.component),
            text(c.requester),
            maybe(c.completed_by),
            maybe(c.reason),
            maybe(c.notes),
            maybe(c.connector),
            texts(c.groups, c.group_count),
            texts(c.overlaps, c.overlap_count),
            instant(c.requested_ms),
            instant(c.due_ms),
            instant(c.ended_ms),
            c.targets,
            c.fixed,
            c.exposed_again,
            RemediationStatus(c.status),
            RemediationKind(c.kind),
            Priority(c.priority),
            TicketStatus(c.ticket),
            bool(c.overdue),
            bool(c.only_without_user_impact),
        )


@dataclass(frozen=True, repr=False)
class ScorePoint(Row):
    """Scores that were recorded."""

    #: rpv_score_engine_name()
    engine: str
    #: of this device group; None: of all together
    group: Optional[str]
    #: rpv_exposure_model_digest() of the model that they were worked out with; 0: an engine of the host's
    digest: int
    #: as they were, to the last bit; without `revision` and `valid_until`, which are 0
    score: Score

    @classmethod
    def _read(cls, c: Any) -> ScorePoint:
        return cls(
            text(c.engine),
            maybe(c.group),
            c.digest,
            Score._read(c.score.contents),
        )


@dataclass(frozen=True, repr=False)
class ScoreSeries(Row):
    """Points of one engine and device group."""

    #: rpv_score_engine_name()
    engine: str
    #: device group; None: all together
    group: Optional[str]
    #: time of the oldest point that is kept: an instant in UTC
    first: Optional[datetime]
    #: time of the newest
    last: Optional[datetime]

    @classmethod
    def _read(cls, c: Any) -> ScoreSeries:
        return cls(
            text(c.engine),
            maybe(c.group),
            instant(c.first_ms),
            instant(c.last_ms),
        )


@dataclass(frozen=True, repr=False)
class StoreInfo(Row):
    """Where a store stands."""

    #: number of commits so far
    revision: int
    #: number of the last event, 0 before the first
    sequence: int
    #: time of the last commit, None before the first: the store's time never lies before it
    mark: Optional[datetime]
    #: the store's time: the later of the mark and the host's clock
    now: Optional[datetime]
    #: when rpv_store_tick() next has something to do, 0 for never
    next_deadline: Optional[datetime]
    #: version of the format of keys and records
    format: int

    @classmethod
    def _read(cls, c: Any) -> StoreInfo:
        return cls(
            c.revision,
            c.sequence,
            instant(c.mark_ms),
            instant(c.now_ms),
            instant(c.next_deadline_ms),
            c.format,
        )


@dataclass(frozen=True, repr=False)
class Target(Row):
    """A target of a remediation activity."""

    #: host's id
    device: str
    #: device group at the request
    group: str
    #: ids of what it had at the request; none for configurations
    weaknesses: Tuple[str, ...]
    #: True: has none of them; stays as it is once the activity has ended
    fixed: bool
    #: True: removed or excluded, not counted; stays once the activity has ended
    gone: bool
    #: True: was fixed when the activity was completed, and has one of them now
    exposed_again: bool

    @classmethod
    def _read(cls, c: Any) -> Target:
        return cls(
            text(c.device),
            text(c.group),
            texts(c.weaknesses, c.weakness_count),
            bool(c.fixed),
            bool(c.gone),
            bool(c.exposed_again),
        )


@dataclass(frozen=True, repr=False)
class Weakness(Row):
    """A weakness."""

    #: `CVE-...` or any id
    id: str
    #: or None
    title: Optional[str]
    #: or None
    epss_model: Optional[str]
    #: CVSS vectors
    cvss: Tuple[str, ...]
    #: other ids
    aliases: Tuple[str, ...]
    #: 0 to 1, negative when unknown
    epss: float
    #: 0 to 0.99 within 30 days, by the exposure model
    likelihood: float
    #: base score of the highest CVSS version, negative without
    cvss_score: float
    #: None: not known exploited
    known_exploited_at: Optional[datetime]
    #: None: not said
    published: Optional[datetime]
    #: None: not said
    updated: Optional[datetime]
    #: active devices that have it, before exceptions
    exposed_devices: int
    #: those left in the official view
    exposed_devices_after: int
    #: exposure score if it were the only one, before exceptions
    standalone_exposure: float
    #: never Severity.UNCHANGED
    severity: Severity
    #: never Exploit.UNCHANGED
    exploit: Exploit
    #: True: reported; False: it follows from the vectors, or is the default
    severity_given: bool
    #: True: yes
    ransomware: bool
    #: True: yes
    zero_day: bool
    #: or unknown
    fix_available: Optional[bool]
    #: True: yes
    active_alert: bool
    #: True: yes
    known_exploited: bool

    @classmethod
    def _read(cls, c: Any) -> Weakness:
        return cls(
            text(c.id),
            maybe(c.title),
            maybe(c.epss_model),
            texts(c.cvss, c.cvss_count),
            texts(c.aliases, c.alias_count),
            c.epss,
            c.likelihood,
            c.cvss_score,
            instant(c.known_exploited_ms),
            instant(c.published_ms),
            instant(c.updated_ms),
            c.exposed_devices,
            c.exposed_devices_after,
            c.standalone_exposure,
            Severity(c.severity),
            Exploit(c.exploit),
            bool(c.severity_given),
            bool(c.ransomware),
            bool(c.zero_day),
            flag(c.fix_available),
            bool(c.active_alert),
            bool(c.known_exploited),
        )


@dataclass(frozen=True, repr=False)
class WeaknessSet(Row):
    """A named set of weaknesses."""

    #: id of its recommendation
    recommendation: str
    #: host's id within it
    id: str
    #: ids, in byte order
    weaknesses: Tuple[str, ...]

    @classmethod
    def _read(cls, c: Any) -> WeaknessSet:
        return cls(
            text(c.recommendation),
            text(c.id),
            texts(c.weaknesses, c.weakness_count),
        )


__all__ = [
    "Assessment",
    "Baseline",
    "BatchResult",
    "Budget",
    "Contribution",
    "Control",
    "Cvss",
    "Device",
    "Event",
    "ExceptionRecord",
    "ExplainedException",
    "ExplainedFinding",
    "Explanation",
    "ExportResult",
    "Figure",
    "Filing",
    "Firing",
    "Group",
    "GroupCount",
    "ImportProgress",
    "ImportResult",
    "JournalProof",
    "PartialImpact",
    "PartialInfo",
    "PlanStep",
    "Policy",
    "PolicyOutcome",
    "Question",
    "Recommendation",
    "Remediation",
    "Score",
    "ScorePoint",
    "ScoreSeries",
    "SecureScore",
    "StoreInfo",
    "Target",
    "Weakness",
    "WeaknessSet",
    "Worth",
]
