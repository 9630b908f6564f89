/* SPDX-License-Identifier: MIT */
/* What the files of the conformance kit share. Everything else comes from public headers.
 *
 * A rule is a function that works on a fresh storage and stops at the first thing that is not as it should be: the
 * helpers then write the message and return false. */
#ifndef RPV_TESTKIT_INSIDE_H
#define RPV_TESTKIT_INSIDE_H

#include <reprieve-testkit/reprieve-testkit.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define KIT_COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef struct kit {
	const rpv_testkit_options *options;
	rpv_storage s;       /* the fresh storage of the rule */
	bool is_open;        /* s */
	bool failed, not_tried, no_memory;
	uint64_t seed;       /* of the random run */
	uint32_t rounds;
	char message[700];
} kit;

typedef struct kit_rule {
	const char *part, *name, *sentence;
	bool (*run)(kit *k);
} kit_rule;

/* The rules of each part, in rules_*.c, ended by one without a name. */
extern const kit_rule rpv__kit_reads[], rpv__kit_order[], rpv__kit_ranges[], rpv__kit_expectations[], rpv__kit_sizes[],
	rpv__kit_keeping[], rpv__kit_handles[], rpv__kit_faults[], rpv__kit_random[];

/* --- messages --- */
/* Records why the rule fails; false. */
bool rpv__kit_fail(kit *k, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The rule cannot be tried here; false. */
bool rpv__kit_skip(kit *k, const char *reason);
bool rpv__kit_nomem(kit *k);
/* Bytes for people: quoted, others than plain ones as \xNN, cut when long. */
#define KIT_SHOWN 120
const char *rpv__kit_show(rpv_bytes bytes, char out[KIT_SHOWN]);

/* --- handles --- */
bool rpv__kit_open(kit *k, rpv_testkit_place place, rpv_storage *out);
void rpv__kit_close(rpv_storage *storage);
bool rpv__kit_reopen(kit *k); /* k->s, through its close */

/* --- pairs --- */
rpv_bytes rpv__kit_bytes(const char *text);
rpv_write rpv__kit_put(const char *key, const char *value);
rpv_write rpv__kit_remove(const char *key);
rpv_expect rpv__kit_is(const char *key, const char *value);
rpv_expect rpv__kit_absent(const char *key);

typedef struct kit_pair { rpv_bytes key, value; } kit_pair;
typedef struct kit_pairs { kit_pair *at; size_t count, cap; } kit_pairs; /* copies */
int rpv__kit_compare(rpv_bytes a, rpv_bytes b);
bool rpv__kit_add(kit_pairs *pairs, rpv_bytes key, rpv_bytes value); /* false: no memory */
void rpv__kit_free(kit_pairs *pairs);

typedef struct kit_range {
	rpv_bytes from, to;
	int32_t reverse;
	uint64_t limit;
} kit_range;
extern const kit_range rpv__kit_all; /* every key: from one zero byte on */

/* --- asking, and comparing; each false when it is not as expected --- */
/* A commit that must end with `status`. */
bool rpv__kit_commit(kit *k, const rpv_storage *s, const rpv_write *writes, size_t count, const rpv_expect *expected,
                     size_t expected_count, rpv_status status);
bool rpv__kit_set(kit *k, const rpv_storage *s, const char *key, const char *value);
/* Reads as a host would: RPV_OK with *found, or a failure. `*value` is a copy, owned by `into`. */
rpv_status rpv__kit_get(kit *k, const rpv_storage *s, rpv_bytes key, kit_pairs *into, rpv_error *error);
rpv_status rpv__kit_scan(kit *k, const rpv_storage *s, const kit_range *range, kit_pairs *into, rpv_error *error);
bool rpv__kit_has(kit *k, const rpv_storage *s, rpv_bytes key, rpv_bytes value);
bool rpv__kit_has_text(kit *k, const rpv_storage *s, const char *key, const char *value);
bool rpv__kit_lacks(kit *k, const rpv_storage *s, const char *key);
bool rpv__kit_gives(kit *k, const rpv_storage *s, const kit_range *range, const kit_pair *expected, size_t count);
/* The keys of a range of texts, divided by blanks; values are not looked at. */
bool rpv__kit_lists(kit *k, const rpv_storage *s, const char *from, const char *to, int32_t reverse, uint64_t limit,
                    const char *keys);
/* A failure with another status than the one expected. */
bool rpv__kit_wrong(kit *k, const char *call, rpv_status expected, rpv_status got, const rpv_error *error);

/* --- chance --- */
uint64_t rpv__kit_random_of(uint64_t *state);
uint64_t rpv__kit_below(uint64_t *state, uint64_t bound);

#endif
