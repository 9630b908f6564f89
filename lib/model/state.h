/* SPDX-License-Identifier: MIT */
/* The state of a recommendation (R19) as a pure function. */
#ifndef RPV__MODEL_STATE_H
#define RPV__MODEL_STATE_H

#include <reprieve/recommendation.h>
#include <stdbool.h>

typedef struct rpv__state_facts {
	bool exposed;                 /* an active device is exposed, before exceptions */
	bool global;                  /* a whole-recommendation exception in effect is global */
	uint64_t groups, covered;     /* present device groups, and those under a whole-recommendation exception in effect */
	bool others;                  /* any other exception in effect on it or a weakness of it */
	bool weakness_everywhere;     /* one in effect on a weakness everywhere that an active device has under it */
} rpv__state_facts;

rpv_state rpv__state_of(const rpv__state_facts *facts);

#endif
