/* SPDX-License-Identifier: MIT */
/* The life of an exception: every turn from one status to another, with its cause. docs/exceptions.md shows this table, and
 * a test holds the two against each other. Nothing but rpv__life_end() ends an exception by a decision; statuses that the
 * clock gives (rpv__exception_status()) take only turns that are marked so here. */
#ifndef RPV__EXCEPTION_LIFE_H
#define RPV__EXCEPTION_LIFE_H

#include "../codec/records.h"

#define RPV__NOT_FILED (-1) /* the status before there is an exception */

typedef enum rpv__cause {
	RPV__CAUSE_FILED,                /* starts at once */
	RPV__CAUSE_FILED_AHEAD,          /* starts later; renewals of live ones too */
	RPV__CAUSE_FILED_FOR_APPROVAL,   /* the policy asks for a second person */
	RPV__CAUSE_APPROVED,             /* at or after its start */
	RPV__CAUSE_APPROVED_AHEAD,       /* before its start */
	RPV__CAUSE_REJECTED,
	RPV__CAUSE_APPROVAL_LAPSED,
	RPV__CAUSE_START_REACHED,
	RPV__CAUSE_GLOBAL_ABOVE,         /* a global one on its subject comes into effect */
	RPV__CAUSE_GLOBAL_GONE,          /* that one ends, and no other is in effect */
	RPV__CAUSE_END_REACHED,
	RPV__CAUSE_CANCELED,
	RPV__CAUSE_LAST_GROUP_CANCELED,
	RPV__CAUSE_PREDECESSOR_CANCELED, /* of a renewal that has not started */
	RPV__CAUSE_TRIGGER_FIRED,        /* its environment got worse, and the policy says void */
	RPV__CAUSE_CONTROL_STALE,        /* the review of a control that it rests on is overdue */
	RPV__CAUSE_SUPERSEDED            /* another one took over all of it */
} rpv__cause;

/* What brings a turn about. */
typedef enum rpv__turn_by { RPV__BY_COMMIT = 1, RPV__BY_CLOCK = 2, RPV__BY_EITHER = 3 } rpv__turn_by;

typedef struct rpv__turn {
	rpv__cause cause;
	int32_t from;               /* an rpv_exception_status or RPV__NOT_FILED */
	rpv_exception_status to;
	rpv_event_type event;       /* told by this event; of suspension and return: one event of the global one for all */
	rpv__turn_by by;
} rpv__turn;

extern const rpv__turn rpv__turns[];
extern const size_t rpv__turn_count;

/* Whether an exception of status `from` may become `to`, brought about by any of `by`. */
bool rpv__life_allows(int32_t from, rpv_exception_status to, rpv__turn_by by);
/* The event that tells of a cause. */
rpv_event_type rpv__life_event(rpv__cause cause);
/* In the words of the table, such as "end_reached". */
const char *rpv__cause_word(rpv__cause cause);
/* How a record says that it ended; RPV__NOT_ENDED when the status is none of a decision. */
rpv__ending rpv__life_ending(rpv_exception_status status);
/* Writes into the record what the clock brought about at `now_ms`, so that nothing revives it: false when the clock did not
 * bring it to such a status. */
bool rpv__life_keep(rpv__cover *cover, int64_t now_ms);
/* Ends it by a decision: false, and nothing changed, when the table has no such turn from its status at `now_ms`. */
bool rpv__life_end(rpv__cover *cover, rpv__cause cause, int64_t now_ms);

#endif
