/* SPDX-License-Identifier: MIT */
/* The past: the oldest value that a commit after some time replaced is what a key held at that time. */
#include "inside.h"

typedef struct taking {
	rpv__ordered *replaced;
	bool keep_known; /* what is known already is older, hence right */
} taking;

static rpv_status take_change(void *user, const rpv__change *change, rpv_error *error)
{
	const taking *t = user;
	if (t->keep_known && rpv__ordered_find(t->replaced, change->key))
		return RPV_OK;
	rpv__node *node = rpv__ordered_make(t->replaced, change->key, change->old);
	if (!node)
		return rpv__fail_nomem(error);
	node->mark = change->what == RPV__REPLACED_VALUE ? RPV__MARK_VALUE :
		change->what == RPV__REPLACED_ABSENT ? RPV__MARK_ABSENT : RPV__MARK_UNKNOWN;
	rpv__ordered_discard(t->replaced, rpv__ordered_place(t->replaced, node));
	return RPV_OK;
}

/* Takes in the changes of one commit. *later: it came after the time looked at. */
static rpv_status take_commit(rpv__port *port, struct rpv__past *past, uint64_t revision, bool keep_known, bool *later,
                              rpv_error *error)
{
	rpv__arena arena;
	rpv__commit commit = { 0 };
	rpv__arena_init(&arena, &port->alloc);
	rpv_status status = rpv__commit_of(port, revision, &arena, &commit, error);
	*later = commit.time_ms > past->time_ms;
	if (!status && *later) {
		taking t = { &past->replaced, keep_known };
		status = rpv__changes_of(port, revision, take_change, &t, error);
	}
	rpv__arena_free(&arena);
	if (status == RPV_E_NOT_FOUND)
		status = rpv__fail(error, RPV_E_REFUSED, "the history of that time is no longer kept");
	return status;
}

static rpv_status read_limits(rpv__port *port, struct rpv__past *past, rpv_error *error)
{
	rpv__source source = { port, past };
	rpv__revision then;
	rpv_status status = rpv__source_revision(&source, &then, error);
	if (status == RPV_E_NOT_FOUND) {
		rpv__revision_empty(&then);
		status = RPV_OK;
	}
	if (!status) {
		past->revision = then.revision;
		past->sequence = then.sequence;
	}
	return status;
}

rpv_status rpv__past_open(rpv__port *port, int64_t time_ms, struct rpv__past **out, rpv_error *error)
{
	rpv__source present = { port, NULL };
	rpv__revision now;
	rpv_status status = rpv__source_revision(&present, &now, error);
	if (status == RPV_E_NOT_FOUND)
		return rpv__fail(error, RPV_E_REFUSED, "the store is empty: it has no past");
	if (status)
		return status;
	if (time_ms > now.mark_ms)
		return rpv__fail(error, RPV_E_REFUSED, "that time is after the last commit: there is no answer for it yet");
	if (time_ms < now.oldest_changes_ms)
		return rpv__fail(error, RPV_E_REFUSED, "that time is before the history that is kept");
	struct rpv__past *past = rpv__new(&port->alloc, sizeof *past);
	if (!past)
		return rpv__fail_nomem(error);
	rpv__ordered_init(&past->replaced, &port->alloc);
	past->time_ms = time_ms;
	past->until = now.revision;
	bool later = true; /* newest first: an older one then replaces what a newer one said */
	for (uint64_t r = now.revision; !status && later && r > 0 && r >= now.oldest_changes; r--)
		status = take_commit(port, past, r, false, &later, error);
	if (!status)
		status = read_limits(port, past, error);
	if (status)
		rpv__past_close(port, past);
	else
		*out = past;
	return status;
}

void rpv__past_close(rpv__port *port, struct rpv__past *past)
{
	if (!past)
		return;
	rpv__ordered_clear(&past->replaced);
	rpv__free(&port->alloc, past);
}

rpv_status rpv__past_follow(rpv__port *port, struct rpv__past *past, uint64_t revision, rpv_error *error)
{
	rpv_status status = RPV_OK;
	bool later, followed = false;
	while (!status && past->until < revision) {
		status = take_commit(port, past, past->until + 1, true, &later, error);
		if (!status)
			past->until++;
		followed = true;
	}
	return !status && followed ? read_limits(port, past, error) : status;
}

bool rpv__past_hides(const struct rpv__past *past, rpv_bytes key)
{
	uint64_t number;
	rpv_bytes front = { key.data, 9 };
	if (key.size < 9)
		return false;
	if (rpv__key_is64(front, RPV__K_EVENT, &number))
		return number > past->sequence;
	return (rpv__key_is64(front, RPV__K_COMMIT, &number) || rpv__key_is64(front, RPV__K_CHANGES, &number)) &&
	       number > past->revision;
}
