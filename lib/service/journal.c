/* SPDX-License-Identifier: MIT */
/* A journal that is chained: beginning it, proving it, its anchors. */
#include "exception.h"
#include "journal.h"

#define ROUNDS 16 /* to catch up with others who commit */

static rpv_status require(rpv_session *session, uint32_t permission)
{
	rpv_status st = permission == RPV_PERMIT_VIEW ? rpv__session_require(session, permission, NULL)
	                                              : rpv__session_require_write(session, permission, NULL);
	if (st == RPV_OK && !session->all_groups)
		st = rpv__fail(&session->error, RPV_E_DENIED, "the journal as a whole is a matter of sessions that see all device "
		               "groups");
	return st;
}

/* --- beginning --- */
static rpv_status begin_chain(rpv__txn *txn, void *user, rpv_error *error)
{
	rpv__port *port = rpv__txn_port(txn);
	rpv__revision *revision = rpv__txn_revision(txn);
	rpv__event event = { .type = RPV_EVENT_JOURNAL_CHAINED, .after = port->hash_name };
	rpv__chain_at at;
	(void)user;
	if (revision->link.hash[0] && strcmp(revision->link.hash, port->hash_name) == 0)
		return RPV_OK;
	if (revision->link.hash[0])
		return rpv__fail(error, RPV_E_REFUSED, "the journal is chained with the hash %s already", revision->link.hash);
	rpv__chain_begin(port, &at);
	rpv_status st = rpv__chain_follow(port, &at, revision->revision, false, error);
	if (st == RPV_OK)
		st = rpv__chain_follow_events(port, &at, revision->sequence, error);
	if (st == RPV_OK)
		revision->link = at.link;
	return st == RPV_OK ? rpv__txn_event(txn, &event, error) : st;
}

rpv_status rpv__journal_chain(rpv_session *session)
{
	rpv_status st = require(session, RPV_PERMIT_SETTINGS);
	if (st == RPV_OK && !session->store->port.hash.digest)
		st = rpv__fail(&session->error, RPV_E_INVALID, "the store was opened without a hash (rpv_store_options)");
	return st == RPV_OK ? rpv__session_write(session, begin_chain, NULL, NULL) : st;
}

/* --- anchors --- */
static rpv_status chained(rpv_session *session, bool expected, rpv__revision *out)
{
	rpv__port *port = &session->store->port;
	rpv__source present = { port, NULL };
	rpv__arena arena;
	rpv__commit last = { 0 };
	rpv_error *error = &session->error;
	rpv_status st = rpv__source_revision(&present, out, error);
	if (st == RPV_OK && out->link.hash[0])
		return RPV_OK;
	if (st && st != RPV_E_NOT_FOUND)
		return st;
	rpv__arena_init(&arena, &port->alloc); /* would the last commit agree? */
	if (st == RPV_OK)
		st = rpv__commit_of(port, out->revision, &arena, &last, error);
	expected = expected || last.link.size;
	rpv__arena_free(&arena);
	if (st && st != RPV_E_NOT_FOUND)
		return st;
	if (expected)
		return rpv__fail(error, RPV_E_CORRUPT, "the journal was changed: it was chained, and is no longer");
	return rpv__fail(error, RPV_E_REFUSED, "the journal is not chained: rpv_journal_chain(), or the command 'chain', begins "
	                 "that");
}

rpv_status rpv__journal_anchor(rpv_session *session, char *text, size_t size)
{
	rpv__revision revision;
	rpv_status st = require(session, RPV_PERMIT_VIEW);
	if (st == RPV_OK)
		st = chained(session, false, &revision);
	if (st)
		return st;
	int length = rpv__format(text, size, "reprieve:1:%s:%llu:%llu:", revision.link.hash,
	                         (unsigned long long)revision.revision, (unsigned long long)revision.sequence);
	if (length < 0 || (size_t)length + 2 * revision.link.size >= size) {
		text[0] = '\0';
		return rpv__fail(&session->error, RPV_E_INVALID, "there is no room for the anchor: it has up to %d bytes",
		                 RPV_ANCHOR_MAX);
	}
	rpv__hex(text + length, revision.link.bytes, revision.link.size);
	return RPV_OK;
}

/* A number without a sign or leading zeroes, up to a colon. */
static bool read_number(const char **at, uint64_t *out)
{
	const char *p = *at;
	uint64_t value = 0;
	if (*p < '0' || *p > '9' || (*p == '0' && p[1] != ':'))
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (value > (UINT64_MAX - 9) / 10)
			return false;
		value = value * 10 + (uint64_t)(*p - '0');
	}
	*at = p + 1;
	*out = value;
	return *p == ':';
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_anchor(const char *text, rpv__chain_at *out)
{
	static const char front[] = "reprieve:1:";
	memset(out, 0, sizeof *out);
	if (strncmp(text, front, sizeof front - 1) != 0)
		return false;
	text += sizeof front - 1;
	const char *colon = strchr(text, ':');
	if (!colon || !rpv__hash_name_ok((rpv_bytes){ text, (size_t)(colon - text) }))
		return false;
	memcpy(out->link.hash, text, (size_t)(colon - text));
	text = colon + 1;
	if (!read_number(&text, &out->revision) || !read_number(&text, &out->sequence) || !out->revision)
		return false;
	for (; digit(text[0]) >= 0 && digit(text[1]) >= 0 && out->link.size < RPV_HASH_MAX; text += 2)
		out->link.bytes[out->link.size++] = (uint8_t)(16 * digit(text[0]) + digit(text[1]));
	return *text == '\0';
}

/* --- proving --- */
static bool same_place(const rpv__chain_at *a, const rpv__chain_at *b)
{
	return a->revision == b->revision && a->sequence == b->sequence && a->link.size == b->link.size &&
	       memcmp(a->link.bytes, b->link.bytes, a->link.size) == 0;
}

/* Up to where the revision record says that it ends. */
static rpv_status follow(rpv_session *session, const rpv__revision *revision, rpv__chain_at *at)
{
	rpv_error *error = &session->error;
	rpv_status st = rpv__chain_follow(&session->store->port, at, revision->revision, true, error);
	if (st == RPV_OK && (at->sequence != revision->sequence || !at->first_linked ||
	                     memcmp(at->link.bytes, revision->link.bytes, at->link.size)))
		st = rpv__fail(error, RPV_E_CORRUPT, "the journal was changed: it does not end as the revision record says");
	return st;
}

/* Nothing may stand behind the end. Others may have moved it meanwhile: *again, and *revision says where to. */
static rpv_status check_end(rpv_session *session, rpv__revision *revision, bool *again)
{
	rpv__port *port = &session->store->port;
	rpv_error *error = &session->error;
	rpv__source present = { port, NULL };
	uint64_t was = revision->revision;
	bool more = false;
	*again = false;
	rpv_status st = rpv__chain_more(port, was, revision->sequence, &more, error);
	if (st || !more)
		return st;
	st = rpv__source_revision(&present, revision, error);
	*again = st == RPV_OK && revision->revision > was;
	return st || *again ? st : rpv__fail(error, RPV_E_CORRUPT, "the journal was changed: there is something behind its end, "
	                                     "commit %llu", (unsigned long long)was);
}

static rpv_status verify(rpv_session *session, const rpv__chain_at *anchor, bool from_anchor, rpv__revision *revision,
                         rpv__chain_at *at)
{
	rpv__port *port = &session->store->port;
	rpv_error *error = &session->error;
	bool again = true;
	rpv_status st = RPV_OK;
	rpv__chain_begin(port, at);
	if (anchor && anchor->revision > revision->revision)
		return rpv__fail(error, RPV_E_CORRUPT, "the journal was cut: it ends with commit %llu, and the anchor is of "
		                 "commit %llu", (unsigned long long)revision->revision, (unsigned long long)anchor->revision);
	if (from_anchor) {
		*at = *anchor;
		at->first_linked = anchor->revision; /* an anchor is one of a chained journal */
	} else if (anchor) {
		st = rpv__chain_follow(port, at, anchor->revision, true, error);
		if (st == RPV_OK && !same_place(at, anchor))
			st = rpv__fail(error, RPV_E_CORRUPT, "the journal was changed: up to commit %llu it is not the one of the "
			               "anchor", (unsigned long long)anchor->revision);
	}
	for (int tries = 0; st == RPV_OK && again && tries < ROUNDS; tries++) {
		st = follow(session, revision, at);
		if (st == RPV_OK)
			st = check_end(session, revision, &again);
	}
	return st;
}

rpv_status rpv__journal_verify(rpv_session *session, const char *anchor, int32_t from_anchor, rpv_journal_proof *proof)
{
	rpv__chain_at given, at;
	rpv__revision revision;
	rpv__port *port = &session->store->port;
	rpv_error *error = &session->error;
	if (proof && !rpv__can_give(proof))
		return rpv__fail(error, RPV_E_INVALID, "the size of the proof struct is %zu", proof->struct_size);
	if (from_anchor < 0 || from_anchor > 1 || (from_anchor && !anchor))
		return rpv__fail(error, RPV_E_INVALID, "from_anchor is neither 0 nor 1, or there is no anchor to begin at");
	if (anchor && !read_anchor(anchor, &given))
		return rpv__fail(error, RPV_E_INVALID, "\"%.80s\" is not an anchor of a journal", anchor);
	rpv_status st = require(session, RPV_PERMIT_VIEW);
	if (st == RPV_OK)
		st = chained(session, anchor != NULL, &revision);
	if (st)
		return st;
	if (!rpv__chain_has_hash(port, &revision.link))
		return rpv__fail(error, RPV_E_REFUSED, "the journal is chained with the hash %s, which the store was not opened "
		                 "with", revision.link.hash);
	if (anchor && (strcmp(given.link.hash, revision.link.hash) != 0 || given.link.size != revision.link.size))
		return rpv__fail(error, RPV_E_CORRUPT,
		                 "the journal was changed: it is chained with %s (%u bytes), the anchor with %s (%u)",
		                 revision.link.hash, (unsigned)revision.link.size, given.link.hash, (unsigned)given.link.size);
	st = verify(session, anchor ? &given : NULL, from_anchor, &revision, &at);
	rpv_journal_proof got = { sizeof got, at.revision, at.sequence, at.commits, at.events, at.first_linked };
	if (st == RPV_OK && proof)
		rpv__give_struct(proof, &got, sizeof got);
	return st;
}
