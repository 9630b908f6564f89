# SPDX-License-Identifier: MIT
"""Structs, enumerators and prototypes of the C libraries. Written by generate_abi.py: do not edit."""
# mypy: ignore-errors
import enum
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_double, c_int, c_int32, c_int64, c_long, c_size_t,
                    c_uint, c_uint8, c_uint32, c_uint64, c_ulong, c_void_p)
from typing import Any, Dict

RPV_ANCHOR_MAX = 256
RPV_CONTRIBUTIONS_MAX = 1000
RPV_EXECUTOR_THREADS_MAX = 256
RPV_FILINGS_MAX = 1000
RPV_HASH_MAX = 64
RPV_HIDDEN_IDS_MAX = 1000
RPV_ID_MAX = 255
RPV_MODEL_NAME_MAX = 63
RPV_NO_INDEX = 18446744073709551615
RPV_PARTIAL_DEVICES_MAX = 1000000000
RPV_PARTIAL_RECOMMENDATIONS_MAX = 50000
RPV_REVIEW_INTERVAL_MAX = 3155760000000
RPV_STORAGE_COMMIT_MAX = 16777216
RPV_STORAGE_KEY_MAX = 480
RPV_STORAGE_VALUE_MAX = 65536
RPV_TEXT_MAX = 32768
RPV_TIME_MAX = 253402300799999
RPV_TIME_TEXT_SIZE = 25
RPV_VERSION = 100


class rpv_assessment_change(enum.IntEnum):
    RPV_ASSESSMENT_REPLACE = 0
    RPV_ASSESSMENT_ADD = 1
    RPV_ASSESSMENT_FIX = 2
    RPV_ASSESSMENT_REMOVE = 3


class rpv_budget_by(enum.IntEnum):
    RPV_BUDGET_BY_JUSTIFICATION = 1
    RPV_BUDGET_BY_REQUESTER = 2
    RPV_BUDGET_BY_GROUP = 3


class rpv_category(enum.IntEnum):
    RPV_CATEGORY_UNCHANGED = 0
    RPV_CATEGORY_APPLICATION = 1
    RPV_CATEGORY_OS = 2
    RPV_CATEGORY_NETWORK = 3
    RPV_CATEGORY_ACCOUNTS = 4
    RPV_CATEGORY_SECURITY_CONTROLS = 5


class rpv_configuration_state(enum.IntEnum):
    RPV_CONFIGURATION_NONE = 0
    RPV_CONFIGURATION_NOT_APPLICABLE = 1
    RPV_CONFIGURATION_COMPLIANT = 2
    RPV_CONFIGURATION_EXPOSED = 3


class rpv_contribution_by(enum.IntEnum):
    RPV_CONTRIBUTION_BY_DEVICE = 1
    RPV_CONTRIBUTION_BY_RECOMMENDATION = 2
    RPV_CONTRIBUTION_BY_WEAKNESS = 3


class rpv_control_field(enum.IntEnum):
    RPV_CONTROL_KIND = 1
    RPV_CONTROL_DESCRIPTION = 2
    RPV_CONTROL_OWNER = 4
    RPV_CONTROL_EVIDENCE = 8
    RPV_CONTROL_REVIEWED = 16
    RPV_CONTROL_REVIEW_INTERVAL = 32
    RPV_CONTROL_RETIRED = 64


class rpv_control_kind(enum.IntEnum):
    RPV_CONTROL_UNCHANGED = 0
    RPV_CONTROL_THIRD_PARTY = 1
    RPV_CONTROL_INTERNAL = 2


class rpv_device_field(enum.IntEnum):
    RPV_DEVICE_NAME = 1
    RPV_DEVICE_OS = 2
    RPV_DEVICE_GROUP = 4
    RPV_DEVICE_TAGS = 8
    RPV_DEVICE_VALUE = 16
    RPV_DEVICE_INTERNET_FACING = 32
    RPV_DEVICE_ACTIVE_ALERT = 64
    RPV_DEVICE_EXCLUDED = 128
    RPV_DEVICE_JUSTIFICATION = 256


class rpv_device_sort(enum.IntEnum):
    RPV_DEVICE_BY_ID = 0
    RPV_DEVICE_BY_EXPOSURE = 1


class rpv_event_type(enum.IntEnum):
    RPV_EVENT_NONE = 0
    RPV_EVENT_FACTS_REPORTED = 1
    RPV_EVENT_DEVICE_ADDED = 2
    RPV_EVENT_DEVICE_CHANGED = 3
    RPV_EVENT_DEVICE_REMOVED = 4
    RPV_EVENT_GROUP_ADDED = 5
    RPV_EVENT_GROUP_RENAMED = 6
    RPV_EVENT_GROUP_REMOVED = 7
    RPV_EVENT_WEAKNESS_ADDED = 8
    RPV_EVENT_WEAKNESS_CHANGED = 9
    RPV_EVENT_WEAKNESS_SET_CHANGED = 10
    RPV_EVENT_RECOMMENDATION_ADDED = 11
    RPV_EVENT_RECOMMENDATION_CHANGED = 12
    RPV_EVENT_RECOMMENDATION_REMOVED = 13
    RPV_EVENT_EXCEPTION_FILED = 20
    RPV_EVENT_EXCEPTION_STARTED = 21
    RPV_EVENT_EXCEPTION_EXPIRED = 22
    RPV_EVENT_EXCEPTION_CANCELED = 23
    RPV_EVENT_EXCEPTION_SUSPENDED = 24
    RPV_EVENT_EXCEPTION_RESUMED = 25
    RPV_EVENT_EXCEPTION_SUPERSEDED = 26
    RPV_EVENT_EXCEPTION_RESURFACED = 27
    RPV_EVENT_EXCEPTION_WARNED = 28
    RPV_EVENT_EXCEPTION_APPROVED = 29
    RPV_EVENT_EXCEPTION_REJECTED = 30
    RPV_EVENT_EXCEPTION_EXPIRING = 31
    RPV_EVENT_EXCEPTION_STALE = 32
    RPV_EVENT_EXCEPTION_SHADOWED = 33
    RPV_EVENT_EXCEPTION_GROWN = 34
    RPV_EVENT_EXCEPTION_OVERDUE = 35
    RPV_EVENT_REMEDIATION_REQUESTED = 40
    RPV_EVENT_REMEDIATION_COMPLETED = 41
    RPV_EVENT_REMEDIATION_CANCELED = 42
    RPV_EVENT_POLICY_CHANGED = 50
    RPV_EVENT_CONTROL_ADDED = 55
    RPV_EVENT_CONTROL_CHANGED = 56
    RPV_EVENT_CONTROL_RETIRED = 57
    RPV_EVENT_CONTROL_STALE = 58
    RPV_EVENT_CONTROL_REMOVED = 59
    RPV_EVENT_RECORD_DAMAGED = 60
    RPV_EVENT_JOURNAL_CHAINED = 61
    RPV_EVENT_SCORES_RECORDED = 62


class rpv_exception_sort(enum.IntEnum):
    RPV_EXCEPTION_BY_FILED = 0
    RPV_EXCEPTION_BY_END = 1
    RPV_EXCEPTION_BY_WORTH = 2


class rpv_exception_status(enum.IntEnum):
    RPV_EXCEPTION_PENDING_APPROVAL = 0
    RPV_EXCEPTION_SCHEDULED = 1
    RPV_EXCEPTION_IN_EFFECT = 2
    RPV_EXCEPTION_SUSPENDED = 3
    RPV_EXCEPTION_EXPIRED = 4
    RPV_EXCEPTION_CANCELED = 5
    RPV_EXCEPTION_RESURFACED = 6
    RPV_EXCEPTION_REJECTED = 7
    RPV_EXCEPTION_SUPERSEDED = 8


class rpv_exploit(enum.IntEnum):
    RPV_EXPLOIT_UNCHANGED = 0
    RPV_EXPLOIT_NONE = 1
    RPV_EXPLOIT_PUBLIC = 2
    RPV_EXPLOIT_VERIFIED = 3
    RPV_EXPLOIT_KIT = 4


class rpv_extent(enum.IntEnum):
    RPV_EXTENT_DETECT = 0
    RPV_EXTENT_WHOLE = 1
    RPV_EXTENT_PART = 2


class rpv_flag(enum.IntEnum):
    RPV_FLAG_UNCHANGED = 0
    RPV_FLAG_FALSE = 1
    RPV_FLAG_TRUE = 2


class rpv_format(enum.IntEnum):
    RPV_FORMAT_DETECT = 0
    RPV_FORMAT_NDJSON = 1
    RPV_FORMAT_DEFENDER_VULNERABILITIES = 2
    RPV_FORMAT_DEFENDER_CHANGES = 3
    RPV_FORMAT_DEFENDER_MACHINE_VULNERABILITIES = 4
    RPV_FORMAT_DEFENDER_CONFIGURATIONS = 5
    RPV_FORMAT_DEFENDER_SOFTWARE = 6
    RPV_FORMAT_DEFENDER_MACHINES = 7
    RPV_FORMAT_DEFENDER_RECOMMENDATIONS = 8
    RPV_FORMAT_DEFENDER_VULNERABILITY_LIST = 9
    RPV_FORMAT_DEFENDER_SOFTWARE_LIST = 10
    RPV_FORMAT_DEFENDER_REMEDIATION_TASKS = 11


class rpv_impact(enum.IntEnum):
    RPV_IMPACT_DEFAULT = 0
    RPV_IMPACT_NO_IMPACT = 1
    RPV_IMPACT_MITIGATION_LIKE = 2
    RPV_IMPACT_HYBRID = 3


class rpv_justification(enum.IntEnum):
    RPV_JUSTIFICATION_NONE = 0
    RPV_JUSTIFICATION_THIRD_PARTY_CONTROL = 1
    RPV_JUSTIFICATION_ALTERNATE_MITIGATION = 2
    RPV_JUSTIFICATION_RISK_ACCEPTED = 3
    RPV_JUSTIFICATION_PLANNED_REMEDIATION = 4
    RPV_JUSTIFICATION_NO_PATCH_AVAILABLE = 5
    RPV_JUSTIFICATION_FALSE_POSITIVE = 6


class rpv_kind(enum.IntEnum):
    RPV_KIND_UNCHANGED = 0
    RPV_KIND_UPDATE = 1
    RPV_KIND_UPGRADE = 2
    RPV_KIND_UNINSTALL = 3
    RPV_KIND_CONFIGURATION_CHANGE = 4
    RPV_KIND_ATTENTION_REQUIRED = 5


class rpv_level(enum.IntEnum):
    RPV_LEVEL_LOW = 1
    RPV_LEVEL_MEDIUM = 2
    RPV_LEVEL_HIGH = 3


class rpv_log_level(enum.IntEnum):
    RPV_LOG_NOTE = 1
    RPV_LOG_WARNING = 2


class rpv_permission(enum.IntEnum):
    RPV_PERMIT_VIEW = 1
    RPV_PERMIT_EXCEPTIONS = 2
    RPV_PERMIT_GLOBAL_EXCEPTIONS = 4
    RPV_PERMIT_APPROVE = 8
    RPV_PERMIT_REMEDIATION = 16
    RPV_PERMIT_SETTINGS = 32
    RPV_PERMIT_INGEST = 64
    RPV_PERMIT_ALL = 127


class rpv_postgres_mode(enum.IntEnum):
    RPV_POSTGRES_CREATE = 0
    RPV_POSTGRES_EXISTING = 1
    RPV_POSTGRES_READ_ONLY = 2


class rpv_priority(enum.IntEnum):
    RPV_PRIORITY_MEDIUM = 0
    RPV_PRIORITY_LOW = 1
    RPV_PRIORITY_HIGH = 2


class rpv_recommendation_field(enum.IntEnum):
    RPV_RECOMMENDATION_CATEGORY = 1
    RPV_RECOMMENDATION_SUBCATEGORY = 2
    RPV_RECOMMENDATION_VENDOR = 4
    RPV_RECOMMENDATION_PRODUCT = 8
    RPV_RECOMMENDATION_VERSION = 16
    RPV_RECOMMENDATION_NEW_VENDOR = 32
    RPV_RECOMMENDATION_NEW_PROGRAM = 64
    RPV_RECOMMENDATION_TITLE = 128
    RPV_RECOMMENDATION_DESCRIPTION = 256
    RPV_RECOMMENDATION_STEPS = 512
    RPV_RECOMMENDATION_COMPONENT = 1024
    RPV_RECOMMENDATION_POINTS = 2048
    RPV_RECOMMENDATION_TAGS = 4096
    RPV_RECOMMENDATION_THREATS = 8192
    RPV_RECOMMENDATION_KIND = 16384


class rpv_recommendation_sort(enum.IntEnum):
    RPV_RECOMMENDATION_BY_IMPACT = 0
    RPV_RECOMMENDATION_BY_SECURE_IMPACT = 1
    RPV_RECOMMENDATION_BY_DEVICES = 2
    RPV_RECOMMENDATION_BY_WEAKNESSES = 3
    RPV_RECOMMENDATION_BY_ID = 4


class rpv_remediation_kind(enum.IntEnum):
    RPV_REMEDIATION_DEFAULT = 0
    RPV_REMEDIATION_UPDATE = 1
    RPV_REMEDIATION_UPGRADE = 2
    RPV_REMEDIATION_UNINSTALL = 3
    RPV_REMEDIATION_CONFIGURATION_CHANGE = 4
    RPV_REMEDIATION_ATTENTION_REQUIRED = 5


class rpv_remediation_sort(enum.IntEnum):
    RPV_REMEDIATION_BY_REQUESTED = 0
    RPV_REMEDIATION_BY_DUE = 1
    RPV_REMEDIATION_BY_IMPACT = 2


class rpv_remediation_status(enum.IntEnum):
    RPV_REMEDIATION_ACTIVE = 1
    RPV_REMEDIATION_COMPLETED = 2
    RPV_REMEDIATION_CANCELED = 4


class rpv_rule(enum.IntEnum):
    RPV_RULE_NONE_COVERS = 1
    RPV_RULE_SOME_VISIBLE = 2
    RPV_RULE_RECOMMENDATION = 3
    RPV_RULE_WEAKNESS = 4
    RPV_RULE_WEAKNESS_EVERYWHERE = 5
    RPV_RULE_EVERY_WEAKNESS = 6


class rpv_scope(enum.IntEnum):
    RPV_SCOPE_GLOBAL = 0
    RPV_SCOPE_ALL_GROUPS = 1
    RPV_SCOPE_GROUPS = 2
    RPV_SCOPE_DEVICES = 3


class rpv_severity(enum.IntEnum):
    RPV_SEVERITY_UNCHANGED = 0
    RPV_SEVERITY_UNKNOWN = 1
    RPV_SEVERITY_LOW = 2
    RPV_SEVERITY_MEDIUM = 3
    RPV_SEVERITY_HIGH = 4
    RPV_SEVERITY_CRITICAL = 5


class rpv_sqlite_mode(enum.IntEnum):
    RPV_SQLITE_CREATE = 0
    RPV_SQLITE_EXISTING = 1
    RPV_SQLITE_READ_ONLY = 2


class rpv_standing(enum.IntEnum):
    RPV_STANDING_DECIDES = 1
    RPV_STANDING_ALSO = 2
    RPV_STANDING_SUSPENDED = 3
    RPV_STANDING_SHADOWED = 4
    RPV_STANDING_PENDING = 5
    RPV_STANDING_SCHEDULED = 6
    RPV_STANDING_EXPIRED = 7
    RPV_STANDING_CANCELED = 8
    RPV_STANDING_RESURFACED = 9
    RPV_STANDING_REJECTED = 10
    RPV_STANDING_SUPERSEDED = 11
    RPV_STANDING_TAKEN_OUT = 12


class rpv_state(enum.IntEnum):
    RPV_STATE_ACTIVE = 1
    RPV_STATE_PARTIAL_EXCEPTION = 2
    RPV_STATE_FULL_EXCEPTION = 4
    RPV_STATE_RESOLVED = 8
    RPV_STATE_ALL = 15


class rpv_status(enum.IntEnum):
    RPV_STOP = 1
    RPV_OK = 0
    RPV_E_INVALID = -1
    RPV_E_NOMEM = -2
    RPV_E_NOT_FOUND = -3
    RPV_E_REFUSED = -4
    RPV_E_DENIED = -5
    RPV_E_LIMIT = -6
    RPV_E_CLOCK = -7
    RPV_E_STORAGE = -8
    RPV_E_FULL = -9
    RPV_E_CONFLICT = -10
    RPV_E_OUTCOME = -11
    RPV_E_BUSY = -12
    RPV_E_CORRUPT = -13
    RPV_E_VERSION = -14
    RPV_E_READ_ONLY = -15


class rpv_storage_capability(enum.IntEnum):
    RPV_STORAGE_VOLATILE = 1
    RPV_STORAGE_READ_ONLY = 2


class rpv_testkit_flag(enum.IntEnum):
    RPV_TESTKIT_SHARED = 1


class rpv_testkit_outcome(enum.IntEnum):
    RPV_TESTKIT_PASSED = 0
    RPV_TESTKIT_FAILED = 1
    RPV_TESTKIT_NOT_TRIED = 2


class rpv_testkit_place(enum.IntEnum):
    RPV_TESTKIT_FRESH = 0
    RPV_TESTKIT_AGAIN = 1


class rpv_ticket_status(enum.IntEnum):
    RPV_TICKET_NONE = 0
    RPV_TICKET_PENDING = 1
    RPV_TICKET_ACCEPTED = 2
    RPV_TICKET_COMPLETED = 3
    RPV_TICKET_REJECTED = 4


class rpv_trigger(enum.IntEnum):
    RPV_TRIGGER_EXPOSURE = 0
    RPV_TRIGGER_SEVERITY = 1
    RPV_TRIGGER_EXPLOIT = 2
    RPV_TRIGGER_KNOWN_EXPLOITED = 3
    RPV_TRIGGER_EPSS_CROSSING = 4
    RPV_TRIGGER_EPSS_DOUBLED = 5
    RPV_TRIGGER_ACTIVE_ALERT = 6
    RPV_TRIGGER_EXPOSED_DEVICES = 7
    RPV_TRIGGER_HIGH_VALUE = 8
    RPV_TRIGGER_INTERNET_FACING = 9
    RPV_TRIGGER_END_OF_SUPPORT = 10
    RPV_TRIGGER_FIX_AVAILABLE = 11
    RPV_TRIGGER_CONTROL_RETIRED = 12
    RPV_TRIGGER_CONTROL_STALE = 13


class rpv_value(enum.IntEnum):
    RPV_VALUE_UNCHANGED = 0
    RPV_VALUE_LOW = 1
    RPV_VALUE_NORMAL = 2
    RPV_VALUE_HIGH = 3


class rpv_view(enum.IntEnum):
    RPV_VIEW_OFFICIAL = 0
    RPV_VIEW_NO_IMPACT = 1
    RPV_VIEW_MITIGATION_LIKE = 2


class rpv_vocabulary(enum.IntEnum):
    RPV_WORDS_VALUE = 1
    RPV_WORDS_SEVERITY = 2
    RPV_WORDS_EXPLOIT = 3
    RPV_WORDS_KIND = 4
    RPV_WORDS_CATEGORY = 5
    RPV_WORDS_CONFIGURATION_STATE = 6
    RPV_WORDS_STATE = 7
    RPV_WORDS_JUSTIFICATION = 8
    RPV_WORDS_IMPACT = 9
    RPV_WORDS_SCOPE = 10
    RPV_WORDS_EXCEPTION_STATUS = 11
    RPV_WORDS_REMEDIATION_KIND = 12
    RPV_WORDS_PRIORITY = 13
    RPV_WORDS_REMEDIATION_STATUS = 14
    RPV_WORDS_TICKET_STATUS = 15
    RPV_WORDS_LEVEL = 16
    RPV_WORDS_EVENT_TYPE = 17
    RPV_WORDS_TRIGGER = 18
    RPV_WORDS_CONTROL_KIND = 19
    RPV_WORDS_RULE = 20
    RPV_WORDS_STANDING = 21
    RPV_WORDS_WATCH = 22
    RPV_WORDS_BUDGET_BY = 23


class rpv_watch(enum.IntEnum):
    RPV_WATCH_NONE = 0
    RPV_WATCH_EXPIRING = 1
    RPV_WATCH_STALE = 2
    RPV_WATCH_SHADOWED = 3
    RPV_WATCH_GROWN = 4
    RPV_WATCH_OVERDUE = 5


class rpv_weakness_field(enum.IntEnum):
    RPV_WEAKNESS_TITLE = 1
    RPV_WEAKNESS_SEVERITY = 2
    RPV_WEAKNESS_CVSS = 4
    RPV_WEAKNESS_EPSS = 8
    RPV_WEAKNESS_EPSS_MODEL = 16
    RPV_WEAKNESS_EXPLOIT = 32
    RPV_WEAKNESS_KNOWN_EXPLOITED = 64
    RPV_WEAKNESS_RANSOMWARE = 128
    RPV_WEAKNESS_PUBLISHED = 256
    RPV_WEAKNESS_UPDATED = 512
    RPV_WEAKNESS_ZERO_DAY = 1024
    RPV_WEAKNESS_FIX_AVAILABLE = 2048
    RPV_WEAKNESS_ACTIVE_ALERT = 4096
    RPV_WEAKNESS_ALIASES = 8192


class rpv_weakness_sort(enum.IntEnum):
    RPV_WEAKNESS_BY_ID = 0
    RPV_WEAKNESS_BY_DEVICES = 1
    RPV_WEAKNESS_BY_EXPOSURE = 2


class rpv_allocator(Structure):
    pass


class rpv_assessment(Structure):
    pass


class rpv_assessment_columns(Structure):
    pass


class rpv_assessment_facts(Structure):
    pass


class rpv_authorise(Structure):
    pass


class rpv_baseline(Structure):
    pass


class rpv_batch(Structure):
    """A handle."""


class rpv_batch_options(Structure):
    pass


class rpv_batch_result(Structure):
    pass


class rpv_budget(Structure):
    pass


class rpv_bytes(Structure):
    pass


class rpv_clock(Structure):
    pass


class rpv_contribution(Structure):
    pass


class rpv_contribution_query(Structure):
    pass


class rpv_control(Structure):
    pass


class rpv_control_facts(Structure):
    pass


class rpv_control_query(Structure):
    pass


class rpv_cvss(Structure):
    pass


class rpv_device(Structure):
    pass


class rpv_device_facts(Structure):
    pass


class rpv_device_query(Structure):
    pass


class rpv_error(Structure):
    pass


class rpv_event(Structure):
    pass


class rpv_event_query(Structure):
    pass


class rpv_exception(Structure):
    pass


class rpv_exception_query(Structure):
    pass


class rpv_exception_request(Structure):
    pass


class rpv_executor(Structure):
    pass


class rpv_expect(Structure):
    pass


class rpv_explained_exception(Structure):
    pass


class rpv_explained_finding(Structure):
    pass


class rpv_explanation(Structure):
    """A handle."""


class rpv_explanation_outcome(Structure):
    pass


class rpv_export_result(Structure):
    pass


class rpv_exposure_model(Structure):
    pass


class rpv_figure_then(Structure):
    pass


class rpv_filing(Structure):
    """A handle."""


class rpv_filing_outcome(Structure):
    pass


class rpv_firing(Structure):
    pass


class rpv_forecast_query(Structure):
    pass


class rpv_group(Structure):
    pass


class rpv_group_count(Structure):
    pass


class rpv_group_facts(Structure):
    pass


class rpv_hash(Structure):
    pass


class rpv_host_engine(Structure):
    pass


class rpv_import_error(Structure):
    pass


class rpv_import_options(Structure):
    pass


class rpv_import_progress(Structure):
    pass


class rpv_import_result(Structure):
    pass


class rpv_journal_proof(Structure):
    pass


class rpv_likelihood_facts(Structure):
    pass


class rpv_limits(Structure):
    pass


class rpv_list(Structure):
    """A handle."""


class rpv_log(Structure):
    pass


class rpv_partial(Structure):
    """A handle."""


class rpv_partial_impact(Structure):
    pass


class rpv_partial_info(Structure):
    pass


class rpv_plan_cost(Structure):
    pass


class rpv_plan_query(Structure):
    pass


class rpv_plan_step(Structure):
    pass


class rpv_policy(Structure):
    pass


class rpv_policy_change(Structure):
    pass


class rpv_policy_outcome(Structure):
    pass


class rpv_postgres_options(Structure):
    pass


class rpv_principal(Structure):
    pass


class rpv_question(Structure):
    pass


class rpv_recommendation(Structure):
    pass


class rpv_recommendation_facts(Structure):
    pass


class rpv_recommendation_query(Structure):
    pass


class rpv_remediation(Structure):
    pass


class rpv_remediation_query(Structure):
    pass


class rpv_remediation_request(Structure):
    pass


class rpv_renewal_request(Structure):
    pass


class rpv_restore_store(Structure):
    pass


class rpv_score(Structure):
    pass


class rpv_score_engine(Structure):
    """A handle."""


class rpv_score_point(Structure):
    pass


class rpv_score_point_query(Structure):
    pass


class rpv_score_query(Structure):
    pass


class rpv_score_series(Structure):
    pass


class rpv_secure_score(Structure):
    pass


class rpv_session(Structure):
    """A handle."""


class rpv_storage(Structure):
    pass


class rpv_store(Structure):
    """A handle."""


class rpv_store_info(Structure):
    pass


class rpv_store_options(Structure):
    pass


class rpv_target(Structure):
    pass


class rpv_testkit_options(Structure):
    pass


class rpv_testkit_report(Structure):
    pass


class rpv_testkit_result(Structure):
    pass


class rpv_text_column(Structure):
    pass


class rpv_weakness(Structure):
    pass


class rpv_weakness_facts(Structure):
    pass


class rpv_weakness_query(Structure):
    pass


class rpv_weakness_set(Structure):
    pass


class rpv_weakness_set_facts(Structure):
    pass


class rpv_what_if_options(Structure):
    pass


class rpv_worth(Structure):
    pass


class rpv_write(Structure):
    pass


rpv_allocator._fields_ = [
    ("user", c_void_p),
    ("resize", CFUNCTYPE(c_void_p, c_void_p, c_void_p, c_size_t)),
]
rpv_assessment._fields_ = [
    ("device", c_char_p),
    ("recommendation", c_char_p),
    ("source", c_char_p),
    ("version", c_char_p),
    ("set", c_char_p),
    ("weaknesses", POINTER(c_char_p)),
    ("weakness_count", c_size_t),
    ("first_seen_ms", c_int64),
    ("last_seen_ms", c_int64),
    ("reported_ms", c_int64),
    ("state", c_int),
    ("user_impact", c_int32),
    ("follows_device", c_int32),
    ("reserved", c_int32),
]
rpv_text_column._fields_ = [
    ("texts", POINTER(c_char_p)),
    ("bytes", c_char_p),
    ("size", c_size_t),
    ("offsets", c_void_p),
    ("codes", c_void_p),
    ("count", c_size_t),
    ("offset_width", c_uint32),
    ("code_width", c_uint32),
]
rpv_assessment_columns._fields_ = [
    ("struct_size", c_size_t),
    ("count", c_size_t),
    ("device", rpv_text_column),
    ("recommendation", rpv_text_column),
    ("version", rpv_text_column),
    ("set", rpv_text_column),
    ("weakness", rpv_text_column),
    ("weakness_offsets", c_void_p),
    ("weakness_offset_width", c_uint32),
    ("reserved", c_uint32),
    ("states", POINTER(c_uint8)),
    ("user_impacts", POINTER(c_uint8)),
    ("changes", POINTER(c_uint8)),
    ("first_seen_ms", POINTER(c_int64)),
    ("last_seen_ms", POINTER(c_int64)),
    ("weakness_counts", c_void_p),
    ("weakness_count_width", c_uint32),
    ("reserved_too", c_uint32),
]
rpv_assessment_facts._fields_ = [
    ("struct_size", c_size_t),
    ("device", c_char_p),
    ("recommendation", c_char_p),
    ("version", c_char_p),
    ("set", c_char_p),
    ("weaknesses", POINTER(c_char_p)),
    ("weakness_count", c_size_t),
    ("first_seen_ms", c_int64),
    ("last_seen_ms", c_int64),
    ("state", c_int),
    ("user_impact", c_int),
    ("change", c_int),
    ("reserved", c_int32),
]
rpv_authorise._fields_ = [
    ("user", c_void_p),
    ("decide", CFUNCTYPE(c_int, c_void_p, POINTER(rpv_question))),
]
rpv_baseline._fields_ = [
    ("high_value", c_uint64),
    ("internet_facing", c_uint64),
    ("scope_devices", c_uint64 * 3),
    ("epss", c_double),
    ("epss_weakness", c_char_p),
    ("severity", c_int),
    ("exploit", c_int),
    ("known_exploited", c_int32),
    ("fix_available", c_int32),
    ("end_of_support", c_int32),
    ("warned", c_uint32),
    ("base_exposure", c_double),
    ("base_epss", c_double),
    ("base_doubling", c_double),
]
rpv_batch_options._fields_ = [
    ("struct_size", c_size_t),
    ("source", c_char_p),
    ("reported_ms", c_int64),
    ("lenient", c_int32),
    ("restore", c_int32),
]
rpv_batch_result._fields_ = [
    ("struct_size", c_size_t),
    ("revision", c_uint64),
    ("records", c_uint64),
    ("changed", c_uint64),
    ("stale", c_uint64),
    ("clipped", c_uint64),
    ("created", c_uint64),
    ("events", c_uint64),
]
rpv_budget._fields_ = [
    ("value", c_char_p),
    ("accepted", c_double),
    ("limit", c_double),
    ("exceptions", c_uint64),
    ("by", c_int),
    ("reserved", c_int32),
]
rpv_bytes._fields_ = [
    ("data", c_void_p),
    ("size", c_size_t),
]
rpv_clock._fields_ = [
    ("user", c_void_p),
    ("now", CFUNCTYPE(c_int, c_void_p, POINTER(c_int64))),
]
rpv_contribution._fields_ = [
    ("id", c_char_p),
    ("exposure_official", c_double),
    ("exposure_no_impact", c_double),
    ("exposure_mitigation_like", c_double),
    ("secure_official", c_double),
    ("secure_no_impact", c_double),
    ("secure_mitigation_like", c_double),
]
rpv_contribution_query._fields_ = [
    ("struct_size", c_size_t),
    ("group", c_char_p),
    ("limit", c_uint64),
    ("by", c_int),
    ("category", c_int),
]
rpv_control._fields_ = [
    ("id", c_char_p),
    ("description", c_char_p),
    ("owner", c_char_p),
    ("evidence", POINTER(c_char_p)),
    ("evidence_count", c_size_t),
    ("added_ms", c_int64),
    ("reviewed_ms", c_int64),
    ("review_interval_ms", c_int64),
    ("stale_ms", c_int64),
    ("exceptions", c_uint64),
    ("kind", c_int),
    ("stale", c_int32),
    ("retired", c_int32),
    ("reserved", c_int32),
]
rpv_control_facts._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("description", c_char_p),
    ("owner", c_char_p),
    ("evidence", POINTER(c_char_p)),
    ("evidence_count", c_size_t),
    ("reviewed_ms", c_int64),
    ("review_interval_ms", c_int64),
    ("added_ms", c_int64),
    ("kind", c_int),
    ("retired", c_int),
    ("given", c_uint32),
    ("removed", c_int32),
]
rpv_control_query._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("after", c_char_p),
    ("limit", c_uint64),
    ("kind", c_int),
    ("stale", c_int),
    ("retired", c_int),
    ("reserved", c_int32),
]
rpv_cvss._fields_ = [
    ("struct_size", c_size_t),
    ("base", c_double),
    ("overall", c_double),
    ("version", c_int32),
    ("severity", c_int),
]
rpv_device._fields_ = [
    ("id", c_char_p),
    ("name", c_char_p),
    ("os", c_char_p),
    ("group", c_char_p),
    ("justification", c_char_p),
    ("tags", POINTER(c_char_p)),
    ("tag_count", c_size_t),
    ("version", c_char_p),
    ("first_seen_ms", c_int64),
    ("last_seen_ms", c_int64),
    ("exposure", c_double),
    ("exposure_no_impact", c_double),
    ("exposure_mitigation_like", c_double),
    ("value", c_int),
    ("internet_facing", c_int32),
    ("active_alert", c_int32),
    ("excluded", c_int32),
    ("active", c_int32),
    ("covered", c_int32),
    ("state", c_int),
    ("user_impact", c_int32),
]
rpv_device_facts._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("name", c_char_p),
    ("os", c_char_p),
    ("group", c_char_p),
    ("tags", POINTER(c_char_p)),
    ("tag_count", c_size_t),
    ("justification", c_char_p),
    ("last_seen_ms", c_int64),
    ("first_seen_ms", c_int64),
    ("value", c_int),
    ("internet_facing", c_int),
    ("active_alert", c_int),
    ("excluded", c_int),
    ("given", c_uint32),
    ("removed", c_int32),
]
rpv_device_query._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("group", c_char_p),
    ("recommendation", c_char_p),
    ("weakness", c_char_p),
    ("after", c_char_p),
    ("limit", c_uint64),
    ("sort", c_int),
    ("covered", c_int),
    ("active", c_int),
    ("reserved", c_int32),
]
rpv_error._fields_ = [
    ("struct_size", c_size_t),
    ("status", c_int),
    ("host_code", c_int32),
    ("index", c_uint64),
    ("field", c_char * 64),
    ("message", c_char * 512),
]
rpv_event._fields_ = [
    ("struct_size", c_size_t),
    ("sequence", c_uint64),
    ("time_ms", c_int64),
    ("commit_ms", c_int64),
    ("actor", c_char_p),
    ("recommendation", c_char_p),
    ("weakness", c_char_p),
    ("device", c_char_p),
    ("group", c_char_p),
    ("exception", c_char_p),
    ("remediation", c_char_p),
    ("before", c_char_p),
    ("after", c_char_p),
    ("reason", c_char_p),
    ("count", c_uint64),
    ("groups", POINTER(rpv_group_count)),
    ("group_count", c_size_t),
    ("type", c_int),
    ("reserved", c_int32),
    ("trigger", c_char_p),
    ("threshold", c_char_p),
    ("control", c_char_p),
    ("policy", c_char_p),
]
rpv_event_query._fields_ = [
    ("struct_size", c_size_t),
    ("since", c_uint64),
    ("limit", c_uint64),
    ("exception", c_char_p),
]
rpv_worth._fields_ = [
    ("exposure", c_double),
    ("exposure_mitigation_like", c_double),
    ("secure", c_double),
    ("secure_mitigation_like", c_double),
]
rpv_exception._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("recommendation", c_char_p),
    ("weakness", c_char_p),
    ("context", c_char_p),
    ("requester", c_char_p),
    ("approver", c_char_p),
    ("status_reason", c_char_p),
    ("ticket", c_char_p),
    ("predecessor", c_char_p),
    ("successor", c_char_p),
    ("groups", POINTER(c_char_p)),
    ("group_count", c_size_t),
    ("canceled_groups", POINTER(c_char_p)),
    ("canceled_group_count", c_size_t),
    ("devices", POINTER(c_char_p)),
    ("device_count", c_size_t),
    ("evidence", POINTER(c_char_p)),
    ("evidence_count", c_size_t),
    ("filed_ms", c_int64),
    ("start_ms", c_int64),
    ("end_ms", c_int64),
    ("ended_ms", c_int64),
    ("worth", rpv_worth),
    ("filed_devices", c_uint64),
    ("filed_groups", c_uint64),
    ("filed_weaknesses", c_uint64),
    ("filed_exposure", c_double),
    ("justification", c_int),
    ("impact", c_int),
    ("scope", c_int),
    ("status", c_int),
    ("all_groups", c_int32),
    ("shadowed", c_int32),
    ("baseline", rpv_baseline),
    ("firings", POINTER(rpv_firing)),
    ("firing_count", c_size_t),
    ("renewals", c_uint64),
    ("total_ms", c_int64),
    ("controls", POINTER(c_char_p)),
    ("control_count", c_size_t),
    ("stale_ms", c_int64),
    ("approve_by_ms", c_int64),
    ("approved_ms", c_int64),
    ("supersede", c_int32),
    ("reserved", c_int32),
    ("watch", c_uint32),
    ("watch_told", c_uint32),
]
rpv_exception_query._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("recommendation", c_char_p),
    ("weakness", c_char_p),
    ("group", c_char_p),
    ("requester", c_char_p),
    ("after", c_char_p),
    ("limit", c_uint64),
    ("ends_before_ms", c_int64),
    ("statuses", c_uint32),
    ("justifications", c_uint32),
    ("impacts", c_uint32),
    ("scopes", c_uint32),
    ("single_weakness", c_int),
    ("sort", c_int),
    ("with_worth", c_int32),
    ("reserved", c_int32),
    ("control", c_char_p),
    ("within_ms", c_int64),
    ("watch", c_int),
    ("reserved2", c_int32),
]
rpv_exception_request._fields_ = [
    ("struct_size", c_size_t),
    ("recommendation", c_char_p),
    ("weakness", c_char_p),
    ("context", c_char_p),
    ("groups", POINTER(c_char_p)),
    ("group_count", c_size_t),
    ("devices", POINTER(c_char_p)),
    ("device_count", c_size_t),
    ("ticket", c_char_p),
    ("evidence", POINTER(c_char_p)),
    ("evidence_count", c_size_t),
    ("start_ms", c_int64),
    ("end_ms", c_int64),
    ("duration_ms", c_int64),
    ("justification", c_int),
    ("impact", c_int),
    ("scope", c_int),
    ("supersede", c_int32),
    ("controls", POINTER(c_char_p)),
    ("control_count", c_size_t),
]
rpv_executor._fields_ = [
    ("user", c_void_p),
    ("run", CFUNCTYPE(c_int, c_void_p, c_uint32, CFUNCTYPE(None, c_void_p, c_uint32), c_void_p)),
    ("threads", c_uint32),
    ("reserved", c_uint32),
]
rpv_expect._fields_ = [
    ("key", rpv_bytes),
    ("value", rpv_bytes),
    ("absent", c_int32),
]
rpv_explained_exception._fields_ = [
    ("id", c_char_p),
    ("recommendation", c_char_p),
    ("weakness", c_char_p),
    ("by", c_char_p),
    ("reason", c_char_p),
    ("at_ms", c_int64),
    ("standing", c_int),
    ("status", c_int),
    ("scope", c_int),
    ("reserved", c_int32),
]
rpv_explained_finding._fields_ = [
    ("weakness", c_char_p),
    ("decided_by", c_char_p),
    ("rule", c_int),
    ("visible", c_int32),
    ("in_official", c_int32),
    ("reserved", c_int32),
]
rpv_explanation_outcome._fields_ = [
    ("device", c_char_p),
    ("group", c_char_p),
    ("recommendation", c_char_p),
    ("weakness", c_char_p),
    ("decided_by", c_char_p),
    ("message", c_char_p),
    ("also", POINTER(c_char_p)),
    ("also_count", c_size_t),
    ("overruled", POINTER(c_char_p)),
    ("overruled_count", c_size_t),
    ("exceptions", POINTER(rpv_explained_exception)),
    ("exception_count", c_size_t),
    ("ended_left_out", c_uint64),
    ("findings", POINTER(rpv_explained_finding)),
    ("finding_count", c_size_t),
    ("time_ms", c_int64),
    ("valid_until_ms", c_int64),
    ("rule", c_int),
    ("visible", c_int32),
    ("in_no_impact", c_int32),
    ("in_official", c_int32),
    ("in_mitigation_like", c_int32),
    ("active", c_int32),
    ("excluded", c_int32),
    ("reserved", c_int32),
]
rpv_export_result._fields_ = [
    ("struct_size", c_size_t),
    ("lines", c_uint64),
    ("bytes", c_uint64),
    ("revision", c_uint64),
]
rpv_exposure_model._fields_ = [
    ("struct_size", c_size_t),
    ("name", c_char_p),
    ("base_unknown", c_uint32),
    ("base_low", c_uint32),
    ("base_medium", c_uint32),
    ("base_high", c_uint32),
    ("base_critical", c_uint32),
    ("floor_public", c_uint32),
    ("floor_verified", c_uint32),
    ("floor_in_kit", c_uint32),
    ("floor_known_exploited", c_uint32),
    ("floor_active_alert", c_uint32),
    ("highest", c_uint32),
    ("consequence_unknown", c_uint32),
    ("consequence_low", c_uint32),
    ("consequence_medium", c_uint32),
    ("consequence_high", c_uint32),
    ("consequence_critical", c_uint32),
    ("reach", c_uint32),
    ("internet_facing", c_uint32),
    ("active_alert", c_uint32),
    ("value_low", c_uint32),
    ("value_normal", c_uint32),
    ("value_high_least", c_uint32),
    ("value_high_per_device", c_uint32),
    ("likelihood", CFUNCTYPE(c_int, c_void_p, POINTER(rpv_likelihood_facts), POINTER(c_uint32))),
    ("user", c_void_p),
]
rpv_figure_then._fields_ = [
    ("figure", c_char_p),
    ("then", c_double),
    ("now", c_double),
]
rpv_secure_score._fields_ = [
    ("points", c_double),
    ("max_points", c_double),
    ("percent", c_double),
]
rpv_score._fields_ = [
    ("struct_size", c_size_t),
    ("time_ms", c_int64),
    ("revision", c_uint64),
    ("valid_until_ms", c_int64),
    ("devices", c_uint64),
    ("exposure_official", c_double),
    ("exposure_no_impact", c_double),
    ("exposure_mitigation_like", c_double),
    ("secure_official", rpv_secure_score),
    ("secure_no_impact", rpv_secure_score),
    ("secure_mitigation_like", rpv_secure_score),
    ("level", c_int),
    ("reserved", c_int32),
]
rpv_filing_outcome._fields_ = [
    ("exception", POINTER(rpv_exception)),
    ("message", c_char_p),
    ("conflicts", POINTER(c_char_p)),
    ("conflict_count", c_size_t),
    ("unseen_conflicts", c_uint64),
    ("refusals", POINTER(c_char_p)),
    ("refusal_count", c_size_t),
    ("suspends", POINTER(c_char_p)),
    ("suspend_count", c_size_t),
    ("supersedes", POINTER(c_char_p)),
    ("supersede_count", c_size_t),
    ("skipped_groups", POINTER(c_char_p)),
    ("skipped_group_count", c_size_t),
    ("hidden_devices", c_uint64),
    ("hidden_findings", c_uint64),
    ("before", rpv_score),
    ("after", rpv_score),
    ("worse", c_int32),
    ("reserved", c_int32),
    ("figures", POINTER(rpv_figure_then)),
    ("figure_count", c_size_t),
    ("hidden_device_ids", POINTER(c_char_p)),
    ("hidden_device_id_count", c_size_t),
    ("hidden_weaknesses", POINTER(c_char_p)),
    ("hidden_weakness_count", c_size_t),
]
rpv_firing._fields_ = [
    ("trigger", c_int),
    ("voided", c_int32),
    ("time_ms", c_int64),
    ("weakness", c_char_p),
    ("frozen", c_double),
    ("now", c_double),
    ("threshold", c_double),
    ("control", c_char_p),
]
rpv_forecast_query._fields_ = [
    ("struct_size", c_size_t),
    ("time_ms", c_int64),
    ("group", c_char_p),
    ("category", c_int),
    ("devices_fall_silent", c_int32),
    ("without_remediation", c_int32),
    ("reserved", c_int32),
]
rpv_group._fields_ = [
    ("name", c_char_p),
    ("description", c_char_p),
    ("rank", c_uint32),
    ("declared", c_int32),
    ("devices", c_uint64),
    ("active_devices", c_uint64),
]
rpv_group_count._fields_ = [
    ("group", c_char_p),
    ("count", c_uint64),
]
rpv_group_facts._fields_ = [
    ("struct_size", c_size_t),
    ("name", c_char_p),
    ("previous_name", c_char_p),
    ("description", c_char_p),
    ("rank", c_uint32),
    ("removed", c_int32),
]
rpv_hash._fields_ = [
    ("user", c_void_p),
    ("name", c_char_p),
    ("size", c_size_t),
    ("digest", CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t, POINTER(c_uint8))),
]
rpv_host_engine._fields_ = [
    ("struct_size", c_size_t),
    ("name", c_char_p),
    ("score", CFUNCTYPE(c_int, c_void_p, POINTER(rpv_session), POINTER(rpv_score_query), POINTER(rpv_score))),
    ("contributions", CFUNCTYPE(c_int, c_void_p, POINTER(rpv_session), POINTER(rpv_contribution_query),
        POINTER(rpv_contribution), POINTER(c_size_t))),
    ("user", c_void_p),
]
rpv_import_error._fields_ = [
    ("struct_size", c_size_t),
    ("status", c_int),
    ("host_code", c_int32),
    ("record", c_uint64),
    ("line", c_uint64),
    ("column", c_uint64),
    ("offset", c_uint64),
    ("source", c_char * 256),
    ("field", c_char * 64),
    ("message", c_char * 768),
]
rpv_import_options._fields_ = [
    ("struct_size", c_size_t),
    ("source", c_char_p),
    ("reported_ms", c_int64),
    ("batch_records", c_uint64),
    ("memory", c_uint64),
    ("format", c_int),
    ("extent", c_int),
    ("lenient", c_int32),
    ("reserved", c_int32),
    ("user", c_void_p),
    ("progress", CFUNCTYPE(c_int, c_void_p, POINTER(rpv_import_progress))),
    ("notice", CFUNCTYPE(None, c_void_p, POINTER(rpv_import_error))),
]
rpv_import_progress._fields_ = [
    ("struct_size", c_size_t),
    ("bytes", c_uint64),
    ("bytes_total", c_uint64),
    ("records", c_uint64),
    ("batches", c_uint64),
    ("writing", c_int32),
    ("reserved", c_int32),
]
rpv_import_result._fields_ = [
    ("struct_size", c_size_t),
    ("records", c_uint64),
    ("duplicates", c_uint64),
    ("skipped", c_uint64),
    ("groups", c_uint64),
    ("devices", c_uint64),
    ("weaknesses", c_uint64),
    ("recommendations", c_uint64),
    ("assessments", c_uint64),
    ("unaffected", c_uint64),
    ("remediations", c_uint64),
    ("exceptions", c_uint64),
    ("events", c_uint64),
    ("vectors_skipped", c_uint64),
    ("batches", c_uint64),
    ("changed", c_uint64),
    ("stale", c_uint64),
    ("clipped", c_uint64),
    ("format", c_int),
    ("extent", c_int),
    ("restored", c_int32),
    ("reserved", c_int32),
    ("controls", c_uint64),
    ("scores", c_uint64),
]
rpv_journal_proof._fields_ = [
    ("struct_size", c_size_t),
    ("revision", c_uint64),
    ("sequence", c_uint64),
    ("commits", c_uint64),
    ("events", c_uint64),
    ("first_linked", c_uint64),
]
rpv_likelihood_facts._fields_ = [
    ("struct_size", c_size_t),
    ("weakness", c_char_p),
    ("epss", c_uint32),
    ("likelihood", c_uint32),
    ("severity", c_int),
    ("exploit", c_int),
    ("known_exploited", c_int32),
    ("active_alert", c_int32),
]
rpv_limits._fields_ = [
    ("devices", c_uint64),
    ("groups", c_uint64),
    ("recommendations", c_uint64),
    ("weaknesses", c_uint64),
    ("exceptions", c_uint64),
    ("remediations", c_uint64),
]
rpv_log._fields_ = [
    ("user", c_void_p),
    ("write", CFUNCTYPE(None, c_void_p, c_int, c_char_p)),
]
rpv_partial_impact._fields_ = [
    ("struct_size", c_size_t),
    ("recommendation", c_char_p),
    ("assessed_devices", c_uint64),
    ("exposed_devices", c_uint64),
    ("exposed_devices_after", c_uint64),
    ("exposed_devices_best", c_uint64),
    ("exposure_impact", c_double),
    ("exposure_impact_after", c_double),
    ("exposure_impact_best", c_double),
    ("standalone_exposure", c_double),
    ("secure_impact", c_double),
    ("secure_impact_after", c_double),
    ("secure_impact_best", c_double),
]
rpv_partial_info._fields_ = [
    ("struct_size", c_size_t),
    ("devices", c_uint64),
    ("recommendations", c_uint64),
    ("oldest_ms", c_int64),
    ("newest_ms", c_int64),
    ("inactive_after_ms", c_int64),
    ("group", c_char_p),
    ("model", c_char_p),
]
rpv_plan_cost._fields_ = [
    ("recommendation", c_char_p),
    ("cost", c_int64),
]
rpv_plan_query._fields_ = [
    ("struct_size", c_size_t),
    ("target", c_double),
    ("budget", c_int64),
    ("costs", POINTER(rpv_plan_cost)),
    ("cost_count", c_size_t),
    ("other_cost", c_int64),
    ("group", c_char_p),
    ("kinds", c_uint32),
    ("view", c_int),
]
rpv_plan_step._fields_ = [
    ("recommendation", c_char_p),
    ("title", c_char_p),
    ("cost", c_int64),
    ("total_cost", c_int64),
    ("gain", c_double),
    ("exposure", c_double),
    ("bound", c_double),
    ("exposure_official", c_double),
    ("exposure_no_impact", c_double),
    ("exposure_mitigation_like", c_double),
    ("devices", c_uint64),
]
rpv_policy._fields_ = [
    ("name", c_char_p),
    ("value", c_char_p),
    ("default_value", c_char_p),
    ("previous", c_char_p),
    ("description", c_char_p),
    ("part_of", c_char_p),
    ("is_default", c_int32),
    ("reserved", c_int32),
]
rpv_policy_change._fields_ = [
    ("name", c_char_p),
    ("value", c_char_p),
]
rpv_policy_outcome._fields_ = [
    ("struct_size", c_size_t),
    ("revision", c_uint64),
    ("changed", c_uint64),
    ("voided", c_uint64),
    ("warned", c_uint64),
]
rpv_postgres_options._fields_ = [
    ("struct_size", c_size_t),
    ("conninfo", c_char_p),
    ("schema", c_char_p),
    ("table", c_char_p),
    ("mode", c_int32),
    ("statement_timeout_ms", c_int32),
    ("reconnect_ms", c_int32),
    ("quiet", c_int32),
]
rpv_principal._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("permissions", c_uint32),
    ("reserved", c_uint32),
    ("visible_groups", POINTER(c_char_p)),
    ("visible_group_count", c_size_t),
]
rpv_question._fields_ = [
    ("struct_size", c_size_t),
    ("principal", c_char_p),
    ("permission", c_uint32),
    ("reserved", c_uint32),
    ("object", c_char_p),
]
rpv_recommendation._fields_ = [
    ("id", c_char_p),
    ("title", c_char_p),
    ("description", c_char_p),
    ("steps", c_char_p),
    ("component", c_char_p),
    ("vendor", c_char_p),
    ("product", c_char_p),
    ("subcategory", c_char_p),
    ("recommended_version", c_char_p),
    ("recommended_vendor", c_char_p),
    ("recommended_program", c_char_p),
    ("tags", POINTER(c_char_p)),
    ("tag_count", c_size_t),
    ("threats", POINTER(c_char_p)),
    ("threat_count", c_size_t),
    ("state", c_int),
    ("kind", c_int),
    ("category", c_int),
    ("points", c_uint32),
    ("severity", c_int),
    ("exploit", c_int),
    ("assessed_devices", c_uint64),
    ("exposed_devices", c_uint64),
    ("exposed_devices_after", c_uint64),
    ("covered_devices", c_uint64),
    ("weaknesses", c_uint64),
    ("exceptions", c_uint64),
    ("remediations", c_uint64),
    ("exposure_impact", c_double),
    ("exposure_impact_after", c_double),
    ("exposure_impact_best", c_double),
    ("standalone_exposure", c_double),
    ("secure_impact", c_double),
    ("secure_impact_after", c_double),
    ("secure_impact_best", c_double),
    ("public_exploit", c_int32),
    ("known_exploited", c_int32),
    ("active_alert", c_int32),
    ("reserved", c_int32),
]
rpv_recommendation_facts._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("subcategory", c_char_p),
    ("vendor", c_char_p),
    ("product", c_char_p),
    ("recommended_version", c_char_p),
    ("recommended_vendor", c_char_p),
    ("recommended_program", c_char_p),
    ("title", c_char_p),
    ("description", c_char_p),
    ("steps", c_char_p),
    ("component", c_char_p),
    ("tags", POINTER(c_char_p)),
    ("tag_count", c_size_t),
    ("threats", POINTER(c_char_p)),
    ("threat_count", c_size_t),
    ("kind", c_int),
    ("category", c_int),
    ("points", c_uint32),
    ("given", c_uint32),
    ("removed", c_int32),
    ("reserved", c_int32),
]
rpv_recommendation_query._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("component", c_char_p),
    ("vendor", c_char_p),
    ("tag", c_char_p),
    ("group", c_char_p),
    ("after", c_char_p),
    ("limit", c_uint64),
    ("states", c_uint32),
    ("kinds", c_uint32),
    ("categories", c_uint32),
    ("severity", c_int),
    ("exploit", c_int),
    ("has_remediation", c_int),
    ("sort", c_int),
    ("reserved", c_int32),
]
rpv_remediation._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("recommendation", c_char_p),
    ("title", c_char_p),
    ("component", c_char_p),
    ("requester", c_char_p),
    ("completed_by", c_char_p),
    ("reason", c_char_p),
    ("notes", c_char_p),
    ("connector", c_char_p),
    ("groups", POINTER(c_char_p)),
    ("group_count", c_size_t),
    ("overlaps", POINTER(c_char_p)),
    ("overlap_count", c_size_t),
    ("requested_ms", c_int64),
    ("due_ms", c_int64),
    ("ended_ms", c_int64),
    ("targets", c_uint64),
    ("fixed", c_uint64),
    ("exposed_again", c_uint64),
    ("status", c_int),
    ("kind", c_int),
    ("priority", c_int),
    ("ticket", c_int),
    ("overdue", c_int32),
    ("only_without_user_impact", c_int32),
]
rpv_remediation_query._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("recommendation", c_char_p),
    ("after", c_char_p),
    ("limit", c_uint64),
    ("statuses", c_uint32),
    ("kinds", c_uint32),
    ("overdue", c_int),
    ("sort", c_int),
]
rpv_remediation_request._fields_ = [
    ("struct_size", c_size_t),
    ("recommendation", c_char_p),
    ("groups", POINTER(c_char_p)),
    ("group_count", c_size_t),
    ("notes", c_char_p),
    ("connector", c_char_p),
    ("due_ms", c_int64),
    ("kind", c_int),
    ("priority", c_int),
    ("only_without_user_impact", c_int32),
    ("reserved", c_int32),
]
rpv_renewal_request._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("context", c_char_p),
    ("ticket", c_char_p),
    ("evidence", POINTER(c_char_p)),
    ("evidence_count", c_size_t),
    ("end_ms", c_int64),
    ("duration_ms", c_int64),
]
rpv_restore_store._fields_ = [
    ("struct_size", c_size_t),
    ("mark_ms", c_int64),
    ("sequence", c_uint64),
    ("next_exception", c_uint64),
    ("next_remediation", c_uint64),
    ("policy_revision", c_uint64),
    ("policies", POINTER(rpv_policy_change)),
    ("policy_count", c_size_t),
]
rpv_score_point._fields_ = [
    ("struct_size", c_size_t),
    ("engine", c_char_p),
    ("group", c_char_p),
    ("digest", c_uint64),
    ("score", POINTER(rpv_score)),
]
rpv_score_point_query._fields_ = [
    ("struct_size", c_size_t),
    ("engine", c_char_p),
    ("group", c_char_p),
    ("from_ms", c_int64),
    ("to_ms", c_int64),
    ("every_ms", c_int64),
    ("newest_first", c_int32),
    ("reserved", c_int32),
    ("limit", c_uint64),
    ("after", c_char_p),
]
rpv_score_query._fields_ = [
    ("struct_size", c_size_t),
    ("group", c_char_p),
    ("category", c_int),
    ("reserved", c_int32),
]
rpv_score_series._fields_ = [
    ("engine", c_char_p),
    ("group", c_char_p),
    ("first_ms", c_int64),
    ("last_ms", c_int64),
]
rpv_storage._fields_ = [
    ("struct_size", c_size_t),
    ("user", c_void_p),
    ("capabilities", c_uint32),
    ("reserved", c_uint32),
    ("max_commit", c_uint64),
    ("get", CFUNCTYPE(c_int, c_void_p, rpv_bytes, CFUNCTYPE(c_int, c_void_p, rpv_bytes, rpv_bytes), c_void_p,
        POINTER(rpv_error))),
    ("scan", CFUNCTYPE(c_int, c_void_p, rpv_bytes, rpv_bytes, c_int32, c_uint64, CFUNCTYPE(c_int, c_void_p,
        rpv_bytes, rpv_bytes), c_void_p, POINTER(rpv_error))),
    ("commit", CFUNCTYPE(c_int, c_void_p, POINTER(rpv_write), c_size_t, POINTER(rpv_expect), c_size_t,
        POINTER(rpv_error))),
    ("begin_read", CFUNCTYPE(c_int, c_void_p, POINTER(rpv_error))),
    ("end_read", CFUNCTYPE(None, c_void_p)),
    ("close", CFUNCTYPE(None, c_void_p)),
    ("wait", CFUNCTYPE(c_int, c_void_p, c_int32, POINTER(rpv_error))),
]
rpv_store_info._fields_ = [
    ("struct_size", c_size_t),
    ("revision", c_uint64),
    ("sequence", c_uint64),
    ("mark_ms", c_int64),
    ("now_ms", c_int64),
    ("next_deadline_ms", c_int64),
    ("format", c_uint32),
    ("reserved", c_uint32),
]
rpv_store_options._fields_ = [
    ("struct_size", c_size_t),
    ("storage", rpv_storage),
    ("clock", rpv_clock),
    ("allocator", rpv_allocator),
    ("log", rpv_log),
    ("authorise", rpv_authorise),
    ("limits", rpv_limits),
    ("accept_clock_jump", c_int32),
    ("reserved", c_int32),
    ("executor", rpv_executor),
    ("hash", rpv_hash),
]
rpv_target._fields_ = [
    ("struct_size", c_size_t),
    ("device", c_char_p),
    ("group", c_char_p),
    ("weaknesses", POINTER(c_char_p)),
    ("weakness_count", c_size_t),
    ("fixed", c_int32),
    ("gone", c_int32),
    ("exposed_again", c_int32),
    ("reserved", c_int32),
]
rpv_testkit_options._fields_ = [
    ("struct_size", c_size_t),
    ("user", c_void_p),
    ("open", CFUNCTYPE(c_int, c_void_p, c_int, POINTER(rpv_storage), POINTER(rpv_error))),
    ("crash", CFUNCTYPE(None, c_void_p, POINTER(rpv_storage))),
    ("fault", CFUNCTYPE(c_int32, c_void_p, c_uint64)),
    ("result", CFUNCTYPE(None, c_void_p, POINTER(rpv_testkit_result))),
    ("flags", c_uint32),
    ("rounds", c_uint32),
    ("seed", c_uint64),
]
rpv_testkit_report._fields_ = [
    ("passed", c_uint32),
    ("failed", c_uint32),
    ("not_tried", c_uint32),
    ("rounds", c_uint32),
    ("seed", c_uint64),
    ("first_failed", c_char_p),
]
rpv_testkit_result._fields_ = [
    ("rule", c_char_p),
    ("part", c_char_p),
    ("sentence", c_char_p),
    ("outcome", c_int),
    ("message", c_char_p),
]
rpv_weakness._fields_ = [
    ("id", c_char_p),
    ("title", c_char_p),
    ("epss_model", c_char_p),
    ("cvss", POINTER(c_char_p)),
    ("cvss_count", c_size_t),
    ("aliases", POINTER(c_char_p)),
    ("alias_count", c_size_t),
    ("epss", c_double),
    ("likelihood", c_double),
    ("cvss_score", c_double),
    ("known_exploited_ms", c_int64),
    ("published_ms", c_int64),
    ("updated_ms", c_int64),
    ("exposed_devices", c_uint64),
    ("exposed_devices_after", c_uint64),
    ("standalone_exposure", c_double),
    ("severity", c_int),
    ("exploit", c_int),
    ("severity_given", c_int32),
    ("ransomware", c_int32),
    ("zero_day", c_int32),
    ("fix_available", c_int),
    ("active_alert", c_int32),
    ("known_exploited", c_int32),
]
rpv_weakness_facts._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("title", c_char_p),
    ("cvss", POINTER(c_char_p)),
    ("cvss_count", c_size_t),
    ("aliases", POINTER(c_char_p)),
    ("alias_count", c_size_t),
    ("epss_model", c_char_p),
    ("epss", c_double),
    ("known_exploited_ms", c_int64),
    ("published_ms", c_int64),
    ("updated_ms", c_int64),
    ("severity", c_int),
    ("exploit", c_int),
    ("ransomware", c_int),
    ("zero_day", c_int),
    ("fix_available", c_int),
    ("active_alert", c_int),
    ("given", c_uint32),
    ("reserved", c_int32),
]
rpv_weakness_query._fields_ = [
    ("struct_size", c_size_t),
    ("id", c_char_p),
    ("recommendation", c_char_p),
    ("after", c_char_p),
    ("limit", c_uint64),
    ("sort", c_int),
    ("severity", c_int),
    ("exploit", c_int),
    ("exposed", c_int),
]
rpv_weakness_set._fields_ = [
    ("recommendation", c_char_p),
    ("id", c_char_p),
    ("weaknesses", POINTER(c_char_p)),
    ("weakness_count", c_size_t),
]
rpv_weakness_set_facts._fields_ = [
    ("struct_size", c_size_t),
    ("recommendation", c_char_p),
    ("id", c_char_p),
    ("weaknesses", POINTER(c_char_p)),
    ("weakness_count", c_size_t),
    ("removed", c_int32),
    ("reserved", c_int32),
]
rpv_what_if_options._fields_ = [
    ("struct_size", c_size_t),
    ("clock", rpv_clock),
]
rpv_write._fields_ = [
    ("key", rpv_bytes),
    ("value", rpv_bytes),
    ("remove", c_int32),
]

# struct -> member -> the enumeration that it is of, or has bits of
ENUMS: Dict[str, Dict[str, str]] = {
    "rpv_assessment": {
        "state": "rpv_configuration_state",
    },
    "rpv_assessment_facts": {
        "state": "rpv_configuration_state",
        "user_impact": "rpv_flag",
        "change": "rpv_assessment_change",
    },
    "rpv_baseline": {
        "severity": "rpv_severity",
        "exploit": "rpv_exploit",
        "warned": "rpv_trigger",
    },
    "rpv_budget": {
        "by": "rpv_budget_by",
    },
    "rpv_contribution_query": {
        "by": "rpv_contribution_by",
        "category": "rpv_category",
    },
    "rpv_control": {
        "kind": "rpv_control_kind",
    },
    "rpv_control_facts": {
        "kind": "rpv_control_kind",
        "retired": "rpv_flag",
        "given": "rpv_control_field",
    },
    "rpv_control_query": {
        "kind": "rpv_control_kind",
        "stale": "rpv_flag",
        "retired": "rpv_flag",
    },
    "rpv_cvss": {
        "severity": "rpv_severity",
    },
    "rpv_device": {
        "value": "rpv_value",
        "state": "rpv_configuration_state",
    },
    "rpv_device_facts": {
        "value": "rpv_value",
        "internet_facing": "rpv_flag",
        "active_alert": "rpv_flag",
        "excluded": "rpv_flag",
        "given": "rpv_device_field",
    },
    "rpv_device_query": {
        "sort": "rpv_device_sort",
        "covered": "rpv_flag",
        "active": "rpv_flag",
    },
    "rpv_error": {
        "status": "rpv_status",
    },
    "rpv_event": {
        "type": "rpv_event_type",
    },
    "rpv_exception": {
        "justification": "rpv_justification",
        "impact": "rpv_impact",
        "scope": "rpv_scope",
        "status": "rpv_exception_status",
        "watch": "rpv_watch",
        "watch_told": "rpv_watch",
    },
    "rpv_exception_query": {
        "statuses": "rpv_exception_status",
        "justifications": "rpv_justification",
        "impacts": "rpv_impact",
        "scopes": "rpv_scope",
        "single_weakness": "rpv_flag",
        "sort": "rpv_exception_sort",
        "watch": "rpv_watch",
    },
    "rpv_exception_request": {
        "justification": "rpv_justification",
        "impact": "rpv_impact",
        "scope": "rpv_scope",
    },
    "rpv_explained_exception": {
        "standing": "rpv_standing",
        "status": "rpv_exception_status",
        "scope": "rpv_scope",
    },
    "rpv_explained_finding": {
        "rule": "rpv_rule",
    },
    "rpv_explanation_outcome": {
        "rule": "rpv_rule",
    },
    "rpv_score": {
        "level": "rpv_level",
    },
    "rpv_firing": {
        "trigger": "rpv_trigger",
    },
    "rpv_forecast_query": {
        "category": "rpv_category",
    },
    "rpv_import_error": {
        "status": "rpv_status",
    },
    "rpv_import_options": {
        "format": "rpv_format",
        "extent": "rpv_extent",
    },
    "rpv_import_result": {
        "format": "rpv_format",
        "extent": "rpv_extent",
    },
    "rpv_likelihood_facts": {
        "severity": "rpv_severity",
        "exploit": "rpv_exploit",
    },
    "rpv_plan_query": {
        "kinds": "rpv_kind",
        "view": "rpv_view",
    },
    "rpv_postgres_options": {
        "mode": "rpv_postgres_mode",
    },
    "rpv_principal": {
        "permissions": "rpv_permission",
    },
    "rpv_recommendation": {
        "state": "rpv_state",
        "kind": "rpv_kind",
        "category": "rpv_category",
        "severity": "rpv_severity",
        "exploit": "rpv_exploit",
    },
    "rpv_recommendation_facts": {
        "kind": "rpv_kind",
        "category": "rpv_category",
        "given": "rpv_recommendation_field",
    },
    "rpv_recommendation_query": {
        "states": "rpv_state",
        "kinds": "rpv_kind",
        "categories": "rpv_category",
        "severity": "rpv_severity",
        "exploit": "rpv_exploit",
        "has_remediation": "rpv_flag",
        "sort": "rpv_recommendation_sort",
    },
    "rpv_remediation": {
        "status": "rpv_remediation_status",
        "kind": "rpv_remediation_kind",
        "priority": "rpv_priority",
        "ticket": "rpv_ticket_status",
    },
    "rpv_remediation_query": {
        "statuses": "rpv_remediation_status",
        "kinds": "rpv_remediation_kind",
        "overdue": "rpv_flag",
        "sort": "rpv_remediation_sort",
    },
    "rpv_remediation_request": {
        "kind": "rpv_remediation_kind",
        "priority": "rpv_priority",
    },
    "rpv_score_query": {
        "category": "rpv_category",
    },
    "rpv_storage": {
        "capabilities": "rpv_storage_capability",
    },
    "rpv_testkit_options": {
        "flags": "rpv_testkit_flag",
    },
    "rpv_testkit_result": {
        "outcome": "rpv_testkit_outcome",
    },
    "rpv_weakness": {
        "severity": "rpv_severity",
        "exploit": "rpv_exploit",
        "fix_available": "rpv_flag",
    },
    "rpv_weakness_facts": {
        "severity": "rpv_severity",
        "exploit": "rpv_exploit",
        "ransomware": "rpv_flag",
        "zero_day": "rpv_flag",
        "fix_available": "rpv_flag",
        "active_alert": "rpv_flag",
        "given": "rpv_weakness_field",
    },
    "rpv_weakness_query": {
        "sort": "rpv_weakness_sort",
        "severity": "rpv_severity",
        "exploit": "rpv_exploit",
        "exposed": "rpv_flag",
    },
}

# library -> function -> (result, arguments)
PROTOTYPES: Dict[str, Dict[str, Any]] = {
    "reprieve": {
        "rpv_assessment_at": (POINTER(rpv_assessment), [POINTER(rpv_list), c_size_t]),
        "rpv_assessment_list": (c_int, [POINTER(rpv_session), c_char_p, POINTER(POINTER(rpv_list))]),
        "rpv_batch_assess": (c_int, [POINTER(rpv_batch), c_char_p, c_char_p, POINTER(c_char_p), c_size_t]),
        "rpv_batch_assessment": (c_int, [POINTER(rpv_batch), POINTER(rpv_assessment_facts)]),
        "rpv_batch_assessments": (c_int, [POINTER(rpv_batch), POINTER(rpv_assessment_columns)]),
        "rpv_batch_begin": (c_int, [POINTER(rpv_session), POINTER(rpv_batch_options), POINTER(POINTER(rpv_batch))]),
        "rpv_batch_commit": (c_int, [POINTER(rpv_batch), POINTER(rpv_batch_result)]),
        "rpv_batch_control": (c_int, [POINTER(rpv_batch), POINTER(rpv_control_facts)]),
        "rpv_batch_device": (c_int, [POINTER(rpv_batch), POINTER(rpv_device_facts)]),
        "rpv_batch_free": (None, [POINTER(rpv_batch)]),
        "rpv_batch_full_report": (c_int, [POINTER(rpv_batch), c_char_p]),
        "rpv_batch_group": (c_int, [POINTER(rpv_batch), POINTER(rpv_group_facts)]),
        "rpv_batch_recommendation": (c_int, [POINTER(rpv_batch), POINTER(rpv_recommendation_facts)]),
        "rpv_batch_restore_event": (c_int, [POINTER(rpv_batch), POINTER(rpv_event)]),
        "rpv_batch_restore_exception": (c_int, [POINTER(rpv_batch), POINTER(rpv_exception)]),
        "rpv_batch_restore_remediation": (c_int, [POINTER(rpv_batch), POINTER(rpv_remediation), POINTER(rpv_target),
            c_size_t]),
        "rpv_batch_restore_score": (c_int, [POINTER(rpv_batch), POINTER(rpv_score_point)]),
        "rpv_batch_weakness": (c_int, [POINTER(rpv_batch), POINTER(rpv_weakness_facts)]),
        "rpv_batch_weakness_set": (c_int, [POINTER(rpv_batch), POINTER(rpv_weakness_set_facts)]),
        "rpv_budget_at": (POINTER(rpv_budget), [POINTER(rpv_list), c_size_t]),
        "rpv_budget_list": (c_int, [POINTER(rpv_session), POINTER(POINTER(rpv_list))]),
        "rpv_clock_manual": (None, [POINTER(c_int64), POINTER(rpv_clock)]),
        "rpv_contribution_at": (POINTER(rpv_contribution), [POINTER(rpv_list), c_size_t]),
        "rpv_contribution_list": (c_int, [POINTER(rpv_score_engine), POINTER(rpv_contribution_query),
            POINTER(POINTER(rpv_list))]),
        "rpv_control_at": (POINTER(rpv_control), [POINTER(rpv_list), c_size_t]),
        "rpv_control_list": (c_int, [POINTER(rpv_session), POINTER(rpv_control_query), POINTER(POINTER(rpv_list))]),
        "rpv_cvss_score": (c_int, [c_char_p, POINTER(rpv_cvss)]),
        "rpv_device_at": (POINTER(rpv_device), [POINTER(rpv_list), c_size_t]),
        "rpv_device_list": (c_int, [POINTER(rpv_session), POINTER(rpv_device_query), POINTER(POINTER(rpv_list))]),
        "rpv_duration_parse": (c_int, [c_char_p, POINTER(c_int64)]),
        "rpv_event_at": (POINTER(rpv_event), [POINTER(rpv_list), c_size_t]),
        "rpv_event_list": (c_int, [POINTER(rpv_session), POINTER(rpv_event_query), POINTER(POINTER(rpv_list))]),
        "rpv_exception_approve": (c_int, [POINTER(rpv_session), c_char_p, c_char_p, POINTER(POINTER(rpv_filing))]),
        "rpv_exception_approve_many": (c_int, [POINTER(rpv_session), POINTER(c_char_p), c_size_t, c_char_p,
            POINTER(POINTER(rpv_filing))]),
        "rpv_exception_approve_preview": (c_int, [POINTER(rpv_session), c_char_p, POINTER(POINTER(rpv_filing))]),
        "rpv_exception_approve_preview_many": (c_int, [POINTER(rpv_session), POINTER(c_char_p), c_size_t,
            POINTER(POINTER(rpv_filing))]),
        "rpv_exception_at": (POINTER(rpv_exception), [POINTER(rpv_list), c_size_t]),
        "rpv_exception_cancel": (c_int, [POINTER(rpv_session), c_char_p, c_char_p, c_char_p]),
        "rpv_exception_file": (c_int, [POINTER(rpv_session), POINTER(rpv_exception_request),
            POINTER(POINTER(rpv_filing))]),
        "rpv_exception_file_many": (c_int, [POINTER(rpv_session), POINTER(POINTER(rpv_exception_request)), c_size_t,
            POINTER(POINTER(rpv_filing))]),
        "rpv_exception_list": (c_int, [POINTER(rpv_session), POINTER(rpv_exception_query),
            POINTER(POINTER(rpv_list))]),
        "rpv_exception_preview": (c_int, [POINTER(rpv_session), POINTER(rpv_exception_request),
            POINTER(POINTER(rpv_filing))]),
        "rpv_exception_preview_many": (c_int, [POINTER(rpv_session), POINTER(POINTER(rpv_exception_request)),
            c_size_t, POINTER(POINTER(rpv_filing))]),
        "rpv_exception_reject": (c_int, [POINTER(rpv_session), c_char_p, c_char_p]),
        "rpv_exception_reject_many": (c_int, [POINTER(rpv_session), POINTER(c_char_p), c_size_t, c_char_p]),
        "rpv_exception_renew": (c_int, [POINTER(rpv_session), POINTER(rpv_renewal_request),
            POINTER(POINTER(rpv_filing))]),
        "rpv_exception_renew_preview": (c_int, [POINTER(rpv_session), POINTER(rpv_renewal_request),
            POINTER(POINTER(rpv_filing))]),
        "rpv_exception_request_init": (None, [POINTER(rpv_exception_request)]),
        "rpv_exception_status_fold": (c_int, [c_int]),
        "rpv_explain": (c_int, [POINTER(rpv_session), c_char_p, c_char_p, c_char_p,
            POINTER(POINTER(rpv_explanation))]),
        "rpv_explanation_free": (None, [POINTER(rpv_explanation)]),
        "rpv_explanation_read": (POINTER(rpv_explanation_outcome), [POINTER(rpv_explanation)]),
        "rpv_exposure_model_digest": (c_int, [POINTER(rpv_exposure_model), POINTER(c_uint64), POINTER(rpv_error)]),
        "rpv_filing_free": (None, [POINTER(rpv_filing)]),
        "rpv_filing_read": (POINTER(rpv_filing_outcome), [POINTER(rpv_filing)]),
        "rpv_forecast_read": (c_int, [POINTER(rpv_score_engine), POINTER(rpv_forecast_query), POINTER(rpv_score)]),
        "rpv_group_at": (POINTER(rpv_group), [POINTER(rpv_list), c_size_t]),
        "rpv_group_list": (c_int, [POINTER(rpv_session), POINTER(POINTER(rpv_list))]),
        "rpv_journal_anchor": (c_int, [POINTER(rpv_session), c_char_p, c_size_t]),
        "rpv_journal_chain": (c_int, [POINTER(rpv_session)]),
        "rpv_journal_verify": (c_int, [POINTER(rpv_session), c_char_p, c_int32, POINTER(rpv_journal_proof)]),
        "rpv_list_count": (c_size_t, [POINTER(rpv_list)]),
        "rpv_list_cursor": (c_char_p, [POINTER(rpv_list)]),
        "rpv_list_free": (None, [POINTER(rpv_list)]),
        "rpv_list_revision": (c_uint64, [POINTER(rpv_list)]),
        "rpv_list_time": (c_int64, [POINTER(rpv_list)]),
        "rpv_memory_storage": (c_int, [POINTER(rpv_allocator), POINTER(rpv_storage)]),
        "rpv_partial_bytes": (c_int, [POINTER(rpv_partial), POINTER(c_void_p), POINTER(c_size_t)]),
        "rpv_partial_count": (c_uint64, [POINTER(rpv_partial)]),
        "rpv_partial_free": (None, [POINTER(rpv_partial)]),
        "rpv_partial_impact_at": (c_int, [POINTER(rpv_partial), c_uint64, POINTER(rpv_partial_impact)]),
        "rpv_partial_merge": (c_int, [POINTER(rpv_partial), POINTER(rpv_partial), POINTER(rpv_error)]),
        "rpv_partial_read": (c_int, [c_void_p, c_size_t, POINTER(rpv_allocator), POINTER(POINTER(rpv_partial)),
            POINTER(rpv_error)]),
        "rpv_partial_read_info": (c_int, [POINTER(rpv_partial), POINTER(rpv_partial_info)]),
        "rpv_partial_score": (c_int, [POINTER(rpv_partial), c_int, POINTER(rpv_score)]),
        "rpv_partial_take": (c_int, [POINTER(rpv_score_engine), POINTER(rpv_score_query),
            POINTER(POINTER(rpv_partial))]),
        "rpv_plan_make": (c_int, [POINTER(rpv_score_engine), POINTER(rpv_plan_query), POINTER(POINTER(rpv_list))]),
        "rpv_plan_step_at": (POINTER(rpv_plan_step), [POINTER(rpv_list), c_size_t]),
        "rpv_policy_at": (POINTER(rpv_policy), [POINTER(rpv_list), c_size_t]),
        "rpv_policy_list": (c_int, [POINTER(rpv_session), c_char_p, POINTER(POINTER(rpv_list))]),
        "rpv_policy_preview": (c_int, [POINTER(rpv_session), POINTER(rpv_policy_change), c_size_t,
            POINTER(rpv_policy_outcome), POINTER(POINTER(rpv_list))]),
        "rpv_policy_set": (c_int, [POINTER(rpv_session), POINTER(rpv_policy_change), c_size_t,
            POINTER(rpv_policy_outcome), POINTER(POINTER(rpv_list))]),
        "rpv_recommendation_at": (POINTER(rpv_recommendation), [POINTER(rpv_list), c_size_t]),
        "rpv_recommendation_list": (c_int, [POINTER(rpv_session), POINTER(rpv_recommendation_query),
            POINTER(POINTER(rpv_list))]),
        "rpv_remediation_at": (POINTER(rpv_remediation), [POINTER(rpv_list), c_size_t]),
        "rpv_remediation_cancel": (c_int, [POINTER(rpv_session), c_char_p, c_char_p]),
        "rpv_remediation_complete": (c_int, [POINTER(rpv_session), c_char_p]),
        "rpv_remediation_list": (c_int, [POINTER(rpv_session), POINTER(rpv_remediation_query),
            POINTER(POINTER(rpv_list))]),
        "rpv_remediation_request_file": (c_int, [POINTER(rpv_session), POINTER(rpv_remediation_request),
            POINTER(POINTER(rpv_list))]),
        "rpv_renewal_request_init": (None, [POINTER(rpv_renewal_request)]),
        "rpv_restore_begin": (c_int, [POINTER(rpv_session), POINTER(rpv_restore_store)]),
        "rpv_restore_finish": (c_int, [POINTER(rpv_session)]),
        "rpv_restore_read_store": (c_int, [POINTER(rpv_session), POINTER(rpv_restore_store)]),
        "rpv_score_engine_close": (None, [POINTER(rpv_score_engine)]),
        "rpv_score_engine_model": (c_int, [POINTER(rpv_score_engine), POINTER(rpv_exposure_model)]),
        "rpv_score_engine_name": (c_char_p, [POINTER(rpv_score_engine)]),
        "rpv_score_engine_open": (c_int, [POINTER(rpv_session), POINTER(POINTER(rpv_score_engine))]),
        "rpv_score_engine_open_host": (c_int, [POINTER(rpv_session), POINTER(rpv_host_engine),
            POINTER(POINTER(rpv_score_engine))]),
        "rpv_score_engine_open_model": (c_int, [POINTER(rpv_session), POINTER(rpv_exposure_model),
            POINTER(POINTER(rpv_score_engine))]),
        "rpv_score_engine_read": (c_int, [POINTER(rpv_score_engine), POINTER(rpv_score_query), POINTER(rpv_score)]),
        "rpv_score_point_at": (POINTER(rpv_score_point), [POINTER(rpv_list), c_size_t]),
        "rpv_score_point_list": (c_int, [POINTER(rpv_session), POINTER(rpv_score_point_query),
            POINTER(POINTER(rpv_list))]),
        "rpv_score_read": (c_int, [POINTER(rpv_session), POINTER(rpv_score_query), POINTER(rpv_score)]),
        "rpv_score_record": (c_int, [POINTER(rpv_score_engine), POINTER(c_uint64)]),
        "rpv_score_series_at": (POINTER(rpv_score_series), [POINTER(rpv_list), c_size_t]),
        "rpv_score_series_list": (c_int, [POINTER(rpv_session), POINTER(POINTER(rpv_list))]),
        "rpv_session_close": (None, [POINTER(rpv_session)]),
        "rpv_session_error": (POINTER(rpv_error), [POINTER(rpv_session)]),
        "rpv_session_open": (c_int, [POINTER(rpv_store), POINTER(rpv_principal), POINTER(POINTER(rpv_session)),
            POINTER(rpv_error)]),
        "rpv_session_set_as_of": (c_int, [POINTER(rpv_session), c_int64]),
        "rpv_status_name": (c_char_p, [c_int]),
        "rpv_store_check": (c_int, [POINTER(rpv_store), POINTER(c_uint64), POINTER(rpv_error)]),
        "rpv_store_close": (None, [POINTER(rpv_store)]),
        "rpv_store_open": (c_int, [POINTER(rpv_store_options), POINTER(POINTER(rpv_store)), POINTER(rpv_error)]),
        "rpv_store_options_init": (None, [POINTER(rpv_store_options)]),
        "rpv_store_read_info": (c_int, [POINTER(rpv_store), POINTER(rpv_store_info), POINTER(rpv_error)]),
        "rpv_store_tick": (c_int, [POINTER(rpv_store), c_uint64, POINTER(c_uint64), POINTER(rpv_error)]),
        "rpv_store_upgrade": (c_int, [POINTER(rpv_store), POINTER(rpv_error)]),
        "rpv_store_wait": (c_int, [POINTER(rpv_store), c_uint64, c_int32, POINTER(c_uint64), POINTER(rpv_error)]),
        "rpv_target_at": (POINTER(rpv_target), [POINTER(rpv_list), c_size_t]),
        "rpv_target_list": (c_int, [POINTER(rpv_session), c_char_p, POINTER(POINTER(rpv_list))]),
        "rpv_time_format": (c_int, [c_int64, c_char_p]),
        "rpv_time_parse": (c_int, [c_char_p, POINTER(c_int64)]),
        "rpv_version": (c_int, []),
        "rpv_version_text": (c_char_p, []),
        "rpv_weakness_at": (POINTER(rpv_weakness), [POINTER(rpv_list), c_size_t]),
        "rpv_weakness_list": (c_int, [POINTER(rpv_session), POINTER(rpv_weakness_query), POINTER(POINTER(rpv_list))]),
        "rpv_weakness_set_at": (POINTER(rpv_weakness_set), [POINTER(rpv_list), c_size_t]),
        "rpv_weakness_set_list": (c_int, [POINTER(rpv_session), POINTER(POINTER(rpv_list))]),
        "rpv_what_if_open": (c_int, [POINTER(rpv_store), POINTER(rpv_what_if_options), POINTER(POINTER(rpv_store)),
            POINTER(rpv_error)]),
        "rpv_what_if_options_init": (None, [POINTER(rpv_what_if_options)]),
        "rpv_word": (c_char_p, [c_int, c_int32]),
        "rpv_word_at": (c_char_p, [c_int, c_size_t]),
        "rpv_word_value": (c_int, [c_int, c_char_p, POINTER(c_int32)]),
    },
    "reprieve-sqlite": {
        "rpv_sqlite_check": (c_int, [c_char_p, POINTER(rpv_error)]),
        "rpv_sqlite_storage": (c_int, [c_char_p, c_int, c_int32, POINTER(rpv_storage), POINTER(rpv_error)]),
    },
    "reprieve-postgres": {
        "rpv_postgres_storage": (c_int, [POINTER(rpv_postgres_options), POINTER(rpv_storage), POINTER(rpv_error)]),
    },
    "reprieve-interop": {
        "rpv_csv_write_devices": (c_int, [POINTER(rpv_session), POINTER(rpv_device_query), CFUNCTYPE(c_int,
            c_void_p, c_void_p, c_size_t), c_void_p]),
        "rpv_csv_write_exceptions": (c_int, [POINTER(rpv_session), POINTER(rpv_exception_query), CFUNCTYPE(c_int,
            c_void_p, c_void_p, c_size_t), c_void_p]),
        "rpv_csv_write_recommendations": (c_int, [POINTER(rpv_session), POINTER(rpv_recommendation_query),
            CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t), c_void_p]),
        "rpv_csv_write_remediations": (c_int, [POINTER(rpv_session), POINTER(rpv_remediation_query),
            CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t), c_void_p]),
        "rpv_export_ndjson": (c_int, [POINTER(rpv_session), CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t),
            c_void_p, POINTER(rpv_export_result), POINTER(rpv_import_error)]),
        "rpv_format_find": (c_int, [c_char_p, POINTER(c_int)]),
        "rpv_format_name": (c_char_p, [c_int]),
        "rpv_import_file": (c_int, [POINTER(rpv_session), c_char_p, POINTER(rpv_import_options),
            POINTER(rpv_import_result), POINTER(rpv_import_error)]),
        "rpv_import_files": (c_int, [POINTER(rpv_session), POINTER(c_char_p), c_size_t, POINTER(rpv_import_options),
            POINTER(rpv_import_result), POINTER(rpv_import_error)]),
        "rpv_import_memory": (c_int, [POINTER(rpv_session), c_char_p, c_void_p, c_size_t,
            POINTER(rpv_import_options), POINTER(rpv_import_result), POINTER(rpv_import_error)]),
        "rpv_import_options_init": (None, [POINTER(rpv_import_options)]),
    },
    "reprieve-testkit": {
        "rpv_testkit_storage": (c_int, [POINTER(rpv_testkit_options), POINTER(rpv_testkit_report)]),
        "rpv_testkit_text": (None, [POINTER(rpv_testkit_result), c_char_p, c_size_t]),
    },
}
