/* SPDX-License-Identifier: MIT */
/* The rules of exceptions as pure functions: status by time, conflict, impact, scope. Time is an argument. */
#include "exception.h"
#include "approval.h"

rpv_exception_status rpv__exception_status_alone(const rpv__cover *cover, int64_t now_ms)
{
	switch (cover->ending) { /* unreachable: the codec refuses other endings */
	case RPV__ENDED_CANCELED: return RPV_EXCEPTION_CANCELED;
	case RPV__ENDED_RESURFACED: return RPV_EXCEPTION_RESURFACED;
	case RPV__ENDED_REJECTED: return RPV_EXCEPTION_REJECTED;
	case RPV__ENDED_SUPERSEDED: return RPV_EXCEPTION_SUPERSEDED;
	case RPV__NOT_ENDED: break;
	}
	if (cover->pending)
		return now_ms < rpv__approval_lapse(cover) ? RPV_EXCEPTION_PENDING_APPROVAL : RPV_EXCEPTION_REJECTED;
	if (cover->stale_ms && cover->stale_ms < cover->end_ms && now_ms >= cover->stale_ms)
		return RPV_EXCEPTION_RESURFACED;
	if (now_ms < cover->start_ms)
		return RPV_EXCEPTION_SCHEDULED;
	return now_ms < cover->end_ms ? RPV_EXCEPTION_IN_EFFECT : RPV_EXCEPTION_EXPIRED;
}

rpv_exception_status rpv__exception_status(const rpv__cover *cover, bool global_in_effect, int64_t now_ms)
{
	rpv_exception_status status = rpv__exception_status_alone(cover, now_ms);
	bool suspended = status == RPV_EXCEPTION_IN_EFFECT && cover->scope != RPV_SCOPE_GLOBAL && global_in_effect;
	return suspended ? RPV_EXCEPTION_SUSPENDED : status;
}

bool rpv__exception_live(rpv_exception_status status)
{
	return status <= RPV_EXCEPTION_SUSPENDED;
}

int64_t rpv__exception_ended_ms(const rpv__cover *cover, int64_t now_ms)
{
	rpv_exception_status status = rpv__exception_status_alone(cover, now_ms);
	if (rpv__exception_live(status))
		return 0;
	if (cover->ending != RPV__NOT_ENDED)
		return cover->ended_ms;
	if (status == RPV_EXCEPTION_RESURFACED)
		return cover->stale_ms;
	return status == RPV_EXCEPTION_REJECTED ? rpv__approval_lapse(cover) : cover->end_ms;
}

bool rpv__exception_same_subject(const rpv__cover *a, const rpv__cover *b)
{
	return a->recommendation == b->recommendation && a->weakness == b->weakness;
}

/* Both ascend. */
static bool intersect(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
	for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
		if (a[i] == b[j])
			return true;
		if (a[i] < b[j])
			i++;
		else
			j++;
	}
	return false;
}

bool rpv__exception_units_meet(const rpv__cover *a, const rpv__cover *b)
{
	if (a->scope != b->scope)
		return false;
	switch (a->scope) {
	case RPV_SCOPE_GLOBAL: return true;
	case RPV_SCOPE_DEVICES: return intersect(a->devices, a->device_count, b->devices, b->device_count);
	default: return intersect(a->groups, a->group_count, b->groups, b->group_count);
	}
}

bool rpv__exception_conflict(const rpv__cover *a, const rpv__cover *b)
{
	if (!rpv__exception_same_subject(a, b))
		return false;
	if (a->start_ms >= b->end_ms || b->start_ms >= a->end_ms)
		return false;
	return rpv__exception_units_meet(a, b);
}

static bool contains(const uint32_t *ascending, size_t count, uint32_t number)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ascending[middle] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && ascending[low] == number;
}

bool rpv__exception_covers_group(const rpv__cover *cover, uint32_t group)
{
	if (cover->scope == RPV_SCOPE_GLOBAL)
		return true;
	return cover->scope != RPV_SCOPE_DEVICES && contains(cover->groups, cover->group_count, group);
}

bool rpv__exception_covers_device(const rpv__cover *cover, uint32_t device, uint32_t group)
{
	if (cover->scope == RPV_SCOPE_DEVICES)
		return contains(cover->devices, cover->device_count, device);
	return rpv__exception_covers_group(cover, group);
}

rpv_impact rpv__exception_impact(const rpv__policy *policy, rpv_justification justification, rpv_impact asked,
                                 bool single_weakness)
{
	if (single_weakness)
		return RPV_IMPACT_MITIGATION_LIKE;
	return asked != RPV_IMPACT_DEFAULT ? asked : policy->impact[justification];
}

bool rpv__exception_official(const rpv__cover *cover)
{
	return cover->impact == RPV_IMPACT_MITIGATION_LIKE;
}

int64_t rpv__exception_next_instant(const rpv__cover *cover, int64_t now_ms)
{
	if (!rpv__exception_live(rpv__exception_status_alone(cover, now_ms)))
		return INT64_MAX;
	if (cover->pending)
		return rpv__approval_lapse(cover);
	int64_t next = cover->end_ms;
	if (cover->stale_ms && cover->stale_ms < next)
		next = cover->stale_ms;
	return now_ms < cover->start_ms && cover->start_ms < next ? cover->start_ms : next;
}

/* --- ids --- */
uint64_t rpv__number_of_id(const char *id, char letter)
{
	uint64_t number = 0;
	if (!id || id[0] != letter || id[1] != '-' || id[2] == '0')
		return 0;
	for (id += 2; *id; id++) {
		unsigned digit = (unsigned)(*id - '0');
		if (*id < '0' || *id > '9' || number > (UINT64_MAX - digit) / 10)
			return 0;
		number = number * 10 + digit;
	}
	return number;
}

void rpv__id_of_number(char letter, uint64_t number, char out[24])
{
	rpv__format(out, 24, "%c-%llu", letter, (unsigned long long)number);
}
