/* SPDX-License-Identifier: MIT */
/* Checks what hosts report but for devices: texts, device groups, weaknesses, recommendations and controls. */
#include "check.h"
#include "../model/control.h"
#include "due.h"

static rpv_status text(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t number;
	if (!rpv__key_is32(key, RPV__K_TEXT, &number) || !value.size || !rpv__utf8_ok(value.data, value.size)) {
		rpv__check_fault(c, "this is no text", key);
		return RPV_OK;
	}
	rpv__check_number(c, RPV__NEXT_TEXT, number, "no such text was given a number", key);
	const char *words = rpv__arena_text(&c->scratch, value.data, value.size);
	if (!words || rpv__map_put(&c->texts, value, number))
		return rpv__fail_nomem(error);
	return rpv__check_expect_name(c, RPV__N_TEXT, 0, words, number, false, error);
}

/* --- device groups --- */
static rpv_status group(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t number;
	rpv__group record;
	if (!rpv__key_is32(key, RPV__K_GROUP, &number) || !rpv__get_group(value, &c->scratch, &record) || !record.name) {
		rpv__check_fault(c, "this is no device group", key);
		return RPV_OK;
	}
	rpv__group_count *count = rpv__arena_get(&c->kept, sizeof *count);
	if (number >= c->revision->next[RPV__NEXT_GROUP])
		rpv__check_fault(c, "no such device group was given a number", key);
	if (!count || rpv__map_put_u64(&c->groups, number, (uintptr_t)count))
		return rpv__fail_nomem(error);
	if (record.declared && number != RPV__DEFAULT_GROUP && rpv__map_put_u64(&c->present, number, 1))
		return rpv__fail_nomem(error);
	return rpv__check_expect_name(c, RPV__N_GROUP, 0, record.name, number, false, error);
}

/* --- weaknesses --- */
static rpv_status weakness(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t number;
	rpv__weakness record;
	if (!rpv__key_is32(key, RPV__K_WEAKNESS, &number) || !rpv__get_weakness(value, &c->scratch, &record) || !record.id) {
		rpv__check_fault(c, "this is no weakness", key);
		return RPV_OK;
	}
	rpv__check_number(c, RPV__NEXT_WEAKNESS, number, "no such weakness was given a number", key);
	if (rpv__grow(&c->alloc, &c->weaknesses, &c->weakness_cap, c->weakness_count + 1, sizeof *c->weaknesses))
		return rpv__fail_nomem(error);
	c->weaknesses[c->weakness_count++] = number;
	return rpv__check_expect_name(c, RPV__N_WEAKNESS, 0, record.id, number, false, error);
}

/* Each weakness exists in its block, and no other does. */
static rpv_status threats(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t number;
	rpv__threat_block block;
	(void)error;
	if (!rpv__key_is32(key, RPV__K_THREAT, &number) || !rpv__get_threat_block(value, &block)) {
		rpv__check_fault(c, "this is no block of threats", key);
		return RPV_OK;
	}
	for (uint64_t i = 0; i < RPV__THREAT_BLOCK; i++) {
		uint64_t weakness_number = (uint64_t)number * RPV__THREAT_BLOCK + i;
		if (!(block.items[i].flags & RPV__THREAT_EXISTS))
			continue;
		if (c->threats < c->weakness_count && c->weaknesses[c->threats] == weakness_number)
			c->threats++;
		else
			rpv__check_fault(c, "threats of a weakness that there is not, or none of one that there is", key);
	}
	return RPV_OK;
}

static rpv_status check_weaknesses(rpv__check *c, rpv_error *error)
{
	rpv__key key;
	rpv_status st = rpv__check_each(c, RPV__K_WEAKNESS, weakness, error);
	if (st == RPV_OK)
		st = rpv__check_each(c, RPV__K_THREAT, threats, error);
	if (st == RPV_OK && c->threats < c->weakness_count)
		rpv__check_fault(c, "threats of this weakness are missing",
		                 rpv__key32(&key, RPV__K_WEAKNESS, c->weaknesses[c->threats]));
	if (st == RPV_OK)
		rpv__check_counted(c, RPV__NEXT_WEAKNESS, c->weakness_count, "another number of weaknesses exists");
	return st;
}

/* --- recommendations, controls --- */
static rpv_status recommendation(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t number;
	rpv__recommendation record;
	if (!rpv__key_is32(key, RPV__K_RECOMMENDATION, &number) ||
	    !rpv__get_recommendation(value, &c->scratch, &record)) {
		rpv__check_fault(c, "this is no recommendation", key);
		return RPV_OK;
	}
	rpv__check_number(c, RPV__NEXT_RECOMMENDATION, number, "no such recommendation was given a number", key);
	if (rpv__map_put_u64(&c->recommendations, number, !record.removed))
		return rpv__fail_nomem(error);
	c->counted += !record.removed;
	return rpv__check_expect_name(c, RPV__N_RECOMMENDATION, 0, record.id, number, record.removed, error);
}

static rpv_status control(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint32_t number;
	rpv__control record;
	rpv__key at;
	if (!rpv__key_is32(key, RPV__K_CONTROL, &number) || !rpv__get_control(value, &c->scratch, &record) || !record.id) {
		rpv__check_fault(c, "this is no compensating control", key);
		return RPV_OK;
	}
	rpv__check_number(c, RPV__NEXT_CONTROL, number, "no such control was given a number", key);
	c->counted += !record.removed;
	int64_t stale_ms = rpv__control_stale_ms(&record);
	rpv_status st = rpv__check_expect_name(c, RPV__N_CONTROL, 0, record.id, number, record.removed, error);
	if (st == RPV_OK && stale_ms > c->revision->mark_ms)
		st = rpv__check_expect(c, rpv__key_deadline(&at, stale_ms, RPV__DUE_CONTROL, RPV__DUE_CONTROL_ID(number)),
		                       (rpv_bytes){ NULL, 0 }, false, error);
	return st;
}

rpv_status rpv__check_facts(rpv__check *c, rpv_error *error)
{
	rpv_status st = rpv__check_each(c, RPV__K_TEXT, text, error);
	if (st == RPV_OK)
		st = rpv__check_each(c, RPV__K_GROUP, group, error);
	if (st == RPV_OK)
		st = check_weaknesses(c, error);
	c->counted = 0;
	if (st == RPV_OK)
		st = rpv__check_each(c, RPV__K_RECOMMENDATION, recommendation, error);
	if (st == RPV_OK)
		rpv__check_counted(c, RPV__NEXT_RECOMMENDATION, c->counted, "another number of recommendations exists");
	c->counted = 0;
	if (st == RPV_OK)
		st = rpv__check_each(c, RPV__K_CONTROL, control, error);
	if (st == RPV_OK)
		rpv__check_counted(c, RPV__NEXT_CONTROL, c->counted, "another number of controls exists");
	return st;
}
