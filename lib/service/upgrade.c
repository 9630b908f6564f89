/* SPDX-License-Identifier: MIT */
/* Raises a store of an older format to the present one. The first commit keeps older libraries out; then exceptions and
 * activities get what was not yet kept when they were written, and every value its sum; the last commit raises the format.
 * Each step finds what is left to do by looking, so that an upgrade goes on wherever another one stopped. */
#include "activity.h"
#include "due.h"
#include "watch.h"

#define KEYS_AT_ONCE 256
#define BYTES_AT_ONCE (1024u * 1024)

/* The keys that one commit is about. */
typedef struct portion {
	rpv__port *port;
	rpv__arena arena;
	rpv_bytes keys[KEYS_AT_ONCE];
	size_t count, bytes;
	rpv__key from;      /* where the next one begins */
	rpv_status (*renew)(rpv__txn *txn, rpv_bytes key, rpv_error *error);
} portion;

static rpv_status take_key(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	portion *p = user;
	if (*(const uint8_t *)key.data == RPV__K_REVISION)
		return RPV_OK; /* every commit writes it */
	char *copy = rpv__arena_text(&p->arena, key.data, key.size);
	if (!copy)
		return rpv__fail_nomem(error);
	p->keys[p->count++] = (rpv_bytes){ copy, key.size };
	p->bytes += key.size + value.size;
	return p->count == KEYS_AT_ONCE || p->bytes >= BYTES_AT_ONCE ? RPV_STOP : RPV_OK;
}

static rpv_status renew_portion(rpv__txn *txn, void *user, rpv_error *error)
{
	const portion *p = user;
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < p->count; i++)
		st = p->renew(txn, p->keys[i], error);
	return st;
}

static rpv_status run(rpv__port *port, rpv__txn_body body, void *user, rpv_error *error)
{
	const rpv__txn_options options = { .actor = RPV__SYSTEM, .upgrading = true };
	return rpv__txn_run(port, &options, body, user, NULL, error);
}

/* Renews all keys with this letter, or (0) all that have no sum yet. */
static rpv_status renew_all(portion *p, rpv__kind kind, rpv_error *error)
{
	rpv__source present = { p->port, NULL };
	rpv__key end;
	rpv_status st = RPV_OK;
	p->from = (rpv__key){ .data = { (uint8_t)kind }, .size = 1 };
	for (bool more = true; st == RPV_OK && more; rpv__arena_free(&p->arena)) {
		p->count = p->bytes = 0;
		if (kind)
			st = rpv__source_scan(&present, rpv__key_view(&p->from),
			                      rpv__key_after_prefix(&end, (rpv_bytes){ p->from.data, 1 }), false, 0, take_key, p, error);
		else
			st = rpv__source_unsummed(p->port, rpv__key_view(&p->from), take_key, p, error);
		more = p->count != 0;
		if (st == RPV_OK && more)
			st = run(p->port, renew_portion, p, error);
		if (more) {
			rpv_bytes last = p->keys[p->count - 1];
			memcpy(p->from.data, last.data, last.size);
			p->from.size = last.size;
			(void)rpv__key_step(&p->from);
		}
	}
	return st;
}

static rpv_status renew_cover(rpv__txn *txn, rpv_bytes key, rpv_error *error)
{
	rpv__cover cover;
	rpv_bytes value;
	rpv_status st = rpv__txn_get(txn, key, &value, error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_cover(key, value, rpv__txn_arena(txn), &cover)))
		return rpv__fail_corrupt(error, "cover", key);
	if (st == RPV_OK)
		st = rpv__txn_put_cover(txn, &cover, error);
	if (st == RPV_OK && cover.ending == RPV__NOT_ENDED)
		st = rpv__txn_put_deadlines(txn, &cover, rpv__txn_now(txn), error);
	return st;
}

static rpv_status renew_activity(rpv__txn *txn, rpv_bytes key, rpv_error *error)
{
	uint32_t number;
	rpv__activity activity;
	if (!rpv__key_is32(key, RPV__K_ACTIVITY, &number))
		return rpv__fail_corrupt(error, "remediation activity", key);
	rpv_status st = rpv__txn_activity(txn, number, &activity, error);
	if (st == RPV_OK && activity.status == RPV_REMEDIATION_ACTIVE && activity.due_ms > rpv__txn_now(txn))
		st = rpv__txn_activity_due(txn, number, &activity, true, error);
	return st;
}

/* *user: what there is to do. */
static rpv_status begin(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv__revision *revision = rpv__txn_revision(txn);
	bool *needed = user;
	(void)error;
	*needed = revision->format < RPV__FORMAT;
	if (*needed)
		revision->oldest_reader = RPV__FORMAT;
	return RPV_OK;
}

static rpv_status finish(rpv__txn *txn, void *user, rpv_error *error)
{
	(void)user;
	(void)error;
	rpv__txn_revision(txn)->format = RPV__FORMAT;
	return RPV_OK;
}

rpv_status rpv__store_upgrade(rpv_store *store, rpv_error *error)
{
	rpv__port *port = &store->port;
	bool needed = false;
	rpv_status st = run(port, begin, &needed, error);
	if (st || !needed)
		return st;
	portion *p = rpv__new(&port->alloc, sizeof *p);
	if (!p)
		return rpv__fail_nomem(error);
	p->port = port;
	rpv__arena_init(&p->arena, &port->alloc);
	p->renew = renew_cover;
	st = renew_all(p, RPV__K_COVER, error);
	p->renew = renew_activity;
	if (st == RPV_OK)
		st = renew_all(p, RPV__K_ACTIVITY, error);
	p->renew = rpv__txn_put_again;
	if (st == RPV_OK)
		st = renew_all(p, (rpv__kind)0, error);
	rpv__arena_free(&p->arena);
	rpv__free(&port->alloc, p);
	return st == RPV_OK ? run(port, finish, NULL, error) : st;
}
