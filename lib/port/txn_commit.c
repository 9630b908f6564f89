/* SPDX-License-Identifier: MIT */
/* Committing what a transaction wrote: is there anything, does it fit, did it happen. */
#include "txn_inside.h"

/* Whether a restore or an upgrade changed where the store stands. */
static rpv_status revision_changed(const rpv__txn *txn, bool *changed, rpv_error *error)
{
	rpv__buf before, after;
	rpv__buf_init(&before, &txn->port->alloc);
	rpv__buf_init(&after, &txn->port->alloc);
	rpv__put_revision(&before, &txn->base);
	rpv__put_revision(&after, &txn->revision);
	bool failed = before.status || after.status;
	*changed = !failed && rpv__bytes_compare(rpv__buf_view(&before), rpv__buf_view(&after)) != 0;
	rpv__buf_free(&before);
	rpv__buf_free(&after);
	return failed ? rpv__fail_nomem(error) : RPV_OK;
}

rpv_status rpv__txn_settle(rpv__txn *txn, bool *anything, rpv_error *error)
{
	for (rpv__node *node = txn->writes.first[0], *next; node; node = next) {
		next = node->next[0];
		rpv_status status = rpv__txn_stored(txn, node->key, &node->stored, error);
		if (status)
			return status;
		bool remove = node->mark == RPV__MARK_ABSENT, there = rpv__is_there(node->stored);
		bool same = remove ? !there : there && rpv__bytes_compare(node->stored->value, node->value) == 0;
		if (same)
			rpv__ordered_discard(&txn->writes, rpv__ordered_take(&txn->writes, node->key));
	}
	*anything = txn->writes.count || txn->event_count || txn->again.count;
	if (!*anything && (txn->options->restoring || txn->options->upgrading))
		return revision_changed(txn, anything, error);
	return RPV_OK;
}

static rpv_status check_clock(rpv__txn *txn, rpv_error *error)
{
	int64_t mark = txn->base.mark_ms;
	rpv__policy policy;
	if (txn->options->restoring || txn->port->accept_clock_jump || mark == 0 || txn->now_ms - mark <= RPV__DAY_MS)
		return RPV_OK; /* no policy asks for less than a day */
	rpv_status status = rpv__txn_stored_policy(txn, &policy, error); /* not what this very commit would allow itself */
	if (status || txn->now_ms - mark <= policy.clock_jump_limit_ms)
		return status;
	return rpv__fail(error, RPV_E_CLOCK, "the host's clock is %lld days ahead of the last commit: such a jump must be "
	                 "accepted when opening the store", (long long)((txn->now_ms - mark) / RPV__DAY_MS));
}

static rpv_status check_size(const rpv__txn_batch *b, rpv_error *error)
{
	uint64_t most = b->txn->port->max_commit ? b->txn->port->max_commit : RPV_STORAGE_COMMIT_MAX;
	uint64_t size = b->size + (uint64_t)b->count * RPV__SUM_BYTES;
	if (size <= most)
		return RPV_OK;
	const double mib = 1024.0 * 1024.0;
	return rpv__fail_field(error, RPV_E_LIMIT, RPV_NO_INDEX, "max_commit", "this commit has %.1f MiB, the storage "
	                       "takes %.1f MiB: report fewer devices at once", (double)size / mib, (double)most / mib);
}

/* The storage does not know whether the commit happened: its tag tells. */
static rpv_status find_outcome(const rpv__txn_batch *b, rpv_error *error)
{
	rpv__source present = { b->txn->port, NULL };
	rpv__arena arena;
	rpv__revision now;
	rpv__commit commit;
	rpv_status settled = RPV_E_OUTCOME;
	rpv__arena_init(&arena, &b->txn->port->alloc);
	rpv_error ignored = RPV_ERROR_INIT;
	if (rpv__source_revision(&present, &now, &ignored) == RPV_OK && now.revision >= b->next.revision &&
	    rpv__commit_of(b->txn->port, b->next.revision, &arena, &commit, &ignored) == RPV_OK)
		settled = commit.tag == b->next.tag ? RPV_OK : RPV_E_CONFLICT; /* another one took this revision */
	rpv__arena_free(&arena);
	if (settled == RPV_E_OUTCOME)
		return rpv__fail(error, settled, "the storage cannot tell whether the commit happened, and it does not show yet");
	rpv__error_clear(error);
	return settled;
}

rpv_status rpv__txn_commit(rpv__txn *txn, rpv__revision *out, rpv_error *error)
{
	rpv__txn_batch b = { .txn = txn };
	rpv__key key;
	rpv__buf stored; /* the revision record as the storage holds it */
	rpv_bytes base = rpv__buf_view(&txn->base_bytes);
	rpv_expect expected = { rpv__key1(&key, RPV__K_REVISION), base, base.size == 0 };
	rpv__arena_init(&b.bytes, &txn->port->alloc);
	rpv__buf_init(&b.scratch, &txn->port->alloc);
	rpv__buf_init(&stored, &txn->port->alloc);
	if (txn->base.oldest_reader >= RPV__FORMAT_SUMS) { /* an upgrade begins with it */
		rpv__summed_put(&stored, expected.key, base);
		expected.value = rpv__buf_view(&stored);
	}
	rpv_status status = stored.status ? rpv__fail_nomem(error) : check_clock(txn, error);
	if (!status)
		status = rpv__txn_batch_fill(&b, error);
	if (!status)
		status = check_size(&b, error);
	if (!status) {
		status = rpv__present_commit(txn->port, b.writes, b.count, &expected, error);
		if (status == RPV_E_OUTCOME)
			status = find_outcome(&b, error);
	}
	if (!status)
		*out = b.next;
	rpv__free(&txn->port->alloc, b.writes);
	rpv__buf_free(&stored);
	rpv__buf_free(&b.scratch);
	rpv__arena_free(&b.bytes);
	return status;
}
