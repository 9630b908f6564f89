/* SPDX-License-Identifier: MIT */
/* Putting a backup back: a store restored from what the lists of another one say answers like it. */
#include "facts.h"

/* --- decisions and history as text --- */
static void draw_exceptions(test_picture *p, rpv_session *session)
{
	rpv_list *list;
	assert_status_error(RPV_OK, rpv_exception_list(session, NULL, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_exception *e = rpv_exception_at(list, i);
		draw(p, "%s on %s %s: %s by %s, %s, ticket %s, after %s before %s", e->id, shown(e->recommendation),
		     shown(e->weakness), e->context, e->requester, shown(e->status_reason), shown(e->ticket),
		     shown(e->predecessor), shown(e->successor));
		draw_texts(p, "groups", e->groups, e->group_count);
		draw_texts(p, "canceled", e->canceled_groups, e->canceled_group_count);
		draw_texts(p, "devices", e->devices, e->device_count);
		draw_texts(p, "evidence", e->evidence, e->evidence_count);
		draw(p, " filed %lld start %lld end %lld ended %lld over %d %d %d %.17g just %d impact %d scope %d status %d"
		     " %d %d\n", (long long)e->filed_ms, (long long)e->start_ms, (long long)e->end_ms, (long long)e->ended_ms,
		     (int)e->filed_devices, (int)e->filed_groups, (int)e->filed_weaknesses, e->filed_exposure,
		     (int)e->justification, (int)e->impact, (int)e->scope, (int)e->status, e->all_groups, e->shadowed);
	}
	rpv_list_free(list);
}

static void draw_targets(test_picture *p, rpv_session *session, const char *id)
{
	rpv_list *list;
	assert_status_error(RPV_OK, rpv_target_list(session, id, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_target *t = rpv_target_at(list, i);
		draw(p, "  %s in %s", t->device, t->group);
		draw_texts(p, "had", t->weaknesses, t->weakness_count);
		draw(p, " fixed %d gone %d again %d\n", t->fixed, t->gone, t->exposed_again);
	}
	rpv_list_free(list);
}

static void draw_activities(test_picture *p, rpv_session *session)
{
	rpv_list *list;
	assert_status_error(RPV_OK, rpv_remediation_list(session, NULL, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_remediation *a = rpv_remediation_at(list, i);
		draw(p, "%s on %s %s %s by %s, completed by %s, %s, notes %s", a->id, a->recommendation, a->title,
		     shown(a->component), a->requester, shown(a->completed_by), shown(a->reason), shown(a->notes));
		draw_texts(p, "groups", a->groups, a->group_count);
		draw_texts(p, "overlaps", a->overlaps, a->overlap_count);
		draw(p, " %lld %lld %lld %d of %d again %d status %d kind %d priority %d ticket %d overdue %d\n",
		     (long long)a->requested_ms, (long long)a->due_ms, (long long)a->ended_ms, (int)a->fixed, (int)a->targets,
		     (int)a->exposed_again, (int)a->status, (int)a->kind, (int)a->priority, (int)a->ticket, a->overdue);
		draw_targets(p, session, a->id);
	}
	rpv_list_free(list);
}

static int by_name(const void *a, const void *b)
{
	const rpv_group_count *x = a, *y = b;
	return strcmp(x->group, y->group);
}

/* Later events name device groups in the order in which the store came to know them: here it may be another one. */
static void draw_event_groups(test_picture *p, const rpv_event *e)
{
	rpv_group_count groups[16];
	assert_true(e->group_count <= 16);
	for (size_t i = 0; i < e->group_count; i++)
		groups[i] = e->groups[i];
	qsort(groups, e->group_count, sizeof *groups, by_name);
	for (size_t i = 0; i < e->group_count; i++)
		draw(p, " %s=%d", groups[i].group, (int)groups[i].count);
}

static void draw_events(test_picture *p, rpv_session *session)
{
	rpv_list *list;
	assert_status_error(RPV_OK, rpv_event_list(session, NULL, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		draw(p, "%d at %lld %lld by %s: %d %s|%s|%s|%s|%s|%s|%s|%s|%s %d", (int)e->sequence, (long long)e->time_ms,
		     (long long)e->commit_ms, e->actor, (int)e->type, shown(e->recommendation), shown(e->weakness),
		     shown(e->device), shown(e->group), shown(e->exception), shown(e->remediation), shown(e->before),
		     shown(e->after), shown(e->reason), (int)e->count);
		draw_event_groups(p, e);
		draw(p, "\n");
	}
	rpv_list_free(list);
}

static char *whole_picture(rpv_session *session)
{
	test_picture p = { picture_of(session), 0, 0 };
	rpv_restore_store store = { .struct_size = sizeof store };
	p.size = strlen(p.text);
	p.cap = p.size;
	draw_exceptions(&p, session);
	draw_activities(&p, session);
	draw_events(&p, session);
	assert_ok(rpv_restore_read_store(session, &store));
	draw(&p, "mark %lld sequence %d next %d %d\n", (long long)store.mark_ms, (int)store.sequence,
	     (int)store.next_exception, (int)store.next_remediation);
	return p.text;
}

/* --- a backup straight into another store --- */
typedef struct copying { rpv_session *from; test_world *to; } copying;

static rpv_batch *new_batch(copying *c, const char *source, int64_t reported_ms)
{
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch;
	o.restore = 1;
	o.source = source;
	o.reported_ms = reported_ms;
	assert_status_error(RPV_OK, rpv_batch_begin(c->to->session, &o, &batch), rpv_session_error(c->to->session));
	return batch;
}

#define MUST(call) assert_status_error(RPV_OK, (call), rpv_session_error(c->to->session))

static void end_batch(copying *c, rpv_batch *batch)
{
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	MUST(rpv_batch_commit(batch, &result));
	assert_int_equal(0, result.events + result.clipped);
	rpv_batch_free(batch);
}

static rpv_flag flag(int32_t yes)
{
	return yes ? RPV_FLAG_TRUE : RPV_FLAG_UNCHANGED;
}

static void copy_groups_and_devices(copying *c, rpv_batch *batch)
{
	rpv_list *list;
	assert_ok(rpv_group_list(c->from, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_group *g = rpv_group_at(list, i);
		rpv_group_facts f = { .name = g->name, .description = g->description, .rank = g->rank };
		if (g->declared)
			MUST(rpv_batch_group(batch, &f));
	}
	rpv_list_free(list);
	assert_ok(rpv_device_list(c->from, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_device *d = rpv_device_at(list, i);
		rpv_device_facts f = { .id = d->id, .name = d->name, .os = d->os, .group = d->group, .tags = d->tags,
			.tag_count = d->tag_count, .justification = d->justification, .last_seen_ms = d->last_seen_ms,
			.first_seen_ms = d->first_seen_ms, .value = d->value, .internet_facing = flag(d->internet_facing),
			.active_alert = flag(d->active_alert), .excluded = flag(d->excluded) };
		MUST(rpv_batch_device(batch, &f));
	}
	rpv_list_free(list);
}

static void copy_weaknesses(copying *c, rpv_batch *batch)
{
	rpv_list *list;
	assert_ok(rpv_weakness_list(c->from, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_weakness *w = rpv_weakness_at(list, i);
		rpv_weakness_facts f = { .id = w->id, .title = w->title, .cvss = w->cvss, .cvss_count = w->cvss_count,
			.aliases = w->aliases, .alias_count = w->alias_count, .epss_model = w->epss_model, .epss = w->epss,
			.known_exploited_ms = w->known_exploited_ms, .published_ms = w->published_ms, .updated_ms = w->updated_ms,
			.severity = w->severity_given ? w->severity : RPV_SEVERITY_UNCHANGED, .exploit = w->exploit,
			.ransomware = flag(w->ransomware), .zero_day = flag(w->zero_day), .fix_available = w->fix_available,
			.active_alert = flag(w->active_alert), .given = RPV_WEAKNESS_EPSS };
		MUST(rpv_batch_weakness(batch, &f));
	}
	rpv_list_free(list);
}

static void copy_recommendations(copying *c, rpv_batch *batch)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *list;
	q.states = RPV_STATE_ALL;
	assert_ok(rpv_recommendation_list(c->from, &q, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_recommendation *r = rpv_recommendation_at(list, i);
		rpv_recommendation_facts f = { .id = r->id, .title = r->title, .component = r->component, .kind = r->kind,
			.category = r->category, .points = r->points, .tags = r->tags, .tag_count = r->tag_count };
		MUST(rpv_batch_recommendation(batch, &f));
	}
	rpv_list_free(list);
	assert_ok(rpv_weakness_set_list(c->from, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_weakness_set *s = rpv_weakness_set_at(list, i);
		rpv_weakness_set_facts f = { .recommendation = s->recommendation, .id = s->id, .weaknesses = s->weaknesses,
			.weakness_count = s->weakness_count };
		MUST(rpv_batch_weakness_set(batch, &f));
	}
	rpv_list_free(list);
}

static void copy_assessments(copying *c)
{
	rpv_list *devices, *list;
	assert_ok(rpv_device_list(c->from, NULL, &devices));
	for (size_t d = 0; d < rpv_list_count(devices); d++) {
		assert_ok(rpv_assessment_list(c->from, rpv_device_at(devices, d)->id, &list));
		for (size_t i = 0; i < rpv_list_count(list); i++) {
			const rpv_assessment *a = rpv_assessment_at(list, i);
			rpv_batch *batch = new_batch(c, a->source, a->reported_ms);
			rpv_assessment_facts f = { .device = a->device, .recommendation = a->recommendation, .version = a->version,
				.set = a->set, .first_seen_ms = a->first_seen_ms, .state = a->state,
				.last_seen_ms = a->follows_device ? 0 : a->last_seen_ms, .user_impact = flag(a->user_impact) };
			f.weaknesses = a->set ? NULL : a->weaknesses;
			f.weakness_count = a->set ? 0 : a->weakness_count;
			MUST(rpv_batch_assessment(batch, &f));
			end_batch(c, batch);
		}
		rpv_list_free(list);
	}
	rpv_list_free(devices);
}

static void copy_decisions(copying *c, rpv_batch *batch)
{
	rpv_list *list, *targets;
	assert_ok(rpv_exception_list(c->from, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		MUST(rpv_batch_restore_exception(batch, rpv_exception_at(list, i)));
	rpv_list_free(list);
	assert_ok(rpv_remediation_list(c->from, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		rpv_target all[16];
		size_t count;
		assert_ok(rpv_target_list(c->from, rpv_remediation_at(list, i)->id, &targets));
		count = rpv_list_count(targets);
		for (size_t k = 0; k < count; k++)
			all[k] = *rpv_target_at(targets, k);
		MUST(rpv_batch_restore_remediation(batch, rpv_remediation_at(list, i), all, count));
		rpv_list_free(targets);
	}
	rpv_list_free(list);
	assert_ok(rpv_event_list(c->from, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		MUST(rpv_batch_restore_event(batch, rpv_event_at(list, i)));
	rpv_list_free(list);
}

/* In one order or another: what comes later may be spoken of before. */
static void copy_store(rpv_session *from, test_world *to, bool decisions_first)
{
	copying all = { from, to }, *c = &all;
	rpv_restore_store store = { .struct_size = sizeof store };
	rpv_batch *batch;
	assert_ok(rpv_restore_read_store(from, &store));
	MUST(rpv_restore_begin(to->session, &store));
	batch = new_batch(c, NULL, 0);
	copy_weaknesses(c, batch);
	if (decisions_first)
		copy_decisions(c, batch);
	end_batch(c, batch);
	batch = new_batch(c, NULL, 0);
	copy_groups_and_devices(c, batch);
	copy_recommendations(c, batch);
	if (!decisions_first)
		copy_decisions(c, batch);
	end_batch(c, batch);
	copy_assessments(c);
	MUST(rpv_restore_finish(to->session));
}

/* --- a store worth a backup --- */
static void random_history(test_world *w, uint64_t seed)
{
	static const char *const sources[] = { "one", "two" };
	test_random random = { seed };
	for (int i = 0; i < 12; i++) {
		rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
		rpv_batch *batch;
		o.source = sources[test_random_below(&random, 2)];
		o.lenient = 1;
		w->now += (int64_t)test_random_below(&random, 2) * DAY;
		assert_call(RPV_OK, rpv_batch_begin(w->session, &o, &batch));
		for (int k = 0; k < 12; k++)
			assert_call(RPV_OK, any_fact(&random, batch));
		if (rpv_batch_commit(batch, NULL) != RPV_OK)
			assert_int_equal(RPV_E_INVALID, rpv_session_error(w->session)->status);
		rpv_batch_free(batch);
	}
}

static rpv_exception_request accept(const char *rec, const char *weakness_id, rpv_scope scope)
{
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;
	r.recommendation = rec;
	r.weakness = weakness_id;
	r.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	r.context = "accepted by the change board";
	r.duration_ms = 10 * DAY;
	r.scope = scope;
	return r;
}

static void decide(test_world *w)
{
	static const char *const both[] = { "Sales", "IT" }, *const sales[] = { "Sales" }, *const devices[] = { "s1", "i1" };
	rpv_exception_request global = accept(BROWSER, NULL, RPV_SCOPE_GLOBAL);
	rpv_exception_request some = accept(BROWSER, "CVE-1", RPV_SCOPE_GROUPS), few = accept(MAIL, NULL, RPV_SCOPE_DEVICES);
	rpv_exception_request anywhere = accept(NULL, "CVE-2", RPV_SCOPE_ALL_GROUPS);
	rpv_exception_request later = accept(LOCK, NULL, RPV_SCOPE_GLOBAL);
	rpv_remediation_request parts = request_on(BROWSER);
	global.duration_ms = 2 * DAY;
	some.groups = both;
	some.group_count = 2;
	few.devices = devices;
	few.device_count = 2;
	later.start_ms = w->now + 20 * DAY;
	assert_call(RPV_OK, rpv_exception_file(w->session, &global, NULL));
	assert_call(RPV_OK, rpv_exception_file(w->session, &some, NULL));
	assert_call(RPV_OK, rpv_exception_file(w->session, &few, NULL));
	assert_call(RPV_OK, rpv_exception_file(w->session, &anywhere, NULL));
	assert_call(RPV_OK, rpv_exception_file(w->session, &later, NULL));
	some.groups = sales;
	some.group_count = 1;
	some.supersede = 1;
	assert_call(RPV_OK, rpv_exception_file(w->session, &some, NULL));
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-4", "IT", "not there"));
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-3", NULL, "no longer"));
	request_all(w, BROWSER);
	parts.groups = sales;
	parts.group_count = 1;
	parts.due_ms = w->now + DAY;
	assert_call(RPV_OK, rpv_remediation_request_file(w->session, &parts, NULL));
	request_all(w, MAIL);
	assert_call(RPV_OK, rpv_remediation_cancel(w->session, "R-3", "why not"));
}

static void live_on(test_world *w)
{
	w->now += 3 * DAY;
	assess(w, "s1", BROWSER, "CVE-2", NULL);
	assess(w, "s2", BROWSER, NULL, NULL); /* completes R-2 */
	remove_device(w, "i1");
	commit(w);
	assess(w, "s1", BROWSER, "CVE-1", NULL);
	device(w, "i2", "Lab");
	const rpv_recommendation_facts gone = { .id = MAIL, .removed = 1 };
	assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &gone));
	const rpv_group_facts renamed = { .name = "Field", .previous_name = "Sales" };
	assert_call(RPV_OK, rpv_batch_group(begin(w), &renamed));
	commit(w);
}

static void assert_same(test_world *w, test_world *copy)
{
	char *one = whole_picture(w->session), *two = whole_picture(copy->session);
	assert_pictures(one, two);
	free(one);
	free(two);
}

/* Both stores go on alike: what was not visible was restored too. */
static void go_on(test_world *w)
{
	w->now += 30 * DAY;
	begin(w);
	assess(w, "s1", BROWSER, NULL, NULL);
	assess(w, "i2", BROWSER, "CVE-2", NULL);
	recommendation(w, MAIL, RPV_KIND_UPDATE);
	device(w, "i1", "Field");
	commit(w);
	request_all(w, BROWSER);
}

static void test_store_when_restored_then_the_same(void **state)
{
	(void)state;
	for (int order = 0; order < 2; order++) {
		test_world world, *w = &world, target, *copy = &target;
		open_fleet(w);
		assess(w, "s1", MAIL, "CVE-1", "CVE-2");
		configure(w, "i2", LOCK, RPV_CONFIGURATION_EXPOSED, true);
		commit(w);
		decide(w);
		live_on(w);
		open_world(copy);
		copy->now = w->now;
		copy_store(w->session, copy, order);
		assert_same(w, copy);
		go_on(w);
		go_on(copy);
		assert_same(w, copy);
		close_world(copy);
		close_world(w);
	}
}

static void test_store_when_of_any_history_then_restored_the_same(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 15; seed++) {
		test_world world, *w = &world, target, *copy = &target;
		open_world(w);
		random_history(w, seed);
		open_world(copy);
		copy->now = w->now;
		copy_store(w->session, copy, seed % 2);
		assert_same(w, copy);
		close_world(copy);
		close_world(w);
	}
}

static void test_restore_when_under_way_then_nothing_else_is_done(void **state)
{
	test_world world, *w = &world;
	rpv_restore_store store = { .struct_size = sizeof store, .mark_ms = START - 5, .sequence = 7, .next_exception = 3,
		.next_remediation = 2 };
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch;
	rpv_list *list;
	(void)state;
	open_world(w);
	assert_call(RPV_E_REFUSED, rpv_restore_finish(w->session));
	assert_call(RPV_OK, rpv_restore_begin(w->session, &store));
	assert_call(RPV_E_REFUSED, rpv_restore_begin(w->session, &store));
	device(w, "d", NULL);
	assert_call(RPV_E_REFUSED, rpv_batch_commit(w->batch, NULL));
	assert_call(RPV_E_REFUSED, rpv_group_list(w->session, &list));
	assert_call(RPV_E_REFUSED, rpv_assessment_list(w->session, "d", &list));
	assert_call(RPV_E_REFUSED, rpv_weakness_set_list(w->session, &list));
	assert_call(RPV_E_REFUSED, rpv_restore_read_store(w->session, &store));
	assert_call(RPV_OK, rpv_restore_finish(w->session));
	assert_call(RPV_OK, rpv_restore_read_store(w->session, &store));
	assert_true(store.mark_ms == START - 5 && store.sequence == 7 && store.next_exception == 3);
	o.restore = 1;
	assert_call(RPV_OK, rpv_batch_begin(w->session, &o, &batch));
	assert_call(RPV_E_REFUSED, rpv_batch_commit(batch, NULL)); /* it is over */
	rpv_batch_free(batch);
	assert_call(RPV_OK, rpv_batch_commit(w->batch, NULL));
	assert_call(RPV_E_REFUSED, rpv_restore_begin(w->session, &store));
	close_world(w);
}

static void test_restore_when_a_record_is_malformed_then_refused(void **state)
{
	test_world world, *w = &world;
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch;
	const rpv_exception good = { .id = "E-1", .recommendation = "r", .context = "c", .requester = "ana", .filed_ms = 1,
		.start_ms = 1, .end_ms = 2, .justification = RPV_JUSTIFICATION_RISK_ACCEPTED, .impact = RPV_IMPACT_NO_IMPACT };
	rpv_exception e = good;
	rpv_remediation a = { .id = "X-1", .recommendation = "r", .status = RPV_REMEDIATION_ACTIVE,
		.kind = RPV_REMEDIATION_UPDATE };
	rpv_event v = { .type = RPV_EVENT_DEVICE_ADDED };
	(void)state;
	open_world(w);
	assert_call(RPV_E_INVALID, rpv_batch_restore_exception(begin(w), &good)); /* of a batch that does not restore */
	o.restore = 1;
	assert_call(RPV_OK, rpv_batch_begin(w->session, &o, &batch));
	assert_call(RPV_OK, rpv_batch_restore_exception(batch, &good));
	e.id = "17";
	assert_call(RPV_E_INVALID, rpv_batch_restore_exception(batch, &e));
	e = good;
	e.end_ms = 1;
	assert_call(RPV_E_INVALID, rpv_batch_restore_exception(batch, &e));
	e = good;
	e.recommendation = NULL;
	assert_call(RPV_E_INVALID, rpv_batch_restore_exception(batch, &e));
	e = good;
	e.scope = RPV_SCOPE_ALL_GROUPS;
	assert_call(RPV_E_INVALID, rpv_batch_restore_exception(batch, &e));
	assert_call(RPV_E_INVALID, rpv_batch_restore_remediation(batch, &a, NULL, 0));
	a.id = "R-1";
	a.status = (rpv_remediation_status)3;
	assert_call(RPV_E_INVALID, rpv_batch_restore_remediation(batch, &a, NULL, 0));
	assert_call(RPV_E_INVALID, rpv_batch_restore_event(batch, &v));
	assert_int_equal(1, rpv_session_error(w->session)->index);
	rpv_batch_free(batch);
	close_world(w);
}

/* Others may keep a requester that is no id of the library's, or none: what they filed is listed, and can be approved. */
static void test_requester_when_it_is_no_id_then_the_exception_is_kept(void **state)
{
	test_world world, *w = &world;
	char longest[400];
	rpv_restore_store store = { .struct_size = sizeof store, .mark_ms = START, .next_exception = 1, .next_remediation = 1 };
	rpv_exception e = { .recommendation = BROWSER, .context = "c", .filed_ms = START, .start_ms = START,
		.end_ms = START + 9 * DAY, .approve_by_ms = START + 5 * DAY, .status = RPV_EXCEPTION_PENDING_APPROVAL,
		.justification = RPV_JUSTIFICATION_RISK_ACCEPTED, .impact = RPV_IMPACT_NO_IMPACT };
	const char *const requesters[] = { NULL, longest, "ana@corp.example", "bo" };
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch;
	rpv_list *list;
	(void)state;
	memset(longest, 'x', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	open_world(w);
	assert_call(RPV_OK, rpv_restore_begin(w->session, &store));
	o.restore = 1;
	o.lenient = 1;
	assert_call(RPV_OK, rpv_batch_begin(w->session, &o, &batch));
	for (int i = 0; i < 4; i++) {
		char id[8];
		snprintf(id, sizeof id, "E-%d", i + 1);
		e.id = id;
		e.requester = requesters[i];
		e.weakness = i ? requesters[3] : NULL; /* subjects of their own */
		e.recommendation = i == 1 ? MAIL : i == 2 ? LOCK : BROWSER;
		assert_call(RPV_OK, rpv_batch_restore_exception(batch, &e));
	}
	assert_call(RPV_OK, rpv_batch_commit(batch, NULL));
	rpv_batch_free(batch);
	assert_call(RPV_OK, rpv_restore_finish(w->session));
	for (int i = 2; i < 4; i++) {
		q.requester = requesters[i];
		assert_call(RPV_OK, rpv_exception_list(w->session, &q, &list));
		assert_int_equal(1, rpv_list_count(list));
		assert_string_equal(requesters[i], rpv_exception_at(list, 0)->requester);
		rpv_list_free(list);
	}
	assert_call(RPV_OK, rpv_exception_list(w->session, NULL, &list));
	assert_int_equal(4, rpv_list_count(list));
	assert_null(rpv_exception_at(list, 0)->requester);
	assert_string_equal(longest, rpv_exception_at(list, 1)->requester);
	rpv_list_free(list);
	assert_call(RPV_OK, rpv_exception_approve(w->session, "E-1", NULL, NULL));
	assert_call(RPV_OK, rpv_exception_reject(w->session, "E-2", "no"));
	assert_call(RPV_E_REFUSED, rpv_exception_approve(w->session, "E-3", NULL, NULL)); /* one's own */
	assert_ok(rpv_store_check(w->store, NULL, NULL));
	assert_call(RPV_OK, rpv_budget_list(w->session, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++)
		if (rpv_budget_at(list, i)->by == RPV_BUDGET_BY_REQUESTER)
			assert_true(strlen(rpv_budget_at(list, i)->value) <= RPV_ID_MAX);
	rpv_list_free(list);
	const rpv_write gone = { { "X\0\0\0\0\0\0\0\2", 9 }, { NULL, 0 }, 1 };
	assert_ok(w->storage.inner.commit(w->storage.inner.user, &gone, 1, NULL, 0, NULL));
	q.requester = requesters[2];
	assert_call(RPV_E_CORRUPT, rpv_exception_list(w->session, &q, &list)); /* who filed it is gone */
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_store_when_restored_then_the_same),
		cmocka_unit_test(test_store_when_of_any_history_then_restored_the_same),
		cmocka_unit_test(test_restore_when_under_way_then_nothing_else_is_done),
		cmocka_unit_test(test_restore_when_a_record_is_malformed_then_refused),
		cmocka_unit_test(test_requester_when_it_is_no_id_then_the_exception_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
