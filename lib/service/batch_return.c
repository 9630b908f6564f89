/* SPDX-License-Identifier: MIT */
/* A recommendation that comes back has another number: exceptions and activities on it follow, as those on a device or
 * a device group do that comes back under its name. */
#include "batch.h"
#include "exception.h"

typedef struct follow { rpv__intake *in; uint32_t to; } follow;

static rpv_status move_exception(rpv__intake *in, uint64_t number, uint32_t to)
{
	rpv__exception exception;
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__in_get(in, rpv__key64(&key, RPV__K_EXCEPTION, number), &value);

	if (st == RPV_OK && !rpv__get_exception(value, in->arena, &exception))
		st = rpv__fail_corrupt(in->error, "exception", rpv__key_view(&key));
	if (st != RPV_OK)
		return st;
	exception.recommendation = to;
	rpv__buf_clear(&in->buf);
	rpv__put_exception(&in->buf, &exception);
	return rpv__in_put(in, rpv__key_view(&key), value, NULL);
}

static rpv_status move_cover(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	const follow *f = user;
	rpv__key moved;
	const rpv__cover none = { .listed = false };
	rpv__cover cover;
	uint32_t recommendation, weakness;
	uint64_t exception;
	rpv_status st;

	if (!rpv__key_is_cover(key, &recommendation, &weakness, &exception) ||
	    !rpv__get_cover(key, value, f->in->arena, &cover))
		return rpv__fail_corrupt(error, "cover", key);
	st = rpv__reach_put(f->in->txn, &cover, &none, error);
	cover.recommendation = f->to;
	if (st == RPV_OK)
		st = rpv__reach_put(f->in->txn, &none, &cover, error);
	if (st == RPV_OK)
		st = rpv__txn_put(f->in->txn, rpv__key_cover(&moved, f->to, weakness, exception), value, error);
	if (st == RPV_OK)
		st = rpv__txn_remove(f->in->txn, key, error);
	return st == RPV_OK ? move_exception(f->in, exception, f->to) : st;
}

static rpv_status move_activity(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	const follow *f = user;
	rpv__intake *in = f->in;
	rpv__activity activity;
	uint32_t recommendation, number;
	rpv__key at;
	rpv_bytes stored;
	rpv_status st;

	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_REC_ACTIVITY, &recommendation, &number))
		return rpv__fail_corrupt(error, "place of a remediation activity", key);
	st = rpv__txn_put(in->txn, rpv__key32_32(&at, RPV__K_REC_ACTIVITY, f->to, number), (rpv_bytes){ NULL, 0 }, error);
	if (st == RPV_OK)
		st = rpv__txn_remove(in->txn, key, error);
	if (st == RPV_OK)
		st = rpv__in_get(in, rpv__key32(&at, RPV__K_ACTIVITY, number), &stored);
	if (st == RPV_OK && !rpv__get_activity(stored, in->arena, &activity))
		st = rpv__fail_corrupt(error, "remediation activity", rpv__key_view(&at));
	if (st != RPV_OK)
		return st;
	activity.recommendation = f->to;
	rpv__buf_clear(&in->buf);
	rpv__put_activity(&in->buf, &activity);
	return rpv__in_put(in, rpv__key_view(&at), stored, NULL);
}

rpv_status rpv__in_decisions_follow(rpv__intake *in, uint32_t from, uint32_t to)
{
	follow f = { in, to };
	rpv__key prefix;
	rpv_status st = rpv__txn_scan_prefix(in->txn, rpv__key32(&prefix, RPV__K_COVER, from), move_cover, &f, in->error);

	if (st == RPV_OK)
		st = rpv__txn_scan_prefix(in->txn, rpv__key32(&prefix, RPV__K_REC_ACTIVITY, from), move_activity, &f,
		                          in->error);
	return st;
}
