/* SPDX-License-Identifier: MIT */
/* Keys of a store: one letter, then fixed big-endian numbers, so that byte order is number order. docs/format.md is the
 * promise about these bytes. Numbers are given out by the store, never reused and never shown; host ids occur only under
 * 'n' (id -> number) and inside records. */
#ifndef RPV__KEYS_H
#define RPV__KEYS_H

#include "../base/base.h"

typedef enum rpv__kind { /* the letter a key starts with */
	RPV__K_REVISION = 'Z',       /* Z: the revision record, which every commit expects unchanged */
	RPV__K_COMMIT = 'C',         /* C revision64: commit record */
	RPV__K_CHANGES = 'c',        /* c revision64 part32: keys changed, with the values replaced */
	RPV__K_EVENT = 'J',          /* J sequence64: event */
	RPV__K_NAME = 'n',           /* n name-kind8 [recommendation32] id: number (be32) */
	RPV__K_TEXT = 'Q',           /* Q text32: an interned text (versions, sources) */
	RPV__K_POLICY = 'P',         /* P: policy record */
	RPV__K_GROUP = 'G',          /* G group32: name, rank, description */
	RPV__K_GROUP_COUNT = 'g',    /* g group32: known devices, counted devices by value */
	RPV__K_DEVICE = 'd',         /* d device32: cold facts */
	RPV__K_DEVICE_HOT = 'h',     /* h device32: group, value, flags, last seen */
	RPV__K_HOLDINGS = 'e',       /* e device32: each source's word on each recommendation */
	RPV__K_ROW = 'D',            /* D device32: sorted variant numbers (derived from e) */
	RPV__K_STATES = 's',         /* s device32: configuration states (derived from e) */
	RPV__K_WEAKNESS = 'W',       /* W weakness32: cold facts */
	RPV__K_THREAT = 'w',         /* w block32: threat facts of 256 weaknesses */
	RPV__K_RECOMMENDATION = 'R', /* R recommendation32 */
	RPV__K_VARIANT = 'V',        /* V variant32: recommendation and weaknesses */
	RPV__K_VARIANT_HASH = 'v',   /* v recommendation32 hash64: numbers of the variants with that hash */
	RPV__K_WEAKNESS_VARIANT = 'k', /* k weakness32 variant32: nothing */
	RPV__K_COUNTER = 'A',        /* A recommendation32 group32: devices by variant, state and class */
	RPV__K_EXCEPTION = 'X',      /* X exception64: texts */
	RPV__K_COVER = 'U',          /* U recommendation32 weakness32 exception64: what decides */
	RPV__K_REACH = 'u',          /* u recommendation32 scope8 unit32 weakness32 exception64: nothing; not ended, reaches the
	                              * unit: a device group, a device, or 0 when it is global or for many device groups */
	RPV__K_DEVICES_CENSUS = 'B',  /* B exception64: census of an exception for devices */
	RPV__K_WEAKNESS_CENSUS = 'E', /* E weakness32: census of a weakness wherever it occurs */
	RPV__K_EVERYWHERE = 'y',     /* y block32: weaknesses that may have an exception wherever they occur */
	RPV__K_DEADLINE = 'T',       /* T time64 deadline-kind8 id64: nothing */
	RPV__K_ACTIVITY = 'M',       /* M activity32 */
	RPV__K_REC_ACTIVITY = 'm',   /* m recommendation32 activity32: nothing; active ones only */
	RPV__K_TARGET = 't',         /* t activity32 device32: a target */
	RPV__K_DEVICE_ACTIVITY = 'a', /* a device32 activity32: nothing; ended ones may linger */
	RPV__K_CONTROL = 'N',        /* N control32 */
	RPV__K_CONTROL_EXCEPTION = 'o', /* o control32 exception64: nothing; it rests on the control, and no decision ended it */
	RPV__K_BUDGET = 'K',         /* K by8 number32: accepted exposure of a justification, requester or device group */
	RPV__K_POINT = 'L'           /* L engine32 group32 hour32: recorded scores */
} rpv__kind;

/* What a name under 'n' names. */
typedef enum rpv__name_kind {
	RPV__N_DEVICE = 'd', RPV__N_GROUP = 'g', RPV__N_WEAKNESS = 'w', RPV__N_RECOMMENDATION = 'r', RPV__N_CONTROL = 'c',
	RPV__N_SET = 's',   /* with its recommendation; number of a variant */
	RPV__N_TEXT = 't'   /* a text longer than 255 bytes is not interned by name: see service/names.c */
} rpv__name_kind;

#define RPV__NO_NUMBER UINT32_MAX
#define RPV__ALL_GROUPS RPV__NO_NUMBER /* of recorded scores: all of them together */
#define RPV__DEFAULT_GROUP 0u   /* number of the default group; its name is RPV__DEFAULT_GROUP_NAME */
#define RPV__DEFAULT_GROUP_NAME "UnassignedGroup"
#define RPV__THREAT_BLOCK 256u
#define RPV__EVERYWHERE_BLOCK 4096u /* weaknesses in a block under 'y' */
/* Recommendation 0 in a cover: a weakness everywhere. Weakness 0: a whole recommendation. Numbers start at 1. */

typedef struct rpv__key { uint8_t data[RPV_STORAGE_KEY_MAX]; size_t size; } rpv__key;

rpv_bytes rpv__key_view(const rpv__key *key);
rpv_bytes rpv__key1(rpv__key *key, rpv__kind kind);                                   /* the letter alone */
rpv_bytes rpv__key32(rpv__key *key, rpv__kind kind, uint32_t a);
rpv_bytes rpv__key32_32(rpv__key *key, rpv__kind kind, uint32_t a, uint32_t b);
rpv_bytes rpv__key32_64(rpv__key *key, rpv__kind kind, uint32_t a, uint64_t b);
rpv_bytes rpv__key64(rpv__key *key, rpv__kind kind, uint64_t a);
rpv_bytes rpv__key64_32(rpv__key *key, rpv__kind kind, uint64_t a, uint32_t b);
rpv_bytes rpv__key8_32(rpv__key *key, rpv__kind kind, uint8_t a, uint32_t b);
rpv_bytes rpv__key_point(rpv__key *key, uint32_t engine, uint32_t group, uint32_t hour);
rpv_bytes rpv__key_name(rpv__key *key, rpv__name_kind kind, uint32_t recommendation, rpv_bytes id);
rpv_bytes rpv__key_cover(rpv__key *key, uint32_t recommendation, uint32_t weakness, uint64_t exception);
rpv_bytes rpv__key_cover_subject(rpv__key *key, uint32_t recommendation, uint32_t weakness); /* prefix */
rpv_bytes rpv__key_reach(rpv__key *key, uint32_t recommendation, uint8_t scope, uint32_t unit, uint32_t weakness,
                         uint64_t exception);
rpv_bytes rpv__key_reach_unit(rpv__key *key, uint32_t recommendation, uint8_t scope, uint32_t unit); /* prefix */
rpv_bytes rpv__key_reach_scope(rpv__key *key, uint32_t recommendation, uint8_t scope);               /* prefix */
rpv_bytes rpv__key_deadline(rpv__key *key, int64_t time_ms, uint8_t kind, uint64_t id);
/* The first key after all keys that start with `prefix`, for scans. */
rpv_bytes rpv__key_after_prefix(rpv__key *key, rpv_bytes prefix);
rpv_bytes rpv__key_step(rpv__key *key); /* makes *key the first one after it; empty: there is none */

bool rpv__key_holds_nothing(rpv_bytes key);                                           /* its value is empty */
const char *rpv__key_word(rpv_bytes key);                                             /* what is under it, for messages */

/* Taking keys apart: false when the length or letter is wrong. */
bool rpv__key_is32(rpv_bytes key, rpv__kind kind, uint32_t *a);
bool rpv__key_is32_32(rpv_bytes key, rpv__kind kind, uint32_t *a, uint32_t *b);
bool rpv__key_is32_64(rpv_bytes key, rpv__kind kind, uint32_t *a, uint64_t *b);
bool rpv__key_is64(rpv_bytes key, rpv__kind kind, uint64_t *a);
bool rpv__key_is_cover(rpv_bytes key, uint32_t *recommendation, uint32_t *weakness, uint64_t *exception);
typedef struct rpv__reach_key { uint32_t recommendation; uint8_t scope; uint32_t unit, weakness; uint64_t exception; }
	rpv__reach_key;
bool rpv__key_is_reach(rpv_bytes key, rpv__reach_key *out);
typedef struct rpv__point_key { uint32_t engine, group, hour; } rpv__point_key;
bool rpv__key_is_point(rpv_bytes key, rpv__point_key *out);
bool rpv__key_is_deadline(rpv_bytes key, int64_t *time_ms, uint8_t *kind, uint64_t *id);

#endif
