/* SPDX-License-Identifier: MIT */
/* Short words for exceptions in tests of the public interface. */
#ifndef TEST_DECISIONS_H
#define TEST_DECISIONS_H

#include "fleet.h"

/* A global one on a recommendation: risk accepted, ten days from now. */
static inline rpv_exception_request accept_risk(const char *rec)
{
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;
	r.recommendation = rec;
	r.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	r.context = "accepted by the change board";
	r.duration_ms = 10 * DAY;
	return r;
}

static inline rpv_exception_request accept_in(const char *rec, const char *const *groups, size_t count)
{
	rpv_exception_request r = accept_risk(rec);
	r.scope = RPV_SCOPE_GROUPS;
	r.groups = groups;
	r.group_count = count;
	return r;
}

static inline rpv_exception_request accept_on(const char *rec, const char *const *devices, size_t count)
{
	rpv_exception_request r = accept_risk(rec);
	r.scope = RPV_SCOPE_DEVICES;
	r.devices = devices;
	r.device_count = count;
	return r;
}

/* Files it and checks the id. */
static inline void file_as(test_world *w, const rpv_exception_request *r, const char *id)
{
	rpv_filing *filing;
	assert_call(RPV_OK, rpv_exception_file(w->session, r, &filing));
	assert_string_equal(id, rpv_filing_read(filing)->exception->id);
	rpv_filing_free(filing);
}

/* The words of a refusal. */
static inline void assert_refused(test_world *w, const rpv_exception_request *r, rpv_status status, const char *words)
{
	assert_call(status, rpv_exception_file(w->session, r, NULL));
	if (!strstr(rpv_session_error(w->session)->message, words))
		print_error("\"%s\" does not say \"%s\"\n", rpv_session_error(w->session)->message, words);
	assert_non_null(strstr(rpv_session_error(w->session)->message, words));
}

/* One exception by id; the list is kept until the next call. NULL: not there for the session. */
static inline const rpv_exception *look_as(rpv_session *session, const char *id)
{
	static rpv_list *list;
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_list_free(list);
	list = NULL;
	if (!session)
		return NULL;
	q.id = id;
	rpv_status status = rpv_exception_list(session, &q, &list);
	if (status == RPV_E_NOT_FOUND)
		return NULL;
	assert_status_error(RPV_OK, status, rpv_session_error(session));
	assert_int_equal(1, rpv_list_count(list));
	return rpv_exception_at(list, 0);
}

static inline const rpv_exception *look(test_world *w, const char *id)
{
	const rpv_exception *e = look_as(w->session, id);
	assert_non_null(e);
	return e;
}

#define assert_exception(w, id, wanted) \
	assert_string_equal(rpv_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)(wanted)), \
	                    rpv_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)look((w), (id))->status))

static inline void end_decisions(test_world *w)
{
	look_as(NULL, NULL);
	close_world(w);
}

static inline uint64_t revision_of(test_world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	return info.revision;
}

/* Types of all events about exceptions after `since`, as "exception_filed E-1, ...". */
static inline const char *told(test_world *w, rpv_session *session, uint64_t since)
{
	static char out[4096];
	rpv_event_query q = RPV_EVENT_QUERY_INIT;
	rpv_list *list;
	q.since = since;
	out[0] = '\0';
	assert_status_error(RPV_OK, rpv_event_list(session ? session : w->session, &q, &list), rpv_session_error(w->session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		size_t size = strlen(out);
		if (e->exception)
			snprintf(out + size, sizeof out - size, "%s%s %s", size ? ", " : "",
			         rpv_word(RPV_WORDS_EVENT_TYPE, (int32_t)e->type), e->exception);
	}
	rpv_list_free(list);
	return out;
}

static inline void tick(test_world *w)
{
	rpv_error error = RPV_ERROR_INIT;
	assert_status_error(RPV_OK, rpv_store_tick(w->store, 0, NULL, &error), &error);
}

#endif
