/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Batches: how facts come in.
 *
 * A batch is atomic: every record is checked before anything becomes visible, and all of it becomes visible at once.
 * Within a batch order does not matter for references; of two records for the same thing the later wins, field by field.
 *
 * **Facts** are structs that start zeroed (`= { 0 }` or named members): their `struct_size` may stay 0.
 *
 * **Absent fields.** A field that is NULL, 0 or `..._UNCHANGED` leaves the known value alone (a new thing gets the
 * default), unless its bit stands in `given`: then the value counts as it is, so NULL, 0 or `..._UNCHANGED` with the bit
 * means "back to the default".
 *
 * **Many at once.** rpv_batch_assessments() takes assessments as columns, see columns.h.
 *
 * All texts are copied, must be UTF-8 without U+0000, ids 1 to ::RPV_ID_MAX bytes, other texts at most ::RPV_TEXT_MAX.
 * @defgroup rpv_batch Facts
 * @{
 */
#ifndef RPV_BATCH_H
#define RPV_BATCH_H

#include <reprieve/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Yes, no, or not said. */
typedef enum rpv_flag {
	RPV_FLAG_UNCHANGED = 0, /**< leave as it is; as an answer: unknown */
	RPV_FLAG_FALSE = 1,     /**< no */
	RPV_FLAG_TRUE = 2       /**< yes */
} rpv_flag;

/** Value of a device to the organisation. Default: normal. */
typedef enum rpv_value {
	RPV_VALUE_UNCHANGED = 0, /**< leave as it is */
	RPV_VALUE_LOW = 1,       /**< weighs 0.75 */
	RPV_VALUE_NORMAL = 2,    /**< weighs 1 */
	RPV_VALUE_HIGH = 3       /**< weighs a tenth of the number of devices, at least 1 */
} rpv_value;

/** Severity of a weakness. Default: unknown. */
typedef enum rpv_severity {
	RPV_SEVERITY_UNCHANGED = 0, /**< leave as it is */
	RPV_SEVERITY_UNKNOWN = 1,   /**< unknown */
	RPV_SEVERITY_LOW = 2,       /**< low */
	RPV_SEVERITY_MEDIUM = 3,    /**< medium */
	RPV_SEVERITY_HIGH = 4,      /**< high */
	RPV_SEVERITY_CRITICAL = 5   /**< critical */
} rpv_severity;

/** How far an exploit has got. Default: none. */
typedef enum rpv_exploit {
	RPV_EXPLOIT_UNCHANGED = 0, /**< leave as it is */
	RPV_EXPLOIT_NONE = 1,      /**< none known */
	RPV_EXPLOIT_PUBLIC = 2,    /**< public */
	RPV_EXPLOIT_VERIFIED = 3,  /**< verified */
	RPV_EXPLOIT_KIT = 4        /**< part of an exploit kit */
} rpv_exploit;

/** What a recommendation asks for. Default: update. */
typedef enum rpv_kind {
	RPV_KIND_UNCHANGED = 0,            /**< leave as it is */
	RPV_KIND_UPDATE = 1,               /**< install an update */
	RPV_KIND_UPGRADE = 2,              /**< move to a newer product or version line */
	RPV_KIND_UNINSTALL = 3,            /**< remove the software */
	RPV_KIND_CONFIGURATION_CHANGE = 4, /**< change a configuration */
	RPV_KIND_ATTENTION_REQUIRED = 5    /**< look at it: there is no specific action */
} rpv_kind;

/** Part of the secure score a recommendation belongs to. Default: application for software, else OS. */
typedef enum rpv_category {
	RPV_CATEGORY_UNCHANGED = 0,        /**< leave as it is */
	RPV_CATEGORY_APPLICATION = 1,      /**< applications */
	RPV_CATEGORY_OS = 2,               /**< operating system */
	RPV_CATEGORY_NETWORK = 3,          /**< network */
	RPV_CATEGORY_ACCOUNTS = 4,         /**< accounts */
	RPV_CATEGORY_SECURITY_CONTROLS = 5 /**< security controls */
} rpv_category;

/** What a device is with respect to a configuration. */
typedef enum rpv_configuration_state {
	RPV_CONFIGURATION_NONE = 0,          /**< the assessment is about weaknesses */
	RPV_CONFIGURATION_NOT_APPLICABLE = 1, /**< does not apply to the device */
	RPV_CONFIGURATION_COMPLIANT = 2,     /**< as it should be */
	RPV_CONFIGURATION_EXPOSED = 3        /**< not as it should be */
} rpv_configuration_state;

/** What an assessment does to what its source said before of that device and recommendation. */
typedef enum rpv_assessment_change {
	RPV_ASSESSMENT_REPLACE = 0, /**< replaces it whole; no weaknesses: installed and fixed */
	RPV_ASSESSMENT_ADD = 1,     /**< adds these weaknesses (new or updated ones of a delta report) */
	RPV_ASSESSMENT_FIX = 2,     /**< takes these weaknesses away (fixed ones of a delta report) */
	RPV_ASSESSMENT_REMOVE = 3   /**< takes the assessment away: no longer installed or assessed */
} rpv_assessment_change;

/** What kind of thing a compensating control is. Default: internal. */
typedef enum rpv_control_kind {
	RPV_CONTROL_UNCHANGED = 0,   /**< leave as it is */
	RPV_CONTROL_THIRD_PARTY = 1, /**< a third party's product */
	RPV_CONTROL_INTERNAL = 2     /**< a measure of one's own */
} rpv_control_kind;

/** Bits of `given` in ::rpv_device_facts. */
typedef enum rpv_device_field {
	RPV_DEVICE_NAME = 1,             /**< `name` */
	RPV_DEVICE_OS = 2,               /**< `os` */
	RPV_DEVICE_GROUP = 4,            /**< `group` */
	RPV_DEVICE_TAGS = 8,             /**< `tags` */
	RPV_DEVICE_VALUE = 16,           /**< `value` */
	RPV_DEVICE_INTERNET_FACING = 32, /**< `internet_facing` */
	RPV_DEVICE_ACTIVE_ALERT = 64,    /**< `active_alert` */
	RPV_DEVICE_EXCLUDED = 128,       /**< `excluded` */
	RPV_DEVICE_JUSTIFICATION = 256   /**< `justification` */
} rpv_device_field;

/** A device. */
typedef struct rpv_device_facts {
	size_t struct_size; /**< size of this struct; 0 stands for the size that it has in version 0.1 */
	const char *id;              /**< required: the host's id */
	const char *name;            /**< DNS or display name; default: none */
	const char *os;              /**< OS platform, such as `Windows11` */
	const char *group;           /**< device group; a new name creates it. `Unassigned`, `UnassignedGroup`, `None`
	                              * and the empty text are the default group */
	const char *const *tags;     /**< replaces all tags */
	size_t tag_count;            /**< number of `tags` */
	const char *justification;   /**< why it is excluded */
	int64_t last_seen_ms;        /**< milliseconds since 1970; 0: the batch's time. Later than that counts as that;
	                              * earlier than known is kept out */
	int64_t first_seen_ms;       /**< 0: when the store first heard of it */
	rpv_value value;             /**< value to the organisation */
	rpv_flag internet_facing;    /**< likelihood times 3 */
	rpv_flag active_alert;       /**< likelihood times 4 */
	rpv_flag excluded;           /**< counts nowhere */
	uint32_t given;              /**< bits of ::rpv_device_field */
	int32_t removed;             /**< 1: take the device out, with its assessments; all other fields are ignored */
} rpv_device_facts;

/** Bits of `given` in ::rpv_weakness_facts. */
typedef enum rpv_weakness_field {
	RPV_WEAKNESS_TITLE = 1,            /**< `title` */
	RPV_WEAKNESS_SEVERITY = 2,         /**< `severity` */
	RPV_WEAKNESS_CVSS = 4,             /**< `cvss` */
	RPV_WEAKNESS_EPSS = 8,             /**< `epss` */
	RPV_WEAKNESS_EPSS_MODEL = 16,      /**< `epss_model` */
	RPV_WEAKNESS_EXPLOIT = 32,         /**< `exploit` */
	RPV_WEAKNESS_KNOWN_EXPLOITED = 64, /**< `known_exploited_ms` */
	RPV_WEAKNESS_RANSOMWARE = 128,     /**< `ransomware` */
	RPV_WEAKNESS_PUBLISHED = 256,      /**< `published_ms` */
	RPV_WEAKNESS_UPDATED = 512,        /**< `updated_ms` */
	RPV_WEAKNESS_ZERO_DAY = 1024,      /**< `zero_day` */
	RPV_WEAKNESS_FIX_AVAILABLE = 2048, /**< `fix_available` */
	RPV_WEAKNESS_ACTIVE_ALERT = 4096,  /**< `active_alert` */
	RPV_WEAKNESS_ALIASES = 8192        /**< `aliases` */
} rpv_weakness_field;

/** A weakness. */
typedef struct rpv_weakness_facts {
	size_t struct_size; /**< size of this struct; 0 stands for the size that it has in version 0.1 */
	const char *id;                /**< required: `CVE-...` or any id */
	const char *title;             /**< one line */
	const char *const *cvss;       /**< CVSS vectors of any version; replaces all; each must be a valid vector */
	size_t cvss_count;             /**< number of `cvss` */
	const char *const *aliases;    /**< other ids; replaces all */
	size_t alias_count;            /**< number of `aliases` */
	const char *epss_model;        /**< version of the EPSS model that `epss` comes from */
	double epss;                   /**< EPSS probability, 0 to 1; 0 counts only with its bit in `given`; negative with
	                                * the bit: unknown (the default). Kept to 1e-9 */
	int64_t known_exploited_ms;    /**< when it was listed as known exploited, 0 with the bit: it is not */
	int64_t published_ms;          /**< when it was published */
	int64_t updated_ms;            /**< when its description last changed */
	rpv_severity severity;         /**< default: that of the highest CVSS version given, else unknown */
	rpv_exploit exploit;           /**< how far an exploit has got */
	rpv_flag ransomware;           /**< known to be used by ransomware */
	rpv_flag zero_day;             /**< exploited or public before a fix */
	rpv_flag fix_available;        /**< a fix exists; default unknown */
	rpv_flag active_alert;         /**< an alert in this organisation is about it */
	uint32_t given;                /**< bits of ::rpv_weakness_field */
	int32_t reserved;              /**< 0 */
} rpv_weakness_facts;

/** Bits of `given` in ::rpv_recommendation_facts. */
typedef enum rpv_recommendation_field {
	RPV_RECOMMENDATION_CATEGORY = 1,      /**< `category` */
	RPV_RECOMMENDATION_SUBCATEGORY = 2,   /**< `subcategory` */
	RPV_RECOMMENDATION_VENDOR = 4,        /**< `vendor` */
	RPV_RECOMMENDATION_PRODUCT = 8,       /**< `product` */
	RPV_RECOMMENDATION_VERSION = 16,      /**< `recommended_version` */
	RPV_RECOMMENDATION_NEW_VENDOR = 32,   /**< `recommended_vendor` */
	RPV_RECOMMENDATION_NEW_PROGRAM = 64,  /**< `recommended_program` */
	RPV_RECOMMENDATION_TITLE = 128,       /**< `title` */
	RPV_RECOMMENDATION_DESCRIPTION = 256, /**< `description` */
	RPV_RECOMMENDATION_STEPS = 512,       /**< `steps` */
	RPV_RECOMMENDATION_COMPONENT = 1024,  /**< `component` */
	RPV_RECOMMENDATION_POINTS = 2048,     /**< `points` */
	RPV_RECOMMENDATION_TAGS = 4096,       /**< `tags` */
	RPV_RECOMMENDATION_THREATS = 8192,    /**< `threats` */
	RPV_RECOMMENDATION_KIND = 16384       /**< `kind` */
} rpv_recommendation_field;

/** A recommendation. */
typedef struct rpv_recommendation_facts {
	size_t struct_size; /**< size of this struct; 0 stands for the size that it has in version 0.1 */
	const char *id;                  /**< required: `va-_-vendor-_-product`, `sca-_-scid-N`, or any id */
	const char *subcategory;         /**< free */
	const char *vendor;              /**< as in the id */
	const char *product;             /**< as in the id */
	const char *recommended_version; /**< version to go to */
	const char *recommended_vendor;  /**< vendor to move to */
	const char *recommended_program; /**< program to move to */
	const char *title;               /**< one line, such as `Update Chrome` */
	const char *description;         /**< what it is about */
	const char *steps;               /**< remediation steps */
	const char *component;           /**< related component, such as `Windows 10` */
	const char *const *tags;         /**< `EOS software`, `zero day`, ...; replaces all */
	size_t tag_count;                /**< number of `tags` */
	const char *const *threats;      /**< ids of threat reports; replaces all */
	size_t threat_count;             /**< number of `threats` */
	rpv_kind kind;                   /**< cannot change between configuration and the others */
	rpv_category category;           /**< part of the secure score */
	uint32_t points;                 /**< configurations: weight in the secure score, 1 to 10; default 1 */
	uint32_t given;                  /**< bits of ::rpv_recommendation_field */
	int32_t removed;                 /**< 1: take it out, with its assessments; all other fields are ignored. Exceptions
	                                  * and activities on it stay, and cover it when it comes back under its id */
	int32_t reserved;                /**< 0 */
} rpv_recommendation_facts;

/** A device group. Groups also come into being when a device names them. */
typedef struct rpv_group_facts {
	size_t struct_size; /**< size of this struct; 0 stands for the size that it has in version 0.1 */
	const char *name;          /**< required */
	const char *previous_name; /**< renames: devices and exceptions follow */
	const char *description;   /**< free */
	uint32_t rank;             /**< 1 is the highest, 0 unchanged */
	int32_t removed;           /**< 1: no longer declared, without rank and description; it stays present while a device
	                            * names it */
} rpv_group_facts;

/** A named set of weaknesses within a recommendation, such as those of one installed version. */
typedef struct rpv_weakness_set_facts {
	size_t struct_size; /**< size of this struct; 0 stands for the size that it has in version 0.1 */
	const char *recommendation;    /**< required */
	const char *id;                /**< required: the host's id, unique within the recommendation */
	const char *const *weaknesses; /**< ids; replaces all. Every device on the set changes with it */
	size_t weakness_count;         /**< number of `weaknesses` */
	int32_t removed;               /**< 1: refused while a device is on it */
	int32_t reserved;              /**< 0 */
} rpv_weakness_set_facts;

/** What a source says of one device and one recommendation. */
typedef struct rpv_assessment_facts {
	size_t struct_size; /**< size of this struct; 0 stands for the size that it has in version 0.1 */
	const char *device;              /**< required */
	const char *recommendation;      /**< required */
	const char *version;             /**< installed version; NULL: none (with ADD or FIX: unchanged) */
	const char *set;                 /**< name of a weakness set, instead of `weaknesses` */
	const char *const *weaknesses;   /**< ids of the weaknesses present */
	size_t weakness_count;           /**< number of `weaknesses` */
	int64_t first_seen_ms;           /**< 0: the batch's time, or as known */
	int64_t last_seen_ms;            /**< 0: whenever the device was */
	rpv_configuration_state state;   /**< configurations: required; else ::RPV_CONFIGURATION_NONE */
	rpv_flag user_impact;            /**< configurations: the change would affect users; default no */
	rpv_assessment_change change;    /**< replaces, adds, fixes or removes */
	int32_t reserved;                /**< 0 */
} rpv_assessment_facts;

/** Bits of `given` in ::rpv_control_facts. */
typedef enum rpv_control_field {
	RPV_CONTROL_KIND = 1,            /**< `kind` */
	RPV_CONTROL_DESCRIPTION = 2,     /**< `description` */
	RPV_CONTROL_OWNER = 4,           /**< `owner` */
	RPV_CONTROL_EVIDENCE = 8,        /**< `evidence` */
	RPV_CONTROL_REVIEWED = 16,       /**< `reviewed_ms` */
	RPV_CONTROL_REVIEW_INTERVAL = 32, /**< `review_interval_ms` */
	RPV_CONTROL_RETIRED = 64         /**< `retired` */
} rpv_control_field;

/** A compensating control, which mitigating exceptions may rest on. A change acts on those exceptions in the same commit:
 * by policy they become void, or warn, when it is retired, removed or stale; a review before it is stale moves that
 * instant. Nothing revives one that ended. */
typedef struct rpv_control_facts {
	size_t struct_size; /**< size of this struct; 0 stands for the size that it has in version 0.1 */
	const char *id;              /**< required */
	const char *description;     /**< what it does */
	const char *owner;           /**< who answers for it */
	const char *const *evidence; /**< URI and digest in turn; a digest may be empty; replaces all */
	size_t evidence_count;       /**< number of texts in `evidence`, even */
	int64_t reviewed_ms;         /**< when it was last reviewed; the future counts as the batch's time */
	int64_t review_interval_ms;  /**< it is stale this long after its last review, or, without one, after it was added; at
	                              * most ::RPV_REVIEW_INTERVAL_MAX; 0 with the bit: never (the default) */
	int64_t added_ms;            /**< when it was added; 0: the batch's time, or as known */
	rpv_control_kind kind;       /**< what kind of thing it is */
	rpv_flag retired;            /**< no longer in place; default no */
	uint32_t given;              /**< bits of ::rpv_control_field */
	int32_t removed;             /**< 1: take it out, as if it were retired; all other fields are ignored. Exceptions keep
	                              * its id */
} rpv_control_facts;

/** Longest review interval of a control: 36 525 days in milliseconds. */
#define RPV_REVIEW_INTERVAL_MAX INT64_C(3155760000000)

/** How a batch is to be taken. */
typedef struct rpv_batch_options {
	size_t struct_size;  /**< size of this struct: ::RPV_BATCH_OPTIONS_INIT sets it */
	const char *source;  /**< who reports: a scanner's name; NULL: `default` */
	int64_t reported_ms; /**< time of the facts, 0: the store's time at commit. Assessments older than the newest report
	                      * of the same source for a device count as stale and change nothing; later than the store's
	                      * time counts as that */
	int32_t lenient;     /**< 1: references to unknown things create them bare; 0: they are refused */
	int32_t restore;     /**< 1: a backup is being put back, see restore.h */
} rpv_batch_options;

/** Initial value of ::rpv_batch_options. */
#define RPV_BATCH_OPTIONS_INIT { sizeof(rpv_batch_options), NULL, 0, 0, 0 }

/** What a commit came to. */
typedef struct rpv_batch_result {
	size_t struct_size;          /**< size of this struct, set by the caller */
	uint64_t revision;           /**< the store's revision after it */
	uint64_t records;            /**< records in the batch */
	uint64_t changed;            /**< devices, weaknesses, recommendations, groups, sets, controls and assessments that
	                              * changed or are new; last seen does not count */
	uint64_t stale;              /**< assessments left out because the source said something newer */
	uint64_t clipped;            /**< times that lay in the future and were taken as the store's time */
	uint64_t created;            /**< things created bare (lenient) */
	uint64_t events;             /**< events written */
} rpv_batch_result;

/** Initial value of an ::rpv_batch_result. */
#define RPV_BATCH_RESULT_INIT { sizeof(rpv_batch_result), 0, 0, 0, 0, 0, 0, 0 }

/** A batch being collected. Opaque; belongs to its session. Costs memory only until it is committed. */
typedef struct rpv_batch rpv_batch;

/** Begins a batch. Needs ::RPV_PERMIT_INGEST (to restore: ::RPV_PERMIT_SETTINGS).
 * @param session    a session
 * @param options    how, NULL for the defaults; copied
 * @param[out] batch the batch, for rpv_batch_free(); NULL on failure
 * @retval RPV_OK          `*batch` is set
 * @retval RPV_E_DENIED    the permission is missing
 * @retval RPV_E_READ_ONLY the session looks at the past
 * @retval RPV_E_INVALID   an option is out of range
 * @retval RPV_E_NOMEM     no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_begin(rpv_session *session, const rpv_batch_options *options,
                                                  rpv_batch **batch);
/** Frees a batch, committed or not.
 * @param batch the batch, may be NULL
 * @since 0.1 */
RPV_API void rpv_batch_free(rpv_batch *batch);

/** Adds a device. A record that is refused is not added; the error names its index, field and reason.
 * @param batch a batch
 * @param facts copied
 * @retval RPV_OK        added
 * @retval RPV_E_INVALID a field is malformed
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_device(rpv_batch *batch, const rpv_device_facts *facts);
/** Adds a weakness; as rpv_batch_device().
 * @param batch a batch
 * @param facts copied
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_weakness(rpv_batch *batch, const rpv_weakness_facts *facts);
/** Adds a recommendation; as rpv_batch_device().
 * @param batch a batch
 * @param facts copied
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_recommendation(rpv_batch *batch, const rpv_recommendation_facts *facts);
/** Adds a device group; as rpv_batch_device().
 * @param batch a batch
 * @param facts copied
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_group(rpv_batch *batch, const rpv_group_facts *facts);
/** Adds a weakness set; as rpv_batch_device().
 * @param batch a batch
 * @param facts copied
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_weakness_set(rpv_batch *batch, const rpv_weakness_set_facts *facts);
/** Adds a compensating control; as rpv_batch_device(). A store holds at most 10 000.
 * @param batch a batch
 * @param facts copied
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_control(rpv_batch *batch, const rpv_control_facts *facts);
/** Adds an assessment; as rpv_batch_device(). It counts as a sight of the device at its `last_seen_ms` or the batch's
 * time, unless the same batch holds a record of the device that says when it was seen.
 * @param batch a batch
 * @param facts copied
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_assessment(rpv_batch *batch, const rpv_assessment_facts *facts);
/** Says that this batch holds the full report of its source for a device: whatever the source said before of the device
 * and does not say now is gone (fixed or no longer installed).
 * @param batch  a batch
 * @param device id of the device
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_full_report(rpv_batch *batch, const char *device);

/** Short form of rpv_batch_assessment() for weaknesses: replaces what the source said.
 * @param batch          a batch
 * @param device         id of the device
 * @param recommendation id of the recommendation
 * @param weaknesses     ids of the weaknesses present
 * @param weakness_count number of them
 * @return as rpv_batch_device()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_assess(rpv_batch *batch, const char *device, const char *recommendation,
                                                   const char *const *weaknesses, size_t weakness_count);

/** Commits a batch: all of it or, on failure, nothing. Afterwards the batch is empty and may be used again; after a
 * failure it still holds its records. Committing the same facts again changes nothing but last seen.
 * Cost: a few reads and writes for each device and each changed assessment; nothing that grows with the store.
 * @param batch       a batch
 * @param[out] result what it came to, `struct_size` set by the caller; may be NULL
 * @retval RPV_OK        committed
 * @retval RPV_E_INVALID a record is refused: `index`, `field` and `message` say which and why
 * @retval RPV_E_LIMIT   a limit of the store, or the size of one commit, would be passed: report fewer devices at once
 * @retval RPV_E_CLOCK   the clock failed or jumped too far
 * @retval RPV_E_CONFLICT others kept committing the same things: commit again
 * @retval RPV_E_READ_ONLY the storage cannot be written
 * @retval RPV_E_STORAGE the storage failed
 * @retval RPV_E_NOMEM   no memory
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_batch_commit(rpv_batch *batch, rpv_batch_result *result);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
