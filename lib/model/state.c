/* SPDX-License-Identifier: MIT */
/* The state of a recommendation (R19) as a pure function: the first that holds. */
#include "state.h"

rpv_state rpv__state_of(const rpv__state_facts *facts)
{
	if (!facts->exposed)
		return RPV_STATE_RESOLVED;
	if (facts->global || (facts->groups > 0 && facts->covered >= facts->groups))
		return RPV_STATE_FULL_EXCEPTION;
	if (facts->covered > 0 || facts->others || facts->weakness_everywhere)
		return RPV_STATE_PARTIAL_EXCEPTION;
	return RPV_STATE_ACTIVE;
}
