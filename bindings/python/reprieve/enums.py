# SPDX-License-Identifier: MIT
"""The enumerations. Written by generate_abi.py: do not edit."""
from __future__ import annotations

import enum
from typing import Any


class Word(enum.Enum):
    """An enumerator; its word is what files and the command line call it."""

    @property
    def word(self) -> str:
        """In snake_case."""
        return self.name.lower()

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"

    @classmethod
    def _missing_(cls, value: object) -> Any:
        """What a newer library knows and this package does not."""
        if not isinstance(value, int):
            return None
        unknown = object.__new__(cls)
        unknown._name_, unknown._value_ = f"UNKNOWN_{value}", value
        return unknown


class AssessmentChange(Word):
    """What an assessment does to what its source said before of that device and recommendation."""

    #: replaces it whole; no weaknesses: installed and fixed
    REPLACE = 0
    #: adds these weaknesses (new or updated ones of a delta report)
    ADD = 1
    #: takes these weaknesses away (fixed ones of a delta report)
    FIX = 2
    #: takes the assessment away: no longer installed or assessed
    REMOVE = 3


class BudgetBy(Word):
    """By what accepted exposure is summed."""

    #: `value` is the word of a justification
    JUSTIFICATION = 1
    #: `value` is the id of a principal
    REQUESTER = 2
    #: `value` is the name of a device group
    GROUP = 3


class Category(Word):
    """Part of the secure score a recommendation belongs to. Default: application for software, else OS."""

    #: leave as it is
    UNCHANGED = 0
    #: applications
    APPLICATION = 1
    #: operating system
    OS = 2
    #: network
    NETWORK = 3
    #: accounts
    ACCOUNTS = 4
    #: security controls
    SECURITY_CONTROLS = 5


class ConfigurationState(Word):
    """What a device is with respect to a configuration."""

    #: the assessment is about weaknesses
    NONE = 0
    #: does not apply to the device
    NOT_APPLICABLE = 1
    #: as it should be
    COMPLIANT = 2
    #: not as it should be
    EXPOSED = 3


class ContributionBy(Word):
    """By what a score is taken apart."""

    #: its share of the exposure score: v(d) P(d) / sum of v. All shares come to the score, but for what rounding
    #: each down takes off
    DEVICE = 1
    #: its impact: the score now less the score with its findings removed. What several share counts for none of
    #: them, so impacts do not add up
    RECOMMENDATION = 2
    #: its standalone exposure: the score if its findings that count in the view were the only ones. These do not
    #: add up either
    WEAKNESS = 3


class ControlKind(Word):
    """What kind of thing a compensating control is. Default: internal."""

    #: leave as it is
    UNCHANGED = 0
    #: a third party's product
    THIRD_PARTY = 1
    #: a measure of one's own
    INTERNAL = 2


class DeviceSort(Word):
    """Order of a device list."""

    #: by id, byte order
    ID = 0
    #: highest official exposure first, then by id
    EXPOSURE = 1


class EventType(Word):
    """What an event says. Numbers are fixed for ever; words are those of Vocabulary.EVENT_TYPE."""

    #: none
    NONE = 0
    #: a batch changed assessments or EPSS values: `count`, by device group
    FACTS_REPORTED = 1
    #: `device` appeared
    DEVICE_ADDED = 2
    #: `device`: group, value, exclusion, exposure to the internet or alert
    DEVICE_CHANGED = 3
    #: `device` was taken out
    DEVICE_REMOVED = 4
    #: `group` appeared
    GROUP_ADDED = 5
    #: `group`: `before` to `after`
    GROUP_RENAMED = 6
    #: `group` is no longer declared
    GROUP_REMOVED = 7
    #: `weakness` appeared
    WEAKNESS_ADDED = 8
    #: `weakness`: severity, exploit, known exploited, alert or fix
    WEAKNESS_CHANGED = 9
    #: a named set of `recommendation` (`after`) appeared or changed
    WEAKNESS_SET_CHANGED = 10
    #: `recommendation` appeared
    RECOMMENDATION_ADDED = 11
    #: `recommendation`: kind, points, tags or category
    RECOMMENDATION_CHANGED = 12
    #: `recommendation` was taken out
    RECOMMENDATION_REMOVED = 13
    #: `exception` was filed
    EXCEPTION_FILED = 20
    #: it came into effect at its start
    EXCEPTION_STARTED = 21
    #: it reached its end
    EXCEPTION_EXPIRED = 22
    #: it was canceled, whole or (`group`) in part
    EXCEPTION_CANCELED = 23
    #: a global one came into effect above `count` others; `exception` is the global one
    EXCEPTION_SUSPENDED = 24
    #: the global one `exception` ended, `count` others are in effect again
    EXCEPTION_RESUMED = 25
    #: another one (`after`) took over all of it, or some groups or devices
    EXCEPTION_SUPERSEDED = 26
    #: it became void: its environment got worse; `trigger`
    EXCEPTION_RESURFACED = 27
    #: its environment got worse, `trigger`; by policy it stays
    EXCEPTION_WARNED = 28
    #: a second person approved it
    EXCEPTION_APPROVED = 29
    #: it was not approved
    EXCEPTION_REJECTED = 30
    #: its end (`after`) is near: one reminder of the policy
    EXCEPTION_EXPIRING = 31
    #: nothing is found any more that it covers; of `before` devices at filing
    EXCEPTION_STALE = 32
    #: others decide everything that it covers, since `after` is in effect
    EXCEPTION_SHADOWED = 33
    #: exposed devices in its scope are up from `before` at filing to `after`
    EXCEPTION_GROWN = 34
    #: planned remediation: no activity in its scope is in time, since `remediation` is overdue or ended. 32 to 35
    #: are told once of each exception
    EXCEPTION_OVERDUE = 35
    #: `remediation` was requested
    REMEDIATION_REQUESTED = 40
    #: it was completed
    REMEDIATION_COMPLETED = 41
    #: it was canceled
    REMEDIATION_CANCELED = 42
    #: `policy` changed: `before`, `after`
    POLICY_CHANGED = 50
    #: the compensating `control` appeared
    CONTROL_ADDED = 55
    #: `control`: kind, owner, review, review interval, or back in place
    CONTROL_CHANGED = 56
    #: `control` is no longer in place; `count` exceptions rested on it
    CONTROL_RETIRED = 57
    #: the review of `control` is overdue from this instant on
    CONTROL_STALE = 58
    #: `control` was taken out; `count` exceptions rested on it
    CONTROL_REMOVED = 59
    #: what fell due at this instant could not be read (`reason`), of `exception` when that is known: it was
    #: skipped, all else went on. Sessions that see all device groups see it
    RECORD_DAMAGED = 60
    #: from here on commits are chained with the hash `after`
    JOURNAL_CHAINED = 61
    #: the scores of the engine `after` were recorded: `count` points. `before` is how many old ones were taken
    #: out, None: none
    SCORES_RECORDED = 62


class ExceptionSort(Word):
    """Order of an exception list."""

    #: oldest first: order of ids
    FILED = 0
    #: soonest end first
    END = 1
    #: highest worth in the best case first
    WORTH = 2


class ExceptionStatus(Word):
    """Status of an exception at a time: the first that holds of ended by a decision, pending approval, scheduled,
    expired, suspended, in effect. Values are bits 1 << status in queries.
    """

    #: waits for a second person; changes nothing
    PENDING_APPROVAL = 0
    #: before its start
    SCHEDULED = 1
    #: in effect
    IN_EFFECT = 2
    #: a global one on the same subject is in effect; time keeps running
    SUSPENDED = 3
    #: at or after its end
    EXPIRED = 4
    #: canceled by a person
    CANCELED = 5
    #: void: its environment got worse
    RESURFACED = 6
    #: not approved, or not in time
    REJECTED = 7
    #: another one took over all of it
    SUPERSEDED = 8


class Exploit(Word):
    """How far an exploit has got. Default: none."""

    #: leave as it is
    UNCHANGED = 0
    #: none known
    NONE = 1
    #: public
    PUBLIC = 2
    #: verified
    VERIFIED = 3
    #: part of an exploit kit
    KIT = 4


class Extent(Word):
    """Whether an input says all there is about the devices it names. Formats that say so themselves do not ask."""

    #: whole, unless the answers at hand are pages of a longer one: every document has an `@odata.nextLink`, or
    #: `@odata.count` is more than there is
    DETECT = 0
    #: whole: what the source said before of these devices, and does not say now, is gone
    WHOLE = 1
    #: a part: findings are added, nothing is taken away
    PART = 2


class Flag(Word):
    """Yes, no, or not said."""

    #: leave as it is; as an answer: unknown
    UNCHANGED = 0
    #: no
    FALSE = 1
    #: yes
    TRUE = 2


class Format(Word):
    """What an input is."""

    #: find out
    DETECT = 0
    #: native: one object a line with a `type`; a backup is one too
    NDJSON = 1
    #: SoftwareVulnerabilitiesByMachine and its export files
    DEFENDER_VULNERABILITIES = 2
    #: SoftwareVulnerabilityChangesByMachine
    DEFENDER_CHANGES = 3
    #: vulnerabilities/machinesVulnerabilities
    DEFENDER_MACHINE_VULNERABILITIES = 4
    #: SecureConfigurationsAssessmentByMachine and its export files
    DEFENDER_CONFIGURATIONS = 5
    #: SoftwareInventoryByMachine, SoftwareInventoryNoProductCodeByMachine and their export files
    DEFENDER_SOFTWARE = 6
    #: machines, and lists of machine references
    DEFENDER_MACHINES = 7
    #: recommendations
    DEFENDER_RECOMMENDATIONS = 8
    #: vulnerabilities, not by machine
    DEFENDER_VULNERABILITY_LIST = 9
    #: Software, not by machine
    DEFENDER_SOFTWARE_LIST = 10
    #: remediationTasks
    DEFENDER_REMEDIATION_TASKS = 11


class Impact(Word):
    """How an exception counts in the official scores."""

    #: follows from the justification
    DEFAULT = 0
    #: counts only in the best case
    NO_IMPACT = 1
    #: counts as remediated
    MITIGATION_LIKE = 2
    #: officially no impact; both figures are shown
    HYBRID = 3


class Justification(Word):
    """Why an exception is granted."""

    #: not said: refused
    NONE = 0
    #: a third party's product covers it; counts as mitigation
    THIRD_PARTY_CONTROL = 1
    #: an internal measure covers it; counts as mitigation
    ALTERNATE_MITIGATION = 2
    #: accepted; no impact on scores
    RISK_ACCEPTED = 3
    #: planned (grace); no impact on scores
    PLANNED_REMEDIATION = 4
    #: single weaknesses only: there is no fix
    NO_PATCH_AVAILABLE = 5
    #: single weaknesses only: does not apply here
    FALSE_POSITIVE = 6


class Kind(Word):
    """What a recommendation asks for. Default: update."""

    #: leave as it is
    UNCHANGED = 0
    #: install an update
    UPDATE = 1
    #: move to a newer product or version line
    UPGRADE = 2
    #: remove the software
    UNINSTALL = 3
    #: change a configuration
    CONFIGURATION_CHANGE = 4
    #: look at it: there is no specific action
    ATTENTION_REQUIRED = 5


class Level(Word):
    """Level of an exposure score."""

    #: below 30
    LOW = 1
    #: below 70
    MEDIUM = 2
    #: from 70 on
    HIGH = 3


class LogLevel(Word):
    """Weight of a message."""

    #: good to know
    NOTE = 1
    #: something an administrator should look at, such as a clock that went back
    WARNING = 2


class Permission(enum.Flag):
    """What a principal may do. The default is nothing."""

    #: read
    VIEW = 1
    #: file and cancel exceptions for device groups and devices
    EXCEPTIONS = 2
    #: file and cancel global exceptions, with Permission.EXCEPTIONS
    GLOBAL_EXCEPTIONS = 4
    #: approve and reject pending exceptions
    APPROVE = 8
    #: request, complete and cancel remediation activities
    REMEDIATION = 16
    #: change policies; restore a backup
    SETTINGS = 32
    #: report facts
    INGEST = 64
    #: all of these
    ALL = 127


class PostgresMode(Word):
    """How to open the table."""

    #: read and write, create the table (not the schema) when there is none
    CREATE = 0
    #: read and write an existing table
    EXISTING = 1
    #: read an existing table; enough for a standby server
    READ_ONLY = 2


class Priority(Word):
    """Priority of a remediation activity."""

    #: the default
    MEDIUM = 0
    #: low
    LOW = 1
    #: high
    HIGH = 2


class RecommendationSort(Word):
    """Order of a recommendation list."""

    #: highest exposure impact first, then secure impact, then id
    IMPACT = 0
    #: highest secure score impact first, then id
    SECURE_IMPACT = 1
    #: most exposed devices first, then id
    DEVICES = 2
    #: most weaknesses first, then id
    WEAKNESSES = 3
    #: by id, byte order
    ID = 4


class RemediationKind(Word):
    """What a remediation activity asks for."""

    #: in requests: as the recommendation says
    DEFAULT = 0
    #: software update
    UPDATE = 1
    #: software upgrade
    UPGRADE = 2
    #: software uninstall
    UNINSTALL = 3
    #: configuration change
    CONFIGURATION_CHANGE = 4
    #: attention required: no targets needed, no due date, no ticket
    ATTENTION_REQUIRED = 5


class RemediationSort(Word):
    """Order of a list of remediation activities."""

    #: oldest first: order of ids
    REQUESTED = 0
    #: soonest due first, then those without due date
    DUE = 1
    #: highest exposure impact of the recommendation first: with a limit, the card *top remediation activities*
    IMPACT = 2


class RemediationStatus(Word):
    """Status of a remediation activity."""

    #: open
    ACTIVE = 1
    #: completed, by hand or when the last target was fixed
    COMPLETED = 2
    #: canceled by a person
    CANCELED = 4


class Rule(Word):
    """The rule by which a finding is hidden or visible. Words are those of Vocabulary.RULE."""

    #: visible: no exception in effect covers it
    NONE_COVERS = 1
    #: visible: exceptions hide some findings of the recommendation, but not all
    SOME_VISIBLE = 2
    #: hidden: an exception to the whole recommendation decides
    RECOMMENDATION = 3
    #: hidden: an exception to the weakness of this recommendation decides
    WEAKNESS = 4
    #: hidden: an exception to the weakness everywhere decides
    WEAKNESS_EVERYWHERE = 5
    #: hidden: exceptions to single weaknesses hide every finding there is
    EVERY_WEAKNESS = 6


class Scope(Word):
    """How wide an exception is."""

    #: every device, future device groups too
    GLOBAL = 0
    #: in requests: all device groups present now
    ALL_GROUPS = 1
    #: chosen device groups
    GROUPS = 2
    #: chosen devices, as many as the policy `scope_devices_max` allows
    DEVICES = 3


class Severity(Word):
    """Severity of a weakness. Default: unknown."""

    #: leave as it is
    UNCHANGED = 0
    #: unknown
    UNKNOWN = 1
    #: low
    LOW = 2
    #: medium
    MEDIUM = 3
    #: high
    HIGH = 4
    #: critical
    CRITICAL = 5


class SqliteMode(Word):
    """How to open the file."""

    #: read and write, create the file when there is none
    CREATE = 0
    #: read and write an existing file
    EXISTING = 1
    #: read an existing file
    READ_ONLY = 2


class Standing(Word):
    """Where an exception stands that covers the device, or did. Words are those of Vocabulary.STANDING."""

    #: it decides
    DECIDES = 1
    #: it decides on its subject, and hides too
    ALSO = 2
    #: overruled: `by` is global and in effect on the same subject
    SUSPENDED = 3
    #: overruled: `by` covers the device group, on the same subject
    SHADOWED = 4
    #: not counted: it waits for approval
    PENDING = 5
    #: not counted: it starts at `at`
    SCHEDULED = 6
    #: not counted: it reached its end at `at`
    EXPIRED = 7
    #: not counted: canceled at `at`
    CANCELED = 8
    #: not counted: void since `at`, because its environment got worse
    RESURFACED = 9
    #: not counted: not approved, at `at`
    REJECTED = 10
    #: not counted: `by` took it over at `at`
    SUPERSEDED = 11
    #: not counted: it has not ended, but the device group was taken out of it
    TAKEN_OUT = 12


class State(Word):
    """State of a recommendation: derived from what is exposed and what is excepted, never stored. The first that
    holds, in the order resolved, full, partial, active. Values are bits, for queries.
    """

    #: something is exposed, no exception is in effect
    ACTIVE = 1
    #: exceptions in effect cover some of it
    PARTIAL_EXCEPTION = 2
    #: a global exception, or exceptions for every present device group
    FULL_EXCEPTION = 4
    #: no active device is exposed
    RESOLVED = 8
    #: in queries: all of them
    ALL = 15


class Status(Word):
    """Outcome of a call. Numbers are fixed for ever; new ones are appended."""

    #: returned by a sink: enough, end the walk; never an outcome of a call
    STOP = 1
    #: done
    OK = 0
    #: the caller's mistake: an argument, a field, a text that cannot be read
    E_INVALID = -1
    #: the allocator gave no memory; nothing changed
    E_NOMEM = -2
    #: no such thing, or none that this session may see
    E_NOT_FOUND = -3
    #: a rule refuses: the error record names it
    E_REFUSED = -4
    #: the session lacks the permission
    E_DENIED = -5
    #: a stated limit would be passed
    E_LIMIT = -6
    #: the host's clock failed, or jumped further than `clock_jump_limit`
    E_CLOCK = -7
    #: the host's storage failed; `host_code` says how
    E_STORAGE = -8
    #: the host's storage has no space left
    E_FULL = -9
    #: a storage commit's expectation no longer held; of other calls: given up after many such, nothing was
    #: written, the same call may be made again
    E_CONFLICT = -10
    #: a storage commit may or may not have happened
    E_OUTCOME = -11
    #: called from within a callback of the same store (the session's error record then stays as it is), the
    #: storage is locked, or others kept committing during a read: try again
    E_BUSY = -12
    #: the store holds bytes that the library did not write
    E_CORRUPT = -13
    #: the store or a struct comes from a newer version of the library
    E_VERSION = -14
    #: a write on a session that looks at the past, or on read-only storage
    E_READ_ONLY = -15


class StorageCapability(Word):
    """Capability bits of a storage. Others are refused when the store is opened."""

    #: keeps nothing when the process or machine ends
    VOLATILE = 1
    #: `commit` always fails with Status.E_READ_ONLY; the library does not even call it
    READ_ONLY = 2


class TestkitFlag(Word):
    """Parts that only some backends can be asked for."""

    #: a storage can be opened several times at once, and the handles be used by several threads at a time
    SHARED = 1


class TestkitOutcome(Word):
    """How a rule came out."""

    #: kept
    PASSED = 0
    #: not kept: `message` says what was expected and what came
    FAILED = 1
    #: `message` says why: a flag or a callback is missing, or an earlier part failed
    NOT_TRIED = 2


class TestkitPlace(Word):
    """What the kit asks `open` for."""

    #: a new and empty storage; nothing of an earlier one is open any more
    FRESH = 0
    #: the storage that was last opened fresh, with what it holds; with TestkitFlag.SHARED while other handles on
    #: it are still open
    AGAIN = 1


class TicketStatus(Word):
    """Status of the ticket of a remediation activity."""

    #: no ticket was asked for
    NONE = 0
    #: not yet accepted
    PENDING = 1
    #: accepted
    ACCEPTED = 2
    #: completed
    COMPLETED = 3
    #: rejected
    REJECTED = 4


class Trigger(Word):
    """What can make an environment worse than it was when an exception was decided, and void the exception. Each
    means: above the value frozen then, after the whole batch, over the findings of its subject inside its scope.
    Values are bits 1 << trigger in sets.
    """

    #: standalone exposure up by a part and by points
    EXPOSURE = 0
    #: severity raised
    SEVERITY = 1
    #: newly public, verified or in a kit
    EXPLOIT = 2
    #: newly known exploited
    KNOWN_EXPLOITED = 3
    #: highest EPSS probability crossed a mark
    EPSS_CROSSING = 4
    #: highest EPSS probability multiplied
    EPSS_DOUBLED = 5
    #: a covered exposed device has an alert that it had not, or was not covered and exposed
    ACTIVE_ALERT = 6
    #: exposed devices up by a part and a number
    EXPOSED_DEVICES = 7
    #: more exposed devices of high value
    HIGH_VALUE = 8
    #: more exposed devices that face the internet
    INTERNET_FACING = 9
    #: the recommendation is newly tagged `EOS software` or `EOS versions`
    END_OF_SUPPORT = 10
    #: a fix became available where there was none
    FIX_AVAILABLE = 11
    #: a control it rests on was retired
    CONTROL_RETIRED = 12
    #: the review of a control it rests on is overdue, from that instant on
    CONTROL_STALE = 13


class Value(Word):
    """Value of a device to the organisation. Default: normal."""

    #: leave as it is
    UNCHANGED = 0
    #: weighs 0.75
    LOW = 1
    #: weighs 1
    NORMAL = 2
    #: weighs a tenth of the number of devices, at least 1
    HIGH = 3


class View(Word):
    """Which exceptions count when a plan is made."""

    #: those that count as mitigation
    OFFICIAL = 0
    #: none
    NO_IMPACT = 1
    #: all that are in effect
    MITIGATION_LIKE = 2


class Watch(Word):
    """A watch list: exceptions that ask for somebody's attention. Words are those of Vocabulary.WATCH. Stale and grown
    count known, not excluded devices, active or not, of exceptions in effect, suspended or scheduled.
    """

    #: no watch list: all exceptions
    NONE = 0
    #: in effect or suspended, and ending within `within`; renewed ones too
    EXPIRING = 1
    #: matches no finding now, or never did
    STALE = 2
    #: in effect, but wider or other ones decide everything it covers
    SHADOWED = 3
    #: exposed devices in its scope are up since filing, by the policies `grown_percent` and `grown_rise`
    GROWN = 4
    #: planned remediation, in effect or suspended and not stale, whose recommendation has no active remediation
    #: activity in its scope that is not overdue. Of a weakness everywhere: none of the recommendations that bring
    #: it has
    OVERDUE = 5


class WeaknessSort(Word):
    """Order of a weakness list."""

    #: by id, byte order
    ID = 0
    #: most exposed devices first, then by id
    DEVICES = 1
    #: highest standalone exposure first, then by id
    EXPOSURE = 2


__all__ = [
    "AssessmentChange",
    "BudgetBy",
    "Category",
    "ConfigurationState",
    "ContributionBy",
    "ControlKind",
    "DeviceSort",
    "EventType",
    "ExceptionSort",
    "ExceptionStatus",
    "Exploit",
    "Extent",
    "Flag",
    "Format",
    "Impact",
    "Justification",
    "Kind",
    "Level",
    "LogLevel",
    "Permission",
    "PostgresMode",
    "Priority",
    "RecommendationSort",
    "RemediationKind",
    "RemediationSort",
    "RemediationStatus",
    "Rule",
    "Scope",
    "Severity",
    "SqliteMode",
    "Standing",
    "State",
    "Status",
    "StorageCapability",
    "TestkitFlag",
    "TestkitOutcome",
    "TestkitPlace",
    "TicketStatus",
    "Trigger",
    "Value",
    "View",
    "Watch",
    "WeaknessSort",
]
