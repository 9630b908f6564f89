/* SPDX-License-Identifier: MIT */
/* Checks exceptions, and all that follows from them: deadlines, the index of what they reach, sums of accepted exposure,
 * what rests on controls. */
#include "check.h"
#include "due.h"

static rpv_status cover(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	rpv__cover record;
	if (!rpv__get_cover(key, value, &c->kept, &record)) {
		rpv__check_fault(c, "this is not what decides of an exception", key);
		return RPV_OK;
	}
	rpv__check_number(c, RPV__NEXT_EXCEPTION, record.exception, "no such exception was given a number", key);
	if (rpv__grow(&c->alloc, &c->covers, &c->cover_cap, c->cover_count + 1, sizeof *c->covers))
		return rpv__fail_nomem(error);
	c->covers[c->cover_count++] = record;
	return RPV_OK;
}

static int by_number(const void *a, const void *b, const void *context)
{
	const rpv__cover *x = a, *y = b;
	(void)context;
	return (x->exception > y->exception) - (x->exception < y->exception);
}

static const rpv__cover *cover_of(const rpv__check *c, uint64_t exception)
{
	size_t low = 0, high = c->cover_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c->covers[middle].exception < exception)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->cover_count && c->covers[low].exception == exception ? &c->covers[low] : NULL;
}

/* --- accepted exposure --- */
static rpv_status add_share(rpv__check *c, const rpv__cover *cover, rpv_budget_by by, uint32_t number, rpv_error *error)
{
	uint64_t at = 0, which = (uint64_t)by << 32 | number;
	if (!rpv__map_get_u64(&c->shares, which, &at)) {
		rpv__budget_sum *sum = rpv__arena_get(&c->kept, sizeof *sum);
		if (!sum || rpv__map_put_u64(&c->shares, which, (uintptr_t)sum))
			return rpv__fail_nomem(error);
		at = (uintptr_t)sum;
	}
	rpv__budget_sum *sum = (rpv__budget_sum *)(uintptr_t)at;
	sum->units = rpv__wide_add(sum->units, rpv__wide_of((uint64_t)cover->baseline.exposure));
	sum->count++;
	return RPV_OK;
}

static rpv_status count(rpv__check *c, const rpv__cover *cover, const char *requester, rpv_error *error)
{
	uint64_t number = 0;
	rpv_status st = add_share(c, cover, RPV_BUDGET_BY_JUSTIFICATION, (uint32_t)cover->justification, error);
	if (st == RPV_OK && rpv__budget_of_requester(requester) && rpv__map_get(&c->texts, rpv__bytes_of(requester), &number))
		st = add_share(c, cover, RPV_BUDGET_BY_REQUESTER, (uint32_t)number, error);
	if (st == RPV_OK && cover->scope == RPV_SCOPE_GLOBAL)
		st = add_share(c, cover, RPV_BUDGET_BY_GROUP, RPV__NO_NUMBER, error);
	for (size_t i = 0; st == RPV_OK && cover->scope == RPV_SCOPE_GROUPS && i < cover->group_count; i++)
		st = add_share(c, cover, RPV_BUDGET_BY_GROUP, cover->groups[i], error);
	return st;
}

static rpv_status check_shares(rpv__check *c, rpv_error *error)
{
	size_t cursor = 0;
	uint64_t at, which;
	rpv_bytes bytes;
	rpv_status st = RPV_OK;
	while (st == RPV_OK && rpv__map_next(&c->shares, &cursor, &bytes, &at)) {
		rpv__key key;
		memcpy(&which, bytes.data, sizeof which);
		rpv__buf_clear(&c->buf);
		rpv__put_budget_sum(&c->buf, (const rpv__budget_sum *)(uintptr_t)at);
		st = c->buf.status ? rpv__fail_nomem(error)
		                   : rpv__check_expect(c, rpv__key8_32(&key, RPV__K_BUDGET, (uint8_t)(which >> 32), (uint32_t)which),
		                                       rpv__buf_view(&c->buf), false, error);
	}
	return st == RPV_OK ? rpv__check_compare(c, RPV__K_BUDGET, "this sum of accepted exposure is missing", error) : st;
}

static rpv_status texts(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint64_t number = 0;
	rpv__exception record;
	const rpv__cover *cover = NULL;
	if (rpv__key_is64(key, RPV__K_EXCEPTION, &number) && rpv__get_exception(value, &c->scratch, &record))
		cover = cover_of(c, number);
	if (!cover || cover->recommendation != record.recommendation || cover->weakness != record.weakness) {
		rpv__check_fault(c, "this is no exception, or not one with a cover", key);
		return RPV_OK;
	}
	c->counted++;
	return cover->counted ? count(c, cover, record.requester, error) : RPV_OK;
}

/* --- what follows from a cover --- */
static rpv_status expect_deadlines(rpv__check *c, const rpv__cover *cover, rpv_error *error)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && cover->ending == RPV__NOT_ENDED && i < rpv__due_kind_count; i++) {
		const rpv__due_kind *kind = &rpv__due_kinds[i];
		int64_t at = kind->next ? kind->next(cover, &c->policy, c->revision->mark_ms) : 0;
		rpv__key key;
		if (at)
			st = rpv__check_expect(c, rpv__key_deadline(&key, at, kind->kind, cover->exception), (rpv_bytes){ NULL, 0 },
			                       false, error);
	}
	return st;
}

static rpv_status expect_reach(rpv__check *c, const rpv__cover *cover, rpv_error *error)
{
	static const uint32_t everything = 0;
	const uint32_t *units = cover->groups;
	size_t count = cover->group_count;
	rpv_status st = RPV_OK;
	if (cover->scope == RPV_SCOPE_GLOBAL)
		units = &everything, count = 1;
	else if (cover->scope == RPV_SCOPE_DEVICES)
		units = cover->devices, count = cover->device_count;
	for (size_t i = 0; st == RPV_OK && cover->listed && i < count; i++) {
		rpv__key key;
		st = rpv__check_expect(c, rpv__key_reach(&key, cover->recommendation, (uint8_t)cover->scope, units[i],
		                                         cover->weakness, cover->exception), (rpv_bytes){ NULL, 0 }, false, error);
	}
	return st;
}

static rpv_status expect_all(rpv__check *c, const rpv__cover *cover, rpv_error *error)
{
	bool live = rpv__exception_live(rpv__exception_status_alone(cover, c->revision->mark_ms));
	rpv__key key;
	rpv_bytes at = rpv__key_cover(&key, cover->recommendation, cover->weakness, cover->exception);
	rpv_status st = expect_deadlines(c, cover, error);
	if (live && !cover->listed && c->revision->format >= RPV__FORMAT_SUMS)
		rpv__check_fault(c, "this exception has not ended, but is not listed", at);
	if (cover->counted && cover->renewal && live)
		rpv__check_fault(c, "this exception and its renewal both count", at);
	if (st == RPV_OK)
		st = expect_reach(c, cover, error);
	for (size_t i = 0; st == RPV_OK && cover->ending == RPV__NOT_ENDED && i < cover->control_count; i++)
		st = rpv__check_expect(c, rpv__key32_64(&key, RPV__K_CONTROL_EXCEPTION, cover->controls[i], cover->exception),
		                       (rpv_bytes){ NULL, 0 }, !live, error);
	return st;
}

/* --- weaknesses that may have an exception wherever they occur --- */
static rpv_status everywhere(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t block;
	const uint32_t *weaknesses;
	size_t count;
	if (!rpv__key_is32(key, RPV__K_EVERYWHERE, &block) ||
	    !rpv__get_everywhere(value, &c->scratch, &weaknesses, &count)) {
		rpv__check_fault(c, "these are no weaknesses with an exception wherever they occur", key);
		return RPV_OK;
	}
	for (size_t i = 0; i < count; i++)
		if (weaknesses[i] / RPV__EVERYWHERE_BLOCK != block)
			rpv__check_fault(c, "a weakness stands in the block of others", key);
		else if (rpv__map_put_u64(&c->everywhere, weaknesses[i], 1))
			return rpv__fail_nomem(error);
	return RPV_OK;
}

static rpv_status check_everywhere(rpv__check *c, rpv_error *error)
{
	rpv_status st = rpv__check_each(c, RPV__K_EVERYWHERE, everywhere, error);
	for (size_t i = 0; st == RPV_OK && i < c->cover_count; i++) {
		const rpv__cover *cover = &c->covers[i];
		uint64_t found;
		rpv__key key;
		bool live = rpv__exception_live(rpv__exception_status_alone(cover, c->revision->mark_ms));
		if (!cover->recommendation && !cover->pending && live && !rpv__map_get_u64(&c->everywhere, cover->weakness,
		                                                                            &found))
			rpv__check_fault(c, "its weakness is not noted as one with an exception wherever it occurs",
			                 rpv__key_cover(&key, 0, cover->weakness, cover->exception));
	}
	return st;
}

/* --- censuses: absent until needed, so only their form is known here --- */
static rpv_status census(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	rpv__census record;
	uint32_t weakness;
	uint64_t exception;
	(void)error;
	bool of_devices = rpv__key_is64(key, RPV__K_DEVICES_CENSUS, &exception);
	bool known = of_devices ? cover_of(c, exception) != NULL : rpv__key_is32(key, RPV__K_WEAKNESS_CENSUS, &weakness);
	if (!known || !rpv__get_census(value, &c->scratch, &record))
		rpv__check_fault(c, "this is no census", key);
	return RPV_OK;
}

rpv_status rpv__check_decisions(rpv__check *c, rpv_error *error)
{
	rpv_status st = rpv__check_each(c, RPV__K_COVER, cover, error);
	if (st == RPV_OK && rpv__sort(&c->alloc, c->covers, c->cover_count, sizeof *c->covers, by_number, NULL))
		st = rpv__fail_nomem(error);
	c->counted = 0;
	if (st == RPV_OK)
		st = rpv__check_each(c, RPV__K_EXCEPTION, texts, error);
	for (size_t i = 0; st == RPV_OK && i < c->cover_count; i++)
		st = expect_all(c, &c->covers[i], error);
	if (st)
		return st;
	rpv__check_counted(c, RPV__NEXT_EXCEPTION, c->counted, "another number of exceptions exists");
	rpv__check_counted(c, RPV__NEXT_EXCEPTION, c->cover_count, "another number of exceptions decides");
	st = rpv__check_compare(c, RPV__K_REACH, "the exception is not listed with what it reaches", error);
	if (st == RPV_OK)
		st = rpv__check_compare(c, RPV__K_CONTROL_EXCEPTION, "the control does not know what rests on it", error);
	if (st == RPV_OK)
		st = check_shares(c, error);
	if (st == RPV_OK)
		st = check_everywhere(c, error);
	if (st == RPV_OK)
		st = rpv__check_each(c, RPV__K_DEVICES_CENSUS, census, error);
	return st == RPV_OK ? rpv__check_each(c, RPV__K_WEAKNESS_CENSUS, census, error) : st;
}
