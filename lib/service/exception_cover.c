/* SPDX-License-Identifier: MIT */
/* A cover as it is written, and all that follows from it: what it renews, sums of accepted exposure, what it reaches. */
#include "exception.h"

static rpv_status stored_cover(rpv__txn *txn, rpv_bytes at, rpv__arena *arena, rpv__cover *out, rpv_error *error)
{
	rpv_bytes value;
	rpv_status st = rpv__txn_get(txn, at, &value, error);
	memset(out, 0, sizeof *out);
	if (st == RPV_OK && !rpv__get_cover(at, value, arena, out))
		return rpv__fail_corrupt(error, "cover", at);
	return st == RPV_E_NOT_FOUND ? RPV_OK : st;
}

static rpv_status write_cover(rpv__txn *txn, rpv_bytes at, const rpv__cover *cover, rpv_error *error)
{
	rpv__buf value;
	rpv__buf_init(&value, &rpv__txn_port(txn)->alloc);
	rpv__put_cover(&value, cover);
	rpv_status st = value.status ? rpv__fail_nomem(error) : rpv__txn_put(txn, at, rpv__buf_view(&value), error);
	rpv__buf_free(&value);
	return st;
}

/* A backup is as of its last commit, however late it is put back. */
static int64_t time_of(rpv__txn *txn)
{
	const rpv__revision *revision = rpv__txn_revision(txn);
	return revision->restoring ? revision->mark_ms : rpv__txn_now(txn);
}

/* What it renews counts while it does not. */
static rpv_status tell_predecessor(rpv__txn *txn, const rpv__cover *cover, rpv__arena *arena, rpv_error *error)
{
	int64_t now = time_of(txn);
	bool live = rpv__exception_live(rpv__exception_status_alone(cover, now));
	rpv__cover stored, changed;
	rpv__key key;
	rpv_bytes at = rpv__key_cover(&key, cover->recommendation, cover->weakness, cover->predecessor);
	rpv_status st = stored_cover(txn, at, arena, &stored, error);
	if (st || !stored.exception || (live ? stored.renewal : 0) == cover->exception ||
	    (!live && stored.renewal != cover->exception))
		return st;
	changed = stored;
	changed.renewal = live ? cover->exception : 0;
	changed.counted = rpv__budget_counts(&changed, now);
	st = rpv__budget_recount(txn, &stored, &changed, arena, error);
	return st == RPV_OK ? write_cover(txn, at, &changed, error) : st;
}

static rpv_status write_with_sums(rpv__txn *txn, const rpv__cover *cover, rpv_error *error)
{
	rpv__cover stored, written = *cover;
	rpv__arena arena;
	rpv__key key;
	int64_t now = time_of(txn);
	rpv_bytes at = rpv__key_cover(&key, cover->recommendation, cover->weakness, cover->exception);
	rpv__arena_init(&arena, &rpv__txn_port(txn)->alloc);
	rpv_status st = stored_cover(txn, at, &arena, &stored, error);
	written.renewal = stored.renewal; /* theirs alone to change */
	written.counted = rpv__budget_counts(&written, now);
	written.listed = rpv__exception_live(rpv__exception_status_alone(&written, now));
	if (st == RPV_OK)
		st = rpv__budget_recount(txn, &stored, &written, &arena, error);
	if (st == RPV_OK)
		st = rpv__reach_put(txn, &stored, &written, error);
	if (st == RPV_OK)
		st = write_cover(txn, at, &written, error);
	if (st == RPV_OK && cover->predecessor)
		st = tell_predecessor(txn, cover, &arena, error);
	rpv__arena_free(&arena);
	return st;
}

rpv_status rpv__txn_put_cover(rpv__txn *txn, const rpv__cover *cover, rpv_error *error)
{
	rpv__key key;
	rpv_status st = write_with_sums(txn, cover, error);
	if (st == RPV_OK && cover->scope == RPV_SCOPE_DEVICES) /* the devices may be others: it is derived again */
		st = rpv__txn_remove(txn, rpv__key64(&key, RPV__K_DEVICES_CENSUS, cover->exception), error);
	if (st == RPV_OK && !cover->recommendation && cover->ending == RPV__NOT_ENDED)
		st = rpv__everywhere_set(txn, cover->weakness, true, error);
	return st == RPV_OK ? rpv__txn_note_controls(txn, cover, error) : st;
}
