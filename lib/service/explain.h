/* SPDX-License-Identifier: MIT */
/* What explaining one finding of a device is made of. Everything lives in the explanation's arena. */
#ifndef RPV__SERVICE_EXPLAIN_H
#define RPV__SERVICE_EXPLAIN_H

#include "../model/standing.h"
#include "exception.h"

struct rpv_explanation {
	rpv__arena arena;
	rpv_explanation_outcome outcome;
};

/* An exception that covers the device, or did. */
typedef struct rpv__entry {
	const rpv__cover *cover;
	rpv_standing standing;
	uint64_t by;               /* the one that overrules it; 0: none */
	int64_t at_ms;
} rpv__entry;

/* Covers of one subject, and which of them decides for the device. */
typedef struct rpv__side { rpv__cover *covers; size_t count; const rpv__cover *decider; } rpv__side;

typedef struct rpv__explaining {
	rpv_session *session;
	const char *device_id, *recommendation_id, *weakness_id; /* as asked for */
	rpv_explanation *out;
	/* of one run */
	const rpv__source *source;
	rpv_error *error;
	rpv__place place;
	int64_t last_seen_ms;
	uint32_t flags;            /* of the device */
	uint32_t recommendation, weakness; /* weakness 0: as a whole */
	uint32_t *found; size_t found_count;   /* weaknesses asked about that the device has; a configuration: a single 0 */
	rpv__side whole;
	rpv__entry *entries; size_t entry_count, entry_cap;
	rpv__map known;            /* exception -> place in entries + 1 */
	uint64_t decided_by;       /* 0: visible */
	int64_t inactive_after_ms;
} rpv__explaining;

/* --- explain.c --- */
rpv_status rpv__explain(rpv_session *session, const char *device, const char *recommendation, const char *weakness,
                        rpv_explanation **out);
void rpv__explanation_free(rpv_explanation *explanation);
/* --- explain_findings.c --- */
/* Finds the device, the recommendation and what the device has of it. */
rpv_status rpv__explain_find(rpv__explaining *e);
/* --- explain_decide.c --- */
/* Decides each finding, and all of them; notes where every exception stands. */
rpv_status rpv__explain_decide(rpv__explaining *e);
/* --- explain_text.c --- */
rpv_status rpv__explain_text(rpv__explaining *e);
rpv_status rpv__explain_id(rpv__explaining *e, uint64_t number, const char **out); /* 0: NULL */

#endif
