/* SPDX-License-Identifier: MIT */
/* What one commit writes: the records that changed, its events, what it replaced, where the store stands after it. */
#include "txn_inside.h"

#define PRUNED_AT_ONCE 4

typedef rpv__txn_batch batch;

static rpv_status add(batch *b, rpv_bytes key, rpv_bytes value, bool remove, rpv_error *error)
{
	if (rpv__grow(&b->txn->port->alloc, &b->writes, &b->cap, b->count + 1, sizeof *b->writes))
		return rpv__fail_nomem(error);
	b->writes[b->count++] = (rpv_write){ key, value, remove };
	b->size += key.size + value.size;
	return RPV_OK;
}

/* A copy that lives as long as the batch. */
static rpv_status keep(batch *b, rpv_bytes bytes, rpv_bytes *out, rpv_error *error)
{
	char *copy = rpv__arena_text(&b->bytes, bytes.data, bytes.size);
	if (!copy)
		return rpv__fail_nomem(error);
	*out = (rpv_bytes){ copy, bytes.size };
	return RPV_OK;
}

/* Adds what is in `scratch` under a copy of `key`. */
static rpv_status add_scratch(batch *b, rpv_bytes key, rpv_error *error)
{
	rpv_bytes value = { NULL, 0 };
	rpv_status status = b->scratch.status ? rpv__fail_nomem(error) : keep(b, key, &key, error);
	if (!status)
		status = keep(b, rpv__buf_view(&b->scratch), &value, error);
	return status ? status : add(b, key, value, false, error);
}

/* Sets a key; `old_pieces` is how many pieces its value has now (0 for none): what is left over of them is removed. */
static rpv_status add_value(batch *b, rpv_bytes key, rpv_bytes value, size_t old_pieces, rpv_error *error)
{
	size_t pieces = rpv__pieces(value), number = 0;
	rpv__key piece_key;
	rpv_status status = RPV_OK;
	if (!rpv__in_pieces(value)) {
		status = add(b, key, value, false, error);
		number = 1;
	}
	for (; !status && number < pieces; number++) {
		rpv__buf_clear(&b->scratch);
		rpv__piece_put(&b->scratch, value, number);
		status = add_scratch(b, number ? rpv__piece_key(&piece_key, key, number) : key, error);
	}
	for (; !status && number < old_pieces; number++) {
		rpv_bytes left_over = { NULL, 0 };
		status = keep(b, rpv__piece_key(&piece_key, key, number), &left_over, error);
		if (!status)
			status = add(b, left_over, (rpv_bytes){ NULL, 0 }, true, error);
	}
	return status;
}

static rpv_status remove_value(batch *b, rpv_bytes key, size_t old_pieces, rpv_error *error)
{
	rpv_status status = add(b, key, (rpv_bytes){ NULL, 0 }, true, error);
	for (size_t number = 1; !status && number < old_pieces; number++) {
		rpv__key piece_key;
		rpv_bytes left_over = { NULL, 0 };
		status = keep(b, rpv__piece_key(&piece_key, key, number), &left_over, error);
		if (!status)
			status = add(b, left_over, (rpv_bytes){ NULL, 0 }, true, error);
	}
	return status;
}

static rpv_status add_writes(batch *b, rpv_error *error)
{
	rpv_status status = RPV_OK;
	for (const rpv__node *node = b->txn->writes.first[0]; node && !status; node = node->next[0]) {
		size_t old_pieces = rpv__is_there(node->stored) ? rpv__pieces(node->stored->value) : 0;
		if (node->mark == RPV__MARK_ABSENT)
			status = remove_value(b, node->key, old_pieces, error);
		else
			status = add_value(b, node->key, node->value, old_pieces, error);
	}
	return status;
}

static rpv_status add_again(batch *b, rpv_error *error)
{
	rpv_status status = RPV_OK;
	for (const rpv__node *node = b->txn->again.first[0]; node && !status; node = node->next[0])
		status = add(b, node->key, node->value, false, error);
	return status;
}

/* The n-th event of the commit, as it is stored. */
static rpv_status put_event(const batch *b, size_t n, rpv__buf *bytes, uint64_t *sequence, rpv_error *error)
{
	const rpv__txn *txn = b->txn;
	rpv__event event = txn->events[n];
	*sequence = event.sequence = txn->base.sequence + 1 + n;
	event.commit_ms = txn->now_ms;
	event.time_ms = event.time_ms ? event.time_ms : txn->now_ms;
	if (!event.actor)
		event.actor = txn->options->actor; /* what falls due is nobody's doing: it names itself */
	rpv__buf_clear(bytes);
	rpv__put_event(bytes, &event);
	return bytes->status ? rpv__fail_nomem(error) : RPV_OK;
}

static rpv_status add_events(batch *b, rpv_error *error)
{
	rpv__txn *txn = b->txn;
	rpv__buf bytes;
	rpv__buf_init(&bytes, &txn->port->alloc);
	rpv_status status = RPV_OK;
	for (size_t i = 0; i < txn->event_count && !status; i++) {
		rpv__key key;
		uint64_t sequence;
		rpv_bytes kept_key = { NULL, 0 }, value = { NULL, 0 };
		status = put_event(b, i, &bytes, &sequence, error);
		if (!status)
			status = keep(b, rpv__buf_view(&bytes), &value, error);
		if (!status)
			status = keep(b, rpv__key64(&key, RPV__K_EVENT, sequence), &kept_key, error);
		if (!status)
			status = add_value(b, kept_key, value, 0, error);
	}
	rpv__buf_free(&bytes);
	return status;
}

/* --- what it replaces --- */
static void list_change(rpv__buf *all, rpv_bytes *previous, const rpv__change *change)
{
	rpv__change_put(all, *previous, change);
	*previous = change->key;
}

static rpv_status list_changes(batch *b, rpv__buf *all, rpv_error *error)
{
	rpv__txn *txn = b->txn;
	rpv__key revision_key;
	rpv__change revision = { rpv__key1(&revision_key, RPV__K_REVISION), RPV__REPLACED_ABSENT,
	                         rpv__buf_view(&txn->base_bytes) };
	if (revision.old.size)
		revision.what = RPV__REPLACED_VALUE;
	rpv_bytes previous = { NULL, 0 };
	bool revision_listed = false;
	for (const rpv__node *node = txn->writes.first[0]; node; node = node->next[0]) {
		rpv__change change = { node->key, RPV__REPLACED_NOT_KEPT, { NULL, 0 } };
		if (!rpv__change_listed(node->key))
			continue;
		if (!revision_listed && rpv__bytes_compare(revision.key, node->key) < 0) {
			list_change(all, &previous, &revision);
			revision_listed = true;
		}
		if (rpv__change_keeps(node->key)) {
			bool there = rpv__is_there(node->stored);
			change.what = there ? RPV__REPLACED_VALUE : RPV__REPLACED_ABSENT;
			change.old = there ? node->stored->value : change.old;
		}
		list_change(all, &previous, &change);
	}
	if (!revision_listed)
		list_change(all, &previous, &revision);
	return all->status ? rpv__fail_nomem(error) : RPV_OK;
}

static rpv_status add_changes(batch *b, rpv_error *error)
{
	rpv__buf all;
	rpv__buf_init(&all, &b->txn->port->alloc);
	rpv_status status = list_changes(b, &all, error);
	size_t parts = rpv__change_parts(rpv__buf_view(&all));
	for (size_t part = 0; part < parts && !status; part++) {
		rpv__key key;
		rpv__buf_clear(&b->scratch);
		rpv__change_part_put(&b->scratch, rpv__buf_view(&all), part);
		status = add_scratch(b, rpv__key64_32(&key, RPV__K_CHANGES, b->next.revision, (uint32_t)part), error);
	}
	b->commit.parts = (uint32_t)parts;
	rpv__buf_free(&all);
	return status;
}

/* Removes the change records of a few commits that are too old to look back to. */
static rpv_status prune(batch *b, rpv_error *error)
{
	const rpv__policy *policy;
	if (b->next.oldest_changes_ms >= b->txn->now_ms - RPV__DAY_MS || b->txn->again.count)
		return RPV_OK; /* every policy keeps a day; what is written again may be what is too old */
	rpv_status status = rpv__txn_policy(b->txn, &policy, error);
	if (status)
		return status;
	int64_t kept_from = b->txn->now_ms - policy->history_kept_ms;
	for (int i = 0; i < PRUNED_AT_ONCE && b->next.oldest_changes < b->next.revision &&
	                b->next.oldest_changes_ms < kept_from; i++) {
		rpv__commit old;
		uint64_t revision = b->next.oldest_changes;
		status = rpv__commit_of(b->txn->port, revision, &b->bytes, &old, error);
		if (status == RPV_E_NOT_FOUND)
			return rpv__fail(error, RPV_E_CORRUPT, "the record of commit %llu is missing: the store is damaged",
			                 (unsigned long long)revision);
		if (status || old.time_ms >= kept_from)
			return status;
		for (uint32_t part = 0; part < old.parts; part++) {
			rpv__key key;
			rpv_bytes kept_key = { NULL, 0 };
			status = keep(b, rpv__key64_32(&key, RPV__K_CHANGES, revision, part), &kept_key, error);
			if (!status)
				status = add(b, kept_key, (rpv_bytes){ NULL, 0 }, true, error);
			if (status)
				return status;
		}
		b->next.oldest_changes = revision + 1;
		b->next.oldest_changes_ms = old.time_ms;
	}
	return status;
}

/* --- where the store stands after it --- */
static void step_revision(batch *b)
{
	const rpv__txn *txn = b->txn;
	b->next = txn->revision;
	b->next.revision = txn->base.revision + 1;
	b->next.oldest_changes = txn->base.oldest_changes;
	b->next.oldest_changes_ms = txn->base.oldest_changes_ms;
	if (txn->options->restoring) { /* its past is that of another store: looking back begins here */
		b->next.oldest_changes = b->next.revision + 1;
		b->next.oldest_changes_ms = b->next.mark_ms;
		return;
	}
	b->next.sequence = txn->base.sequence + txn->event_count;
	b->next.mark_ms = txn->now_ms;
	if (b->next.oldest_changes == 0)
		b->next.oldest_changes = b->next.revision;
}

/* A number that no other commit is likely to have, without asking for a source of chance. */
static uint64_t tag_of(const batch *b)
{
	uint64_t parts[3] = { b->txn->port->tag_counter++, (uint64_t)(uintptr_t)b->txn->port, (uint64_t)b->txn->now_ms };
	uint64_t tag = rpv__hash(parts, sizeof parts);
	for (size_t i = 0; i < b->count; i++) {
		tag = tag * 31 + rpv__hash(b->writes[i].key.data, b->writes[i].key.size);
		tag = tag * 31 + rpv__hash(b->writes[i].value.data, b->writes[i].value.size);
	}
	return tag;
}

/* The link of this commit: of the one before, the commit's record, its events. */
static rpv_status link_up(batch *b, rpv_error *error)
{
	rpv__port *port = b->txn->port;
	rpv__link *link = &b->next.link;
	rpv__buf bytes;
	rpv__key key;
	if (!link->hash[0])
		return RPV_OK;
	if (!rpv__chain_has_hash(port, link))
		return rpv__fail(error, RPV_E_REFUSED, "the journal is chained with the hash %s: who writes to the store must give "
		                 "it when opening (rpv_store_options)", link->hash);
	rpv__buf_init(&bytes, &port->alloc);
	rpv__put_commit(&bytes, &b->commit);
	rpv_status status = bytes.status ? rpv__fail_nomem(error) : RPV_OK;
	if (!status)
		status = rpv__chain_fold(port, &b->scratch, link, rpv__key64(&key, RPV__K_COMMIT, b->next.revision),
		                         rpv__buf_view(&bytes), error);
	for (size_t i = 0; !status && i < b->txn->event_count; i++) {
		uint64_t sequence;
		status = put_event(b, i, &bytes, &sequence, error);
		if (!status)
			status = rpv__chain_fold(port, &b->scratch, link, rpv__key64(&key, RPV__K_EVENT, sequence),
			                         rpv__buf_view(&bytes), error);
	}
	b->commit.link = (rpv_bytes){ link->bytes, link->size };
	rpv__buf_free(&bytes);
	return status;
}

static rpv_status add_commit(batch *b, rpv_error *error)
{
	rpv__txn *txn = b->txn;
	rpv__key key;
	b->commit.time_ms = txn->now_ms;
	b->commit.actor = txn->options->actor;
	b->commit.first_sequence = txn->event_count ? txn->base.sequence + 1 : 0;
	b->commit.event_count = txn->event_count;
	b->commit.tag = b->next.tag = tag_of(b);
	rpv_status status = link_up(b, error);
	if (status)
		return status;
	rpv__buf_clear(&b->scratch);
	rpv__put_commit(&b->scratch, &b->commit);
	status = add_scratch(b, rpv__key64(&key, RPV__K_COMMIT, b->next.revision), error);
	if (status)
		return status;
	rpv__buf_clear(&b->scratch);
	rpv__put_revision(&b->scratch, &b->next);
	return add_scratch(b, rpv__key1(&key, RPV__K_REVISION), error);
}

rpv_status rpv__txn_batch_fill(batch *b, rpv_error *error)
{
	step_revision(b);
	rpv_status status = add_writes(b, error);
	if (!status)
		status = add_again(b, error);
	if (!status && !b->txn->options->restoring) {
		status = add_events(b, error);
		if (!status)
			status = add_changes(b, error);
		if (!status)
			status = prune(b, error);
	}
	return status ? status : add_commit(b, error);
}
