/* SPDX-License-Identifier: MIT */
/* A small fleet for tests of the public interface, and short words for reporting facts about it. */
#ifndef TEST_FLEET_H
#define TEST_FLEET_H

#include "test.h"

#define DAY INT64_C(86400000)
#define START INT64_C(1772323200000) /* 2026-03-01 */
#define BROWSER "va-_-acme-_-browser"
#define MAIL "va-_-acme-_-mail"
#define LOCK "sca-_-scid-7"

typedef struct test_world {
	int64_t now;
	test_memory memory;
	test_storage storage;
	rpv_store *store;
	rpv_session *session;
	rpv_batch *batch;
	rpv_list *kept; /* of the last get() */
} test_world;

/* --- a store with four devices, as most tests begin --- */
static inline rpv_session *open_session(test_world *w, const char *id, uint32_t permissions, const char *const *groups,
                                        size_t count)
{
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_session *session;

	p.id = id;
	p.permissions = permissions;
	p.visible_groups = groups;
	p.visible_group_count = count;
	assert_ok(rpv_session_open(w->store, &p, &session, NULL));
	return session;
}

static inline void open_world_with(test_world *w, uint64_t max_commit, uint64_t remediations)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_storage inner = RPV_STORAGE_INIT;
	rpv_allocator allocator;
	rpv_error error = RPV_ERROR_INIT;

	memset(w, 0, sizeof *w);
	w->now = START;
	allocator = test_memory_allocator(&w->memory);
	assert_ok(rpv_memory_storage(NULL, &inner));
	o.storage = test_storage_around(&w->storage, &inner, true);
	o.storage.max_commit = max_commit;
	o.allocator = allocator;
	o.hash = test_hash();
	o.limits.remediations = remediations;
	rpv_clock_manual(&w->now, &o.clock);
	assert_status_error(RPV_OK, rpv_store_open(&o, &w->store, &error), &error);
	w->session = open_session(w, "ana@corp.example", RPV_PERMIT_ALL, NULL, 0);
}

static inline void open_world(test_world *w)
{
	open_world_with(w, 0, 0);
}

static inline void close_world(test_world *w)
{
	rpv_list_free(w->kept);
	rpv_batch_free(w->batch);
	rpv_session_close(w->session);
	rpv_store_close(w->store);
	assert_int_equal(0, w->memory.live);
}

#define assert_call(expected, call) assert_status_error((expected), (call), rpv_session_error(w->session))

static inline rpv_batch *begin(test_world *w)
{
	if (!w->batch)
		assert_call(RPV_OK, rpv_batch_begin(w->session, NULL, &w->batch));
	return w->batch;
}

static inline void device(test_world *w, const char *id, const char *group)
{
	rpv_device_facts d = { .id = id, .group = group };

	assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
}

static inline void remove_device(test_world *w, const char *id)
{
	rpv_device_facts d = { .id = id, .removed = 1 };

	assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
}

static inline void exclude_device(test_world *w, const char *id, bool excluded)
{
	rpv_device_facts d = { .id = id, .excluded = excluded ? RPV_FLAG_TRUE : RPV_FLAG_FALSE };

	assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
}

static inline void weakness(test_world *w, const char *id)
{
	rpv_weakness_facts f = { .id = id, .severity = RPV_SEVERITY_HIGH };

	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &f));
}

static inline void recommendation(test_world *w, const char *id, rpv_kind kind)
{
	rpv_recommendation_facts r = { .id = id, .kind = kind, .title = "Do it", .component = "Acme",
		.points = kind == RPV_KIND_CONFIGURATION_CHANGE ? 5 : 0 };

	assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &r));
}

/* What a device has: up to two weaknesses, NULL for none. */
static inline void assess(test_world *w, const char *id, const char *rec, const char *a, const char *b)
{
	const char *weaknesses[] = { a, b };

	assert_call(RPV_OK, rpv_batch_assess(begin(w), id, rec, weaknesses, (size_t)(a != NULL) + (b != NULL)));
}

static inline void configure(test_world *w, const char *id, const char *rec, rpv_configuration_state state, bool user_impact)
{
	rpv_assessment_facts f = { .device = id, .recommendation = rec, .state = state,
		.user_impact = user_impact ? RPV_FLAG_TRUE : RPV_FLAG_FALSE };

	assert_call(RPV_OK, rpv_batch_assessment(begin(w), &f));
}

static inline void name_set(test_world *w, const char *rec, const char *id, const char *a, const char *b)
{
	const char *weaknesses[] = { a, b };
	rpv_weakness_set_facts f = { .recommendation = rec, .id = id, .weaknesses = weaknesses,
		.weakness_count = (size_t)(a != NULL) + (b != NULL) };

	assert_call(RPV_OK, rpv_batch_weakness_set(begin(w), &f));
}

static inline void assess_set(test_world *w, const char *id, const char *rec, const char *set)
{
	rpv_assessment_facts f = { .device = id, .recommendation = rec, .set = set };

	assert_call(RPV_OK, rpv_batch_assessment(begin(w), &f));
}

static inline void commit(test_world *w)
{
	assert_call(RPV_OK, rpv_batch_commit(begin(w), NULL));
}

/* For tests of other deadlines and events: no reminders before the end of exceptions. */
static inline void turn_reminders_off(test_world *w)
{
	const rpv_policy_change change = { "remind", "none" };

	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
}

/* s1, s2 in Sales and i1, i2 in IT, all exposed to BROWSER by CVE-1; CVE-2 and the other recommendations are known. */
static inline void open_fleet(test_world *w)
{
	static const char *const ids[] = { "s1", "s2", "i1", "i2" };

	open_world(w);
	weakness(w, "CVE-1");
	weakness(w, "CVE-2");
	recommendation(w, BROWSER, RPV_KIND_UPDATE);
	recommendation(w, MAIL, RPV_KIND_UNINSTALL);
	recommendation(w, LOCK, RPV_KIND_CONFIGURATION_CHANGE);
	for (size_t i = 0; i < 4; i++) {
		device(w, ids[i], i < 2 ? "Sales" : "IT");
		assess(w, ids[i], BROWSER, "CVE-1", NULL);
	}
	commit(w);
}

static inline rpv_remediation_request request_on(const char *rec)
{
	rpv_remediation_request r = RPV_REMEDIATION_REQUEST_INIT;

	r.recommendation = rec;
	return r;
}

static inline void request_all(test_world *w, const char *rec)
{
	rpv_remediation_request r = request_on(rec);

	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &r, NULL));
}

/* One activity by id, NULL: not found. It lives until the next call. */
static inline const rpv_remediation *get(test_world *w, rpv_session *session, const char *id)
{
	rpv_remediation_query q = RPV_REMEDIATION_QUERY_INIT;

	rpv_list_free(w->kept);
	w->kept = NULL;
	q.id = id;
	if (rpv_remediation_list(session ? session : w->session, &q, &w->kept) != RPV_OK)
		return NULL;
	return rpv_remediation_at(w->kept, 0);
}

static inline void assert_progress(test_world *w, const char *id, rpv_remediation_status status, uint64_t targets,
                                   uint64_t fixed)
{
	const rpv_remediation *m = get(w, NULL, id);

	assert_non_null(m);
	assert_int_equal(status, m->status);
	assert_int_equal(targets, m->targets);
	assert_int_equal(fixed, m->fixed);
}

static inline size_t count_all(rpv_session *session)
{
	rpv_list *list;
	size_t count;

	assert_ok(rpv_remediation_list(session, NULL, &list));
	count = rpv_list_count(list);
	rpv_list_free(list);
	return count;
}

#endif
