/* SPDX-License-Identifier: MIT */
/* Previews of exceptions and what they rest on: held against what comes of them and against a store that holds nothing
 * but the target; every failure of memory and storage; others who commit in between. */
#include "../support/decisions.h"

enum { DEVICES = 30, GROUPS = 4, RECOMMENDATIONS = 5, WEAKNESSES = 12 }; /* the last recommendation: a configuration */

typedef struct fleet {
	int group[DEVICES];
	rpv_value value[DEVICES];
	bool internet[DEVICES], alert[DEVICES], excluded[DEVICES], silent[DEVICES];
	unsigned has[DEVICES][RECOMMENDATIONS - 1];
	rpv_configuration_state state[DEVICES];
	rpv_severity severity[WEAKNESSES];
	double epss[WEAKNESSES];
} fleet;

static const char *name(char letter, int number)
{
	static char names[8][16];
	static int next;
	char *out = names[next++ % 8];
	snprintf(out, 16, "%c%d", letter, number);
	return out;
}

static fleet some_fleet(test_random *random)
{
	fleet f;
	memset(&f, 0, sizeof f);
	for (int w = 0; w < WEAKNESSES; w++) {
		f.severity[w] = (rpv_severity)(RPV_SEVERITY_UNKNOWN + test_random_below(random, 5));
		f.epss[w] = (double)test_random_below(random, 1000) / 1000;
	}
	for (int d = 0; d < DEVICES; d++) {
		f.group[d] = (int)test_random_below(random, GROUPS);
		f.value[d] = (rpv_value)(RPV_VALUE_LOW + test_random_below(random, 3));
		f.internet[d] = test_random_below(random, 4) == 0;
		f.alert[d] = test_random_below(random, 6) == 0;
		f.excluded[d] = test_random_below(random, 9) == 0;
		f.silent[d] = test_random_below(random, 9) == 0;
		for (int r = 0; r < RECOMMENDATIONS - 1; r++)
			f.has[d][r] = (unsigned)(test_random_next(random) & test_random_next(random)) & ((1u << WEAKNESSES) - 1);
		f.state[d] = (rpv_configuration_state)test_random_below(random, 4);
	}
	return f;
}

/* Reports a fleet; with a target, only what is of it. */
typedef struct target { int rec, weak; } target; /* -1: any */

static void report_device(test_world *w, const fleet *f, int d, const target *t)
{
	rpv_device_facts facts = { .id = name('d', d), .group = name('g', f->group[d]), .value = f->value[d],
		.internet_facing = f->internet[d] ? RPV_FLAG_TRUE : RPV_FLAG_FALSE,
		.active_alert = f->alert[d] ? RPV_FLAG_TRUE : RPV_FLAG_FALSE,
		.excluded = f->excluded[d] ? RPV_FLAG_TRUE : RPV_FLAG_FALSE,
		.last_seen_ms = f->silent[d] ? START - 31 * DAY : 0 };
	assert_call(RPV_OK, rpv_batch_device(begin(w), &facts));
	for (int r = 0; r < RECOMMENDATIONS - 1; r++) {
		static char ids[WEAKNESSES][16];
		const char *list[WEAKNESSES];
		size_t count = 0;
		for (int k = 0; k < WEAKNESSES; k++) {
			snprintf(ids[k], sizeof ids[k], "w%d", k);
			if ((f->has[d][r] >> k & 1) && (t->rec < 0 || t->rec == r) && (t->weak < 0 || t->weak == k))
				list[count++] = ids[k];
		}
		assert_call(RPV_OK, rpv_batch_assess(begin(w), name('d', d), name('r', r), list, count));
	}
	if (f->state[d] && t->rec < 0 && t->weak < 0)
		configure(w, name('d', d), name('r', RECOMMENDATIONS - 1), f->state[d], false);
}

static void report(test_world *w, const fleet *f, target t)
{
	open_world(w);
	for (int k = 0; k < WEAKNESSES; k++) {
		rpv_weakness_facts facts = { .id = name('w', k), .severity = f->severity[k], .epss = f->epss[k],
		                             .given = RPV_WEAKNESS_EPSS };
		assert_call(RPV_OK, rpv_batch_weakness(begin(w), &facts));
	}
	for (int r = 0; r < RECOMMENDATIONS; r++)
		recommendation(w, name('r', r), r == RECOMMENDATIONS - 1 ? RPV_KIND_CONFIGURATION_CHANGE : RPV_KIND_UPDATE);
	for (int d = 0; d < DEVICES; d++)
		report_device(w, f, d, &t);
	commit(w);
}

static void assert_same_secure(const rpv_secure_score *a, const rpv_secure_score *b)
{
	assert_true(a->points == b->points && a->max_points == b->max_points && a->percent == b->percent);
}

static void assert_same_score(const rpv_score *a, const rpv_score *b)
{
	assert_true(a->devices == b->devices && a->level == b->level);
	assert_true(a->exposure_official == b->exposure_official && a->exposure_no_impact == b->exposure_no_impact &&
	            a->exposure_mitigation_like == b->exposure_mitigation_like);
	assert_same_secure(&a->secure_official, &b->secure_official);
	assert_same_secure(&a->secure_no_impact, &b->secure_no_impact);
	assert_same_secure(&a->secure_mitigation_like, &b->secure_mitigation_like);
}

/* --- what comes of it --- */
static rpv_exception_request some_request(test_random *random, const char **units)
{
	static char ids[4][16];
	rpv_exception_request r = accept_risk(NULL);
	int rec = (int)test_random_below(random, RECOMMENDATIONS + 1) - 1, weak = (int)test_random_below(random, 4) - 1;
	if (rec == RECOMMENDATIONS - 1 || (rec < 0 && weak < 0))
		weak = rec < 0 ? 0 : -1;
	static char rec_id[16], weak_id[16];
	snprintf(rec_id, sizeof rec_id, "r%d", rec);
	snprintf(weak_id, sizeof weak_id, "w%d", weak);
	r.recommendation = rec < 0 ? NULL : rec_id;
	r.weakness = weak < 0 ? NULL : weak_id;
	r.justification = (rpv_justification)(1 + test_random_below(random, 4));
	if (weak < 0 && test_random_below(random, 3) == 0)
		r.impact = (rpv_impact)test_random_below(random, 4);
	r.scope = (rpv_scope)test_random_below(random, 4);
	r.supersede = test_random_below(random, 2) == 0;
	for (int i = 0; i < 3; i++) {
		bool devices = r.scope == RPV_SCOPE_DEVICES;
		snprintf(ids[i], sizeof ids[i], "%c%d", devices ? 'd' : 'g',
		         (int)test_random_below(random, devices ? DEVICES : GROUPS));
		units[i] = ids[i];
	}
	if (r.scope == RPV_SCOPE_DEVICES)
		r.devices = units, r.device_count = 1 + test_random_below(random, 3);
	else if (r.scope == RPV_SCOPE_GROUPS)
		r.groups = units, r.group_count = 1 + test_random_below(random, 3);
	return r;
}

static void test_preview_when_fleets_are_random_then_it_is_what_comes_to_the_last_bit(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= test_rounds(25, 5); seed++) {
		test_random random = { seed };
		fleet f = some_fleet(&random);
		test_world world, *w = &world;
		int filed = 0;
		report(w, &f, (target){ -1, -1 });
		for (int i = 0; i < 24; i++) {
			const char *units[4];
			rpv_exception_request r = some_request(&random, units);
			rpv_filing *preview, *filing;
			rpv_score before = RPV_SCORE_INIT, after = RPV_SCORE_INIT;
			assert_call(RPV_OK, rpv_score_read(w->session, NULL, &before));
			size_t commits = w->storage.commits;
			uint64_t revision = revision_of(w);
			assert_call(RPV_OK, rpv_exception_preview(w->session, &r, &preview));
			assert_int_equal(commits, w->storage.commits); /* it writes nothing at all */
			const rpv_filing_outcome *o = rpv_filing_read(preview);
			assert_same_score(&before, &o->before);
			rpv_status status = rpv_exception_file(w->session, &r, &filing);
			assert_int_equal(status == RPV_OK, o->conflict_count == 0 && o->refusal_count == 0);
			assert_call(RPV_OK, rpv_score_read(w->session, NULL, &after));
			assert_same_score(&after, status ? &o->before : &o->after);
			assert_int_equal(revision + (status == RPV_OK), revision_of(w));
			if (!status) {
				assert_same_score(&after, &rpv_filing_read(filing)->after);
				assert_int_equal(o->hidden_findings, rpv_filing_read(filing)->hidden_findings);
				filed++;
			}
			rpv_filing_free(filing);
			rpv_filing_free(preview);
		}
		if (filed < 8)
			print_error("seed %llu: only %d filed\n", (unsigned long long)seed, filed);
		assert_true(filed >= 8);
		end_decisions(w);
	}
}

/* --- what it rests on --- */
static double exposure_seen(test_world *w, const char *const *groups, size_t count)
{
	rpv_score score = RPV_SCORE_INIT;
	rpv_session *session = open_session(w, "bob", RPV_PERMIT_VIEW, groups, count);
	assert_ok(rpv_score_read(session, NULL, &score));
	rpv_session_close(session);
	return score.exposure_no_impact;
}

/* Standalone exposure over a scope is the score of its groups in a store that holds nothing but the target's findings
 * (there every device is active: what is silent counts here as well). */
static void test_baseline_when_fleets_are_random_then_as_in_a_store_with_the_target_alone(void **state)
{
	static const char *const two[] = { "g0", "g2" };
	(void)state;
	for (uint64_t seed = 1; seed <= test_rounds(12, 3); seed++) {
		test_random random = { seed * 77 };
		fleet f = some_fleet(&random);
		test_world world, alone, *w = &world;
		memset(f.silent, 0, sizeof f.silent);
		for (int d = 0; d < DEVICES; d++) /* w11 under one recommendation only, so that counters know all of it */
			for (int r = 1; r < RECOMMENDATIONS - 1; r++)
				f.has[d][r] &= ~(1u << 11);
		const target targets[] = { { 1, -1 }, { 2, 3 }, { -1, 11 } };
		for (int i = 0; i < 3; i++) {
			target t = targets[i];
			report(&alone, &f, t);
			report(w, &f, (target){ -1, -1 });
			for (int groups = 0; groups < 2; groups++) {
				rpv_exception_request r = accept_risk(t.rec < 0 ? NULL : name('r', t.rec));
				uint64_t exposed = 0, weaknesses = 0;
				r.weakness = t.weak < 0 ? NULL : name('w', t.weak);
				if (groups)
					r.scope = RPV_SCOPE_GROUPS, r.groups = two, r.group_count = 2;
				file_as(w, &r, groups ? "E-2" : "E-1");
				const rpv_exception *e = look(w, groups ? "E-2" : "E-1");
				unsigned all = 0;
				for (int d = 0; d < DEVICES; d++) {
					unsigned has = 0;
					for (int k = 0; k < RECOMMENDATIONS - 1; k++)
						has |= t.rec < 0 || t.rec == k ? f.has[d][k] : 0;
					if (t.weak >= 0)
						has &= 1u << t.weak;
					if (f.excluded[d] || (groups && f.group[d] % 2))
						continue;
					exposed += has != 0;
					all |= has;
				}
				for (; all; all &= all - 1)
					weaknesses++;
				assert_int_equal(exposed, e->filed_devices);
				assert_int_equal(weaknesses, e->filed_weaknesses);
				assert_true(e->filed_exposure == exposure_seen(&alone, groups ? two : NULL, groups ? 2 : 0));
			}
			end_decisions(&alone);
			end_decisions(w);
		}
	}
}

/* A device scope goes row by row, and knows of a weakness under several recommendations. */
static void test_baseline_when_for_all_devices_of_a_group_then_as_for_the_group(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= test_rounds(12, 3); seed++) {
		test_random random = { seed * 99 };
		fleet f = some_fleet(&random);
		test_world world, alone, *w = &world;
		const char *units[DEVICES];
		static char ids[DEVICES][16];
		static const char *const g0[] = { "g0" };
		size_t count = 0;
		memset(f.silent, 0, sizeof f.silent);
		for (int d = 0; d < DEVICES; d++)
			if (f.group[d] == 0) {
				snprintf(ids[count], sizeof ids[count], "d%d", d);
				units[count] = ids[count];
				count++;
			}
		if (count == 0)
			continue;
		report(&alone, &f, (target){ -1, 4 });
		report(w, &f, (target){ -1, -1 });
		rpv_exception_request r = accept_on(NULL, units, count);
		r.weakness = "w4";
		file_as(w, &r, "E-1");
		assert_true(look(w, "E-1")->filed_exposure == exposure_seen(&alone, g0, 1));
		r = accept_on("r4", units, count); /* the configuration */
		file_as(w, &r, "E-2");
		r = accept_in("r4", g0, 1);
		file_as(w, &r, "E-3");
		assert_int_equal(look(w, "E-3")->filed_devices, look(w, "E-2")->filed_devices);
		assert_true(look(w, "E-3")->filed_exposure == 0);
		end_decisions(&alone);
		end_decisions(w);
	}
}

/* --- failures --- */
static const char *const sales[] = { "Sales" }, *const both[] = { "Sales", "IT" };

typedef rpv_status (*attempt)(test_world *w);

static rpv_status attempt_preview(test_world *w)
{
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	rpv_filing *filing;
	r.supersede = 1;
	rpv_status status = rpv_exception_preview(w->session, &r, &filing);
	assert_int_equal(status == RPV_OK, filing != NULL);
	rpv_filing_free(filing);
	return status;
}

static rpv_status attempt_file(test_world *w)
{
	rpv_exception_request r = accept_in(BROWSER, both, 2);
	rpv_filing *filing;
	r.supersede = 1;
	rpv_status status = rpv_exception_file(w->session, &r, &filing);
	assert_int_equal(status == RPV_OK, filing != NULL);
	rpv_filing_free(filing);
	return status;
}

static rpv_status attempt_cancel(test_world *w)
{
	return rpv_exception_cancel(w->session, "E-1", "Sales", "x");
}

static rpv_status attempt_list(test_world *w)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list;
	q.with_worth = 1;
	q.requester = "ana@corp.example";
	rpv_status status = rpv_exception_list(w->session, &q, &list);
	assert_int_equal(status == RPV_OK, list != NULL);
	rpv_list_free(list);
	return status;
}

static rpv_status attempt_events(test_world *w)
{
	rpv_list *list;
	rpv_status status = rpv_event_list(w->session, NULL, &list);
	assert_int_equal(status == RPV_OK, list != NULL);
	rpv_list_free(list);
	return status;
}

static rpv_status attempt_tick(test_world *w)
{
	w->now = START + 20 * DAY;
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = rpv_store_tick(w->store, 0, NULL, &error);
	assert_int_equal(status != RPV_OK, error.message[0] != '\0');
	return status;
}

/* E-1 in both groups, E-2 on a device, scheduled global E-3. */
static void open_decided(test_world *w)
{
	static const char *const s1[] = { "s1" };
	rpv_exception_request r;
	open_fleet(w);
	r = accept_in(BROWSER, sales, 1);
	file_as(w, &r, "E-1");
	r = accept_on(BROWSER, s1, 1);
	file_as(w, &r, "E-2");
	r = accept_risk(BROWSER);
	r.start_ms = START + DAY;
	file_as(w, &r, "E-3");
}

/* Whether the store is as it was or as it is to be, and nothing between: everything it holds, as a text. */
static void picture(test_world *w, char *out, size_t size)
{
	rpv_list *list;
	size_t at = (size_t)snprintf(out, size, "%llu|%s|", (unsigned long long)revision_of(w), told(w, NULL, 0));
	assert_call(RPV_OK, rpv_exception_list(w->session, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_exception *e = rpv_exception_at(list, i);
		at += (size_t)snprintf(out + at, size - at, "%s %d %zu %zu %lld %s|", e->id, (int)e->status, e->group_count,
		                       e->canceled_group_count, (long long)e->ended_ms, e->status_reason ? e->status_reason : "");
	}
	rpv_list_free(list);
}

static const attempt attempts[] = { attempt_preview, attempt_file, attempt_cancel, attempt_list, attempt_events,
                                    attempt_tick };

static void test_exception_when_memory_fails_then_nothing_happened(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++)
		for (size_t at = 1, more = 1; more; at++) {
			test_world world, *w = &world;
			char before[8192], after[8192];
			open_decided(w);
			if (at % 2) /* with and without a view in memory */
				picture(w, before, sizeof before);
			test_memory_fail(&w->memory, at, false);
			rpv_status status = attempts[i](w);
			more = test_memory_failed(&w->memory);
			test_memory_fail(&w->memory, 0, false);
			if (status) {
				assert_int_equal(RPV_E_NOMEM, status);
				assert_true(more);
				if (at % 2 && attempts[i] != attempt_tick) {
					picture(w, after, sizeof after);
					assert_string_equal(before, after);
				}
				assert_ok(attempts[i](w)); /* and it can be done again */
			}
			end_decisions(w);
			assert_true(at < 20000);
		}
}

static void test_exception_when_storage_fails_then_nothing_happened(void **state)
{
	static const struct { unsigned mask; rpv_status status; bool happens; } kinds[] = {
		{ TEST_GET | TEST_SCAN | TEST_BEGIN_READ, RPV_E_STORAGE, false }, { TEST_COMMIT, RPV_E_STORAGE, false },
		{ TEST_COMMIT, RPV_E_FULL, false }, { TEST_COMMIT, RPV_E_OUTCOME, false }, { TEST_COMMIT, RPV_E_OUTCOME, true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++)
		for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++)
			for (size_t at = 1, more = 1; more; at++) {
				test_world world, *w = &world;
				char before[8192], after[8192];
				open_decided(w);
				picture(w, before, sizeof before);
				test_storage_fail(&w->storage, kinds[kind].mask, at, kinds[kind].status);
				w->storage.happens = kinds[kind].happens;
				rpv_status status = attempts[i](w);
				more = w->storage.failed;
				test_storage_fail(&w->storage, 0, 0, RPV_OK);
				if (kinds[kind].happens)
					assert_ok(status); /* the library finds out that it did */
				if (status && attempts[i] != attempt_tick) {
					picture(w, after, sizeof after);
					assert_string_equal(before, after);
				}
				if (status)
					assert_ok(attempts[i](w));
				end_decisions(w);
				assert_true(at < 2000);
			}
}

/* --- others in between --- */
typedef struct intruder { test_world *w; rpv_store *store; rpv_session *session; bool done; } intruder;

static void intrude(void *user)
{
	intruder *i = user;
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	if (i->done)
		return;
	i->done = true;
	assert_ok(rpv_exception_file(i->session, &r, NULL));
}

static rpv_storage shared;

static void keep_open(void *user)
{
	(void)user;
}

/* Another process files for the same group between our reading and our commit: ours is judged again. */
static void test_file_when_others_file_first_then_it_is_judged_again(void **state)
{
	(void)state;
	for (int all_groups = 0; all_groups < 2; all_groups++) {
		test_world world, *w = &world;
		rpv_store_options o = RPV_STORE_OPTIONS_INIT;
		rpv_principal p = RPV_PRINCIPAL_INIT;
		intruder other = { w, NULL, NULL, false };
		rpv_exception_request r = accept_in(BROWSER, sales, 1);
		rpv_filing *filing;
		open_fleet(w);
		shared = w->storage.inner;
		shared.close = keep_open;
		o.storage = shared;
		rpv_clock_manual(&w->now, &o.clock);
		assert_ok(rpv_store_open(&o, &other.store, NULL));
		p.id = "other";
		p.permissions = RPV_PERMIT_ALL;
		assert_ok(rpv_session_open(other.store, &p, &other.session, NULL));
		w->storage.before_commit = intrude;
		w->storage.before_commit_user = &other;
		if (all_groups) {
			r = accept_risk(BROWSER);
			r.scope = RPV_SCOPE_ALL_GROUPS;
			assert_call(RPV_OK, rpv_exception_file(w->session, &r, &filing));
			const rpv_filing_outcome *out = rpv_filing_read(filing);
			assert_string_equal("E-2", out->exception->id);
			assert_int_equal(2, out->exception->group_count); /* without Sales, which was taken meanwhile */
			assert_int_equal(1, out->skipped_group_count);
			rpv_filing_free(filing);
		} else {
			assert_refused(w, &r, RPV_E_REFUSED, "E-1");
		}
		assert_true(other.done);
		w->storage.before_commit = NULL;
		rpv_session_close(other.session);
		rpv_store_close(other.store);
		end_decisions(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_preview_when_fleets_are_random_then_it_is_what_comes_to_the_last_bit),
		cmocka_unit_test(test_baseline_when_fleets_are_random_then_as_in_a_store_with_the_target_alone),
		cmocka_unit_test(test_baseline_when_for_all_devices_of_a_group_then_as_for_the_group),
		cmocka_unit_test(test_exception_when_memory_fails_then_nothing_happened),
		cmocka_unit_test(test_exception_when_storage_fails_then_nothing_happened),
		cmocka_unit_test(test_file_when_others_file_first_then_it_is_judged_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
