/* SPDX-License-Identifier: MIT */
/* Which exception of a subject decides for a device, and where the others stand (R8, R18, R21). */
#include "standing.h"

const rpv__cover *rpv__decider(const rpv__cover *covers, size_t count, const rpv__place *place)
{
	const rpv__cover *widest = NULL;
	for (size_t i = 0; i < count; i++) { /* in the order of their numbers */
		const rpv__cover *c = &covers[i];
		if (rpv__exception_status_alone(c, place->now_ms) == RPV_EXCEPTION_IN_EFFECT &&
		    rpv__exception_covers_device(c, place->device, place->group) && (!widest || c->scope < widest->scope))
			widest = c;
	}
	return widest;
}

rpv_standing rpv__standing(const rpv__cover *cover, const rpv__cover *decider, int64_t now_ms)
{
	switch (rpv__exception_status_alone(cover, now_ms)) {
	case RPV_EXCEPTION_PENDING_APPROVAL: return RPV_STANDING_PENDING;
	case RPV_EXCEPTION_SCHEDULED: return RPV_STANDING_SCHEDULED;
	case RPV_EXCEPTION_EXPIRED: return RPV_STANDING_EXPIRED;
	case RPV_EXCEPTION_CANCELED: return RPV_STANDING_CANCELED;
	case RPV_EXCEPTION_RESURFACED: return RPV_STANDING_RESURFACED;
	case RPV_EXCEPTION_REJECTED: return RPV_STANDING_REJECTED;
	case RPV_EXCEPTION_SUPERSEDED: return RPV_STANDING_SUPERSEDED;
	default: break;
	}
	if (!decider || decider->exception == cover->exception)
		return RPV_STANDING_DECIDES;
	return decider->scope == RPV_SCOPE_GLOBAL ? RPV_STANDING_SUSPENDED : RPV_STANDING_SHADOWED;
}

int64_t rpv__standing_at(const rpv__cover *cover, rpv_standing standing, int64_t now_ms)
{
	if (rpv__standing_ended(standing))
		return rpv__exception_ended_ms(cover, now_ms);
	return standing == RPV_STANDING_SCHEDULED ? cover->start_ms : 0;
}

bool rpv__standing_ended(rpv_standing standing)
{
	return standing >= RPV_STANDING_EXPIRED && standing <= RPV_STANDING_SUPERSEDED;
}
