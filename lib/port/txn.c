/* SPDX-License-Identifier: MIT */
/* Running a transaction: the body, the commit, and what to do when others were first. */
#include "txn_inside.h"

#define ATTEMPTS 100

/* Reads where the store stands, keeping the bytes: they are what the commit expects. */
static rpv_status read_base(rpv__txn *txn, rpv_error *error)
{
	rpv__source present = { txn->port, NULL };
	rpv__revision base;
	rpv_status status = rpv__source_revision(&present, &base, error);
	rpv__buf_clear(&txn->base_bytes);
	if (status == RPV_E_NOT_FOUND) {
		rpv__revision_empty(&txn->base);
		return RPV_OK;
	}
	if (status)
		return status;
	if (base.format > RPV__FORMAT)
		return rpv__fail(error, RPV_E_VERSION, "the store was written by a newer version of the library: "
		                 "this one can only read it");
	if (base.format < RPV__FORMAT && !txn->options->upgrading)
		return rpv__fail(error, RPV_E_VERSION, "the store has format %u, which can be read, but not written: upgrade it "
		                 "to format %u first (rpv_store_upgrade(), or the command 'upgrade')", (unsigned)base.format,
		                 RPV__FORMAT);
	rpv__put_revision(&txn->base_bytes, &base); /* decoding is exact: these are the bytes that were read */
	txn->base = base;
	return txn->base_bytes.status ? rpv__fail_nomem(error) : RPV_OK;
}

static rpv_status read_clock(rpv__txn *txn, rpv_error *error)
{
	int64_t host, mark = txn->base.mark_ms;
	if (txn->options->upgrading) {
		txn->now_ms = mark; /* no time passes by it: nothing falls due */
		return RPV_OK;
	}
	rpv_status status = rpv__port_now(txn->port, &host, error);
	if (status)
		return status;
	txn->now_ms = host > mark ? host : mark;
	if (host < mark && !txn->warned) {
		txn->warned = true;
		rpv__port_log_behind(txn->port, host, mark);
	}
	return RPV_OK;
}

typedef struct forgetting {
	rpv__txn *txn;
	bool hit;
} forgetting;

static rpv_status forget_key(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	forgetting *f = user;
	(void)value;
	(void)error;
	if (rpv__txn_forget(f->txn, key))
		f->hit = true;
	return RPV_OK;
}

/* Others committed: forgets what they changed of what was read. *hit: there was something. */
static rpv_status catch_up(rpv__txn *txn, bool *hit, rpv_error *error)
{
	forgetting f = { txn, false };
	uint64_t since = txn->base.revision;
	int64_t was = txn->now_ms;
	rpv_status status = read_base(txn, error);
	if (!status)
		status = read_clock(txn, error);
	if (status)
		return status;
	status = rpv__changes_since(txn->port, since, txn->base.revision, forget_key, &f, error);
	if (status == RPV_E_NOT_FOUND || txn->base.revision < since) {
		rpv__txn_forget_all(txn);
		f.hit = true;
		status = RPV_OK;
	}
	*hit = f.hit || txn->used_revision || (txn->used_now && txn->now_ms != was);
	txn->revision = txn->base;
	return status;
}

/* Whether somebody committed since the transaction read where the store stands. */
static rpv_status others_committed(rpv__txn *txn, bool *out)
{
	rpv__source present = { txn->port, NULL };
	rpv__revision now;
	rpv_status status = rpv__source_revision(&present, &now, NULL);
	if (status == RPV_OK)
		*out = now.revision != txn->base.revision || now.tag != txn->base.tag;
	else if (status == RPV_E_NOT_FOUND)
		*out = txn->base_bytes.size != 0;
	return status == RPV_E_NOT_FOUND ? RPV_OK : status;
}

/* Failures that stay what they are, whatever others did. */
static bool host_failed(rpv_status status)
{
	return status == RPV_E_NOMEM || status == RPV_E_STORAGE || status == RPV_E_FULL || status == RPV_E_BUSY ||
	       status == RPV_E_CLOCK || status == RPV_E_READ_ONLY;
}

/* Within one read of the storage where it has such: many backends then answer faster. */
static rpv_status run_body(rpv__txn *txn, rpv__txn_body body, void *user, rpv_error *error)
{
	const rpv__txn_options *options = txn->options;
	rpv__port *port = txn->port;
	bool reading = port->storage.begin_read && port->storage.end_read && !port->reading;
	rpv_status status = reading ? rpv__present_begin(port, error) : RPV_OK;
	if (status)
		return status;
	port->reading |= reading;
	rpv__txn_reset(txn);
	if (options->due && !options->restoring)
		status = options->due(txn, options->due_user, error);
	if (!status)
		status = body(txn, user, error);
	if (reading) {
		port->reading = false;
		port->storage.end_read(port->storage.user);
	}
	return status;
}

/* Runs the body and commits once. *again: others were first, and what was read is brought up to date.
 * *run: whether the body has to run (again). */
static rpv_status attempt(rpv__txn *txn, rpv__txn_body body, void *user, bool *run, bool *again, rpv__revision *after,
                          rpv_error *error)
{
	bool anything = false, hit = false, others = false;
	rpv_status status = *run ? run_body(txn, body, user, error) : RPV_OK;
	if (!status)
		status = rpv__txn_settle(txn, &anything, error);
	*again = false;
	*after = txn->base;
	if (!status && anything) {
		status = rpv__txn_commit(txn, after, error);
		if (status != RPV_E_CONFLICT)
			return status;
		status = catch_up(txn, run, error);
		*again = status == RPV_OK;
		return status;
	}
	/* Nothing to commit. But what was read may be of two revisions: then it was judged too early. */
	rpv_status caught_up = host_failed(status) ? RPV_OK : others_committed(txn, &others);
	if (!caught_up && !others)
		return status;
	bool failed = status < 0;
	if (!caught_up)
		caught_up = catch_up(txn, &hit, NULL);
	if (caught_up)
		return failed ? status : rpv__fail(error, caught_up, "what others committed could not be read");
	*run = *again = failed || hit;
	*after = txn->base;
	return status;
}

rpv_status rpv__txn_run(rpv__port *port, const rpv__txn_options *options, rpv__txn_body body, void *user,
                        rpv__revision *out, rpv_error *error)
{
	rpv__txn txn;
	rpv__revision after;
	bool run = true, again = true;
	rpv__txn_init(&txn, port, options);
	rpv_status status = read_base(&txn, error);
	if (!status)
		status = read_clock(&txn, error);
	bool ready = status == RPV_OK;
	for (int tries = 0; ready && again && tries < ATTEMPTS; tries++) {
		rpv__error_clear(error);
		status = attempt(&txn, body, user, &run, &again, &after, error);
	}
	if (ready && again)
		status = rpv__fail(error, RPV_E_CONFLICT, "others kept committing");
	if (status == RPV_STOP)
		status = RPV_OK;
	if (!status && out)
		*out = after;
	rpv__txn_free(&txn);
	return status;
}
