/* SPDX-License-Identifier: MIT */
/* The links of a chained journal, worked out from what is stored. */
#include "inside.h"

#define COMMITS_AT_ONCE 256
#define MISSING "events of it are missing"

rpv_status rpv__chain_fold(const rpv__port *port, rpv__buf *scratch, rpv__link *link, rpv_bytes key, rpv_bytes value,
                           rpv_error *error)
{
	rpv__buf_clear(scratch);
	rpv__buf_put(scratch, link->bytes, link->size);
	rpv__buf_put(scratch, key.data, key.size);
	rpv__buf_put(scratch, value.data, value.size);
	if (scratch->status)
		return rpv__fail_nomem(error);
	rpv_status status = port->hash.digest(port->hash.user, scratch->data, scratch->size, link->bytes);
	if (status == RPV_E_NOMEM)
		return rpv__fail_nomem(error);
	return status ? rpv__fail(error, RPV_E_STORAGE, "the hash answered %d, which it must not", (int)status) : RPV_OK;
}

bool rpv__chain_has_hash(const rpv__port *port, const rpv__link *link)
{
	return port->hash.digest && strcmp(port->hash_name, link->hash) == 0 && port->hash.size == link->size;
}

void rpv__chain_begin(const rpv__port *port, rpv__chain_at *at)
{
	memset(at, 0, sizeof *at); /* the link before the first commit is all zero */
	memcpy(at->link.hash, port->hash_name, sizeof at->link.hash);
	at->link.size = (uint8_t)port->hash.size;
}

/* A few commits in a row, and how far in them one is. Whatever is wrong is told in the order of the commits: what follows
 * the `count` of them only once these are folded. */
typedef struct stretch {
	rpv__port *port;
	rpv__chain_at *at;
	bool compare;
	rpv__commit items[COMMITS_AT_ONCE];
	size_t count, next;     /* `next`: the first one that is not opened: neither its record nor its events are folded */
	bool told;              /* what is wrong */
	const char *stop;       /* what is wrong with the one behind them; NULL: nothing */
	uint64_t last;          /* their last event */
	uint64_t left;          /* events of the one before `next` that are still to come */
	rpv__arena arena;
	rpv__buf scratch, bytes;
	rpv_error *error;
} stretch;

static rpv_status broken(stretch *s, const char *what)
{
	s->told = true;
	return rpv__fail(s->error, RPV_E_CORRUPT, "the journal was changed: commit %llu: %s",
	                 (unsigned long long)s->at->revision + 1, what);
}

static rpv_status take_commit(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	stretch *s = user;
	uint64_t revision;
	rpv__commit *commit = &s->items[s->count];
	(void)error;
	if (!rpv__key_is64(key, RPV__K_COMMIT, &revision) || revision != s->at->revision + s->count + 1)
		s->stop = "its record is missing";
	else if (!rpv__get_commit(value, &s->arena, commit))
		s->stop = "its record cannot be read";
	else if (commit->event_count && (commit->first_sequence <= s->last || commit->first_sequence + commit->event_count <
	                                 commit->event_count))
		s->stop = "it has events of one before it";
	if (s->stop)
		return RPV_STOP;
	if (commit->event_count)
		s->last = commit->first_sequence + commit->event_count - 1;
	return ++s->count == COMMITS_AT_ONCE ? RPV_STOP : RPV_OK;
}

/* All of its events are in: its link is complete. */
static rpv_status close_commit(stretch *s, const rpv__commit *commit)
{
	rpv__chain_at *at = s->at;
	bool same = commit->link.size == at->link.size && memcmp(commit->link.data, at->link.bytes, at->link.size) == 0;
	bool first = commit->link.size && !at->first_linked;
	if (first)
		at->first_linked = at->revision + 1;
	if (!s->compare && commit->link.size)
		return broken(s, "it has a link, and yet the revision record does not know of a chain");
	if (s->compare && at->first_linked && !commit->link.size)
		return broken(s, "it has no link");
	if (s->compare && at->first_linked && !same)
		return broken(s, first ? "its link does not follow from it, its events and all before it"
		                       : "its link does not follow from it, its events and the link before it");
	at->revision++;
	at->commits++;
	return RPV_OK;
}

/* Commits are opened where the event `sequence` is one of them or later, those without events at once: what comes before it
 * and is of no commit was put there by a restore. 0: there is no such event yet. */
static rpv_status open_commits(stretch *s, uint64_t sequence)
{
	rpv_status status = RPV_OK;
	while (!status && s->left == 0 && s->next < s->count) {
		rpv__commit plain = s->items[s->next];
		rpv__key key;
		if (plain.event_count && plain.first_sequence > sequence)
			return RPV_OK;
		plain.link = (rpv_bytes){ NULL, 0 };
		rpv__buf_clear(&s->bytes);
		rpv__put_commit(&s->bytes, &plain);
		rpv__key64(&key, RPV__K_COMMIT, s->at->revision + 1);
		status = s->bytes.status ? rpv__fail_nomem(s->error)
		                         : rpv__chain_fold(s->port, &s->scratch, &s->at->link, rpv__key_view(&key),
		                                           rpv__buf_view(&s->bytes), s->error);
		s->left = plain.event_count;
		if (plain.event_count)
			s->at->sequence = plain.first_sequence - 1;
		s->next++;
		if (!status && s->left == 0)
			status = close_commit(s, &s->items[s->next - 1]);
	}
	return status;
}

static rpv_status fold_event(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	stretch *s = user;
	uint64_t sequence;
	if (!rpv__key_is64(key, RPV__K_EVENT, &sequence))
		return rpv__fail_corrupt(error, "event", key);
	rpv_status status = open_commits(s, sequence);
	if (!status && s->left && sequence != s->at->sequence + 1)
		return broken(s, MISSING);
	if (!status)
		status = rpv__chain_fold(s->port, &s->scratch, &s->at->link, key, value, error);
	if (status)
		return status;
	s->at->sequence = sequence;
	s->at->events++;
	if (s->left && --s->left == 0)
		status = close_commit(s, &s->items[s->next - 1]);
	return status ? status : open_commits(s, 0);
}

static rpv_status fold_events(stretch *s, uint64_t until)
{
	rpv__source present = { s->port, NULL };
	rpv__key from, to;
	if (until <= s->at->sequence)
		return RPV_OK;
	rpv__key64(&from, RPV__K_EVENT, s->at->sequence + 1);
	rpv__key64(&to, RPV__K_EVENT, until);
	rpv_status status = rpv__source_scan(&present, rpv__key_view(&from), rpv__key_step(&to), false, 0, fold_event, s,
	                                     s->error);
	return status == RPV_E_CORRUPT && !s->told ? broken(s, "an event of it is damaged") : status;
}

static rpv_status follow_stretch(stretch *s, uint64_t until)
{
	rpv__source present = { s->port, NULL };
	rpv__key from, to;
	s->count = s->next = 0;
	s->last = s->at->sequence;
	rpv__key64(&from, RPV__K_COMMIT, s->at->revision + 1);
	rpv__key64(&to, RPV__K_COMMIT, until);
	rpv_status status = rpv__source_scan(&present, rpv__key_view(&from), rpv__key_step(&to), false, 0, take_commit, s,
	                                     s->error);
	if (status == RPV_E_CORRUPT)
		s->stop = "its record is damaged";
	else if (!status && s->count == 0 && !s->stop)
		s->stop = "its record is missing";
	else if (status)
		return status;
	status = open_commits(s, 0);
	if (!status)
		status = fold_events(s, s->last);
	if (!status && (s->left || s->next < s->count))
		return broken(s, MISSING);
	return !status && s->stop ? broken(s, s->stop) : status;
}

static rpv_status in_stretches(rpv__port *port, rpv__chain_at *at, uint64_t revision, uint64_t sequence, bool compare,
                               rpv_error *error)
{
	stretch *s = rpv__new(&port->alloc, sizeof *s);
	rpv_status status = RPV_OK;
	if (!s)
		return rpv__fail_nomem(error);
	s->port = port;
	s->at = at;
	s->compare = compare;
	s->error = error;
	rpv__arena_init(&s->arena, &port->alloc);
	rpv__buf_init(&s->scratch, &port->alloc);
	rpv__buf_init(&s->bytes, &port->alloc);
	while (!status && at->revision < revision) {
		status = follow_stretch(s, revision);
		rpv__arena_free(&s->arena);
	}
	s->count = s->next = 0;
	if (!status)
		status = fold_events(s, sequence);
	rpv__buf_free(&s->bytes);
	rpv__buf_free(&s->scratch);
	rpv__free(&port->alloc, s);
	return status;
}

rpv_status rpv__chain_follow(rpv__port *port, rpv__chain_at *at, uint64_t until, bool compare, rpv_error *error)
{
	return in_stretches(port, at, until, 0, compare, error);
}

rpv_status rpv__chain_follow_events(rpv__port *port, rpv__chain_at *at, uint64_t sequence, rpv_error *error)
{
	return in_stretches(port, at, at->revision, sequence, false, error);
}

rpv_status rpv__chain_more(rpv__port *port, uint64_t revision, uint64_t sequence, bool *more, rpv_error *error)
{
	const struct { rpv__kind kind; uint64_t after; } ends[] = { { RPV__K_COMMIT, revision }, { RPV__K_EVENT, sequence } };
	rpv__source present = { port, NULL };
	rpv_status status = RPV_OK;
	*more = false;
	for (size_t i = 0; !status && !*more && i < RPV__COUNT(ends); i++) {
		rpv__key from, to, kind;
		rpv_bytes all = rpv__key1(&kind, ends[i].kind);
		rpv__key64(&from, ends[i].kind, ends[i].after);
		status = rpv__source_any(&present, rpv__key_step(&from), rpv__key_after_prefix(&to, all), more, error);
	}
	return status;
}
