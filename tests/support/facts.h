/* SPDX-License-Identifier: MIT */
/* All that a store holds as one text, and facts made up at random. */
#ifndef TEST_FACTS_H
#define TEST_FACTS_H

#include "fleet.h"
#include <stdlib.h>

/* --- a text that grows --- */
typedef struct test_picture { char *text; size_t size, cap; } test_picture;

static inline void draw(test_picture *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void draw(test_picture *p, const char *format, ...)
{
	va_list args;

	if (p->cap - p->size < 4096) {
		p->cap = 2 * p->cap + 8192;
		p->text = realloc(p->text, p->cap);
		assert_non_null(p->text);
	}
	va_start(args, format);
	p->size += (size_t)vsnprintf(p->text + p->size, p->cap - p->size, format, args);
	va_end(args);
	assert_true(p->size < p->cap);
}

static inline const char *shown(const char *text)
{
	return text ? text : "-";
}

static inline void draw_texts(test_picture *p, const char *what, const char *const *texts, size_t count)
{
	draw(p, " %s[", what);
	for (size_t i = 0; i < count; i++)
		draw(p, "%s%s", i ? "," : "", texts[i]);
	draw(p, "]");
}

/* --- lists as text --- */
static inline void draw_groups(test_picture *p, rpv_session *session)
{
	rpv_list *list;

	assert_status_error(RPV_OK, rpv_group_list(session, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_group *g = rpv_group_at(list, i);
		draw(p, "group %s %s rank %u declared %d devices %d active %d\n", g->name, shown(g->description), g->rank,
		     g->declared, (int)g->devices, (int)g->active_devices);
	}
	rpv_list_free(list);
}

static inline void draw_assessments(test_picture *p, rpv_session *session, const char *device)
{
	rpv_list *list;

	assert_status_error(RPV_OK, rpv_assessment_list(session, device, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_assessment *a = rpv_assessment_at(list, i);
		assert_string_equal(device, a->device);
		draw(p, "  %s by %s version %s set %s", a->recommendation, a->source, shown(a->version), shown(a->set));
		draw_texts(p, "has", a->weaknesses, a->weakness_count);
		draw(p, " state %d impact %d first %lld last %lld%s reported %lld\n", (int)a->state, a->user_impact,
		     (long long)(a->first_seen_ms - START), (long long)(a->last_seen_ms - START),
		     a->follows_device ? "*" : "", (long long)(a->reported_ms - START));
	}
	rpv_list_free(list);
}

static inline void draw_devices(test_picture *p, rpv_session *session)
{
	rpv_list *list;

	assert_status_error(RPV_OK, rpv_device_list(session, NULL, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_device *d = rpv_device_at(list, i);
		draw(p, "device %s name %s os %s group %s because %s", d->id, shown(d->name), shown(d->os), d->group,
		     shown(d->justification));
		draw_texts(p, "tags", d->tags, d->tag_count);
		draw(p, " first %lld last %lld value %d internet %d alert %d excluded %d active %d exposure %.12g\n",
		     (long long)(d->first_seen_ms - START), (long long)(d->last_seen_ms - START), (int)d->value,
		     d->internet_facing, d->active_alert, d->excluded, d->active, d->exposure_no_impact);
		draw_assessments(p, session, d->id);
	}
	rpv_list_free(list);
}

static inline void draw_weaknesses(test_picture *p, rpv_session *session)
{
	rpv_list *list;

	assert_status_error(RPV_OK, rpv_weakness_list(session, NULL, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_weakness *w = rpv_weakness_at(list, i);
		draw(p, "weakness %s %s model %s", w->id, shown(w->title), shown(w->epss_model));
		draw_texts(p, "cvss", w->cvss, w->cvss_count);
		draw_texts(p, "also", w->aliases, w->alias_count);
		draw(p, " epss %.9f exploited %d %lld published %lld updated %lld severity %d%s exploit %d ransomware %d"
		     " zero-day %d fix %d alert %d on %d\n", w->epss, w->known_exploited, (long long)w->known_exploited_ms,
		     (long long)w->published_ms, (long long)w->updated_ms, (int)w->severity, w->severity_given ? "!" : "",
		     (int)w->exploit, w->ransomware, w->zero_day, (int)w->fix_available, w->active_alert,
		     (int)w->exposed_devices);
	}
	rpv_list_free(list);
	assert_status_error(RPV_OK, rpv_weakness_set_list(session, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_weakness_set *s = rpv_weakness_set_at(list, i);
		draw(p, "set %s %s", s->recommendation, s->id);
		draw_texts(p, "has", s->weaknesses, s->weakness_count);
		draw(p, "\n");
	}
	rpv_list_free(list);
}

static inline void draw_recommendations(test_picture *p, rpv_session *session)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *list;

	q.states = RPV_STATE_ALL;
	q.sort = RPV_RECOMMENDATION_BY_ID;
	assert_status_error(RPV_OK, rpv_recommendation_list(session, &q, &list), rpv_session_error(session));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_recommendation *r = rpv_recommendation_at(list, i);
		draw(p, "recommendation %s %s|%s|%s|%s|%s|%s|%s|%s|%s|%s kind %d category %d points %u", r->id, shown(r->title),
		     shown(r->description), shown(r->steps), shown(r->component), shown(r->vendor), shown(r->product),
		     shown(r->subcategory), shown(r->recommended_version), shown(r->recommended_vendor),
		     shown(r->recommended_program), (int)r->kind, (int)r->category, r->points);
		draw_texts(p, "tags", r->tags, r->tag_count);
		draw_texts(p, "threats", r->threats, r->threat_count);
		draw(p, " state %d assessed %d exposed %d weaknesses %d\n", (int)r->state, (int)r->assessed_devices,
		     (int)r->exposed_devices, (int)r->weaknesses);
	}
	rpv_list_free(list);
}

/* All facts of a store; free() it. */
static inline char *picture_of(rpv_session *session)
{
	test_picture p = { NULL, 0, 0 };

	draw_groups(&p, session);
	draw_devices(&p, session);
	draw_weaknesses(&p, session);
	draw_recommendations(&p, session);
	return p.text;
}

/* Fails with the first line that differs. */
static inline void assert_pictures(const char *wanted, const char *is)
{
	size_t line = 0, at = 0;

	for (; wanted[at] && wanted[at] == is[at]; at++)
		if (wanted[at] == '\n')
			line = at + 1;
	if (wanted[at] != is[at])
		fail_msg("wanted: %.*s\nis:     %.*s", (int)strcspn(wanted + line, "\n"), wanted + line,
		         (int)strcspn(is + line, "\n"), is + line);
}

/* --- facts made up --- */
enum { TEST_DEVICES = 7, TEST_WEAKNESSES = 8, TEST_RECOMMENDATIONS = 6, TEST_GROUPS = 3, TEST_SETS = 2 };

typedef struct test_names {
	char device[8], weakness[4][12], recommendation[20], group[12], set[8];
	const char *weaknesses[4];
} test_names;

static inline void name_all(test_random *r, test_names *n)
{
	snprintf(n->device, sizeof n->device, "d%d", (int)test_random_below(r, TEST_DEVICES));
	for (size_t i = 0; i < 4; i++) {
		snprintf(n->weakness[i], sizeof n->weakness[i], "CVE-%d", (int)test_random_below(r, TEST_WEAKNESSES));
		n->weaknesses[i] = n->weakness[i];
	}
	snprintf(n->group, sizeof n->group, "group %d", (int)test_random_below(r, TEST_GROUPS));
	snprintf(n->set, sizeof n->set, "v%d", (int)test_random_below(r, TEST_SETS));
}

/* The first ones have weaknesses, the last two are configurations. */
static inline bool name_recommendation(test_names *n, int which)
{
	bool configuration = which >= TEST_RECOMMENDATIONS - 2;

	snprintf(n->recommendation, sizeof n->recommendation, configuration ? "sca-%d" : "va-%d", which);
	return configuration;
}

/* All of them, so that facts made up name nothing unknown. */
static inline void declare_all(rpv_batch *batch, test_random *r)
{
	test_names n;

	for (int i = 0; i < TEST_WEAKNESSES; i++) {
		rpv_weakness_facts f = { .id = n.weakness[0], .severity = (rpv_severity)(2 + test_random_below(r, 4)),
			.epss = (double)test_random_below(r, 1000) / 1000 };
		snprintf(n.weakness[0], sizeof n.weakness[0], "CVE-%d", i);
		assert_ok(rpv_batch_weakness(batch, &f));
	}
	for (int i = 0; i < TEST_RECOMMENDATIONS; i++) {
		bool configuration = name_recommendation(&n, i);
		rpv_recommendation_facts f = { .id = n.recommendation, .points = configuration ? 4 : 0,
			.kind = configuration ? RPV_KIND_CONFIGURATION_CHANGE : RPV_KIND_UPDATE };
		assert_ok(rpv_batch_recommendation(batch, &f));
		for (int s = 0; !configuration && s < TEST_SETS; s++) {
			const char *weaknesses[] = { s ? "CVE-0" : "CVE-1" };
			rpv_weakness_set_facts set = { .recommendation = n.recommendation, .id = n.set, .weaknesses = weaknesses,
				.weakness_count = 1 };
			snprintf(n.set, sizeof n.set, "v%d", s);
			assert_ok(rpv_batch_weakness_set(batch, &set));
		}
	}
	for (int i = 0; i < TEST_DEVICES; i++) {
		rpv_device_facts f = { .id = n.device };
		snprintf(n.device, sizeof n.device, "d%d", i);
		assert_ok(rpv_batch_device(batch, &f));
	}
}

static inline rpv_flag any_flag(test_random *r)
{
	return (rpv_flag)test_random_below(r, 3);
}

static inline rpv_status any_device(test_random *r, rpv_batch *batch, bool removes)
{
	test_names n;
	rpv_device_facts f = { .id = n.device };

	name_all(r, &n);
	f.removed = removes && test_random_below(r, 8) == 0;
	if (test_random_below(r, 2))
		f.group = n.group;
	f.value = (rpv_value)test_random_below(r, 4);
	f.internet_facing = any_flag(r);
	f.active_alert = any_flag(r);
	f.excluded = test_random_below(r, 3) ? RPV_FLAG_UNCHANGED : any_flag(r);
	f.last_seen_ms = test_random_below(r, 3) ? 0 : START - (int64_t)test_random_below(r, 40) * DAY;
	f.given = (uint32_t)test_random_below(r, 2 * RPV_DEVICE_JUSTIFICATION);
	return rpv_batch_device(batch, &f);
}

static inline rpv_status any_assessment(test_random *r, rpv_batch *batch)
{
	test_names n;
	rpv_assessment_facts f = { .device = n.device, .recommendation = n.recommendation };
	bool configuration = name_recommendation(&n, (int)test_random_below(r, TEST_RECOMMENDATIONS));

	name_all(r, &n);
	f.change = (rpv_assessment_change)test_random_below(r, configuration ? 1 : 4);
	f.version = test_random_below(r, 2) ? "1.0" : NULL;
	if (configuration) {
		f.state = (rpv_configuration_state)(1 + test_random_below(r, 3));
		f.user_impact = any_flag(r);
	} else if (f.change == RPV_ASSESSMENT_REPLACE && test_random_below(r, 3) == 0) {
		f.set = n.set;
	} else {
		f.weaknesses = n.weaknesses;
		f.weakness_count = test_random_below(r, 5);
	}
	return rpv_batch_assessment(batch, &f);
}

static inline rpv_status any_set(test_random *r, rpv_batch *batch)
{
	test_names n;
	rpv_weakness_set_facts f = { .recommendation = n.recommendation, .id = n.set, .weaknesses = n.weaknesses };

	name_all(r, &n);
	name_recommendation(&n, (int)test_random_below(r, TEST_RECOMMENDATIONS - 2));
	f.weakness_count = test_random_below(r, 5);
	f.removed = test_random_below(r, 6) == 0;
	return rpv_batch_weakness_set(batch, &f);
}

static inline rpv_status any_recommendation(test_random *r, rpv_batch *batch)
{
	test_names n;
	rpv_recommendation_facts f = { .id = n.recommendation };

	if (!name_recommendation(&n, (int)test_random_below(r, TEST_RECOMMENDATIONS)))
		f.kind = (rpv_kind)(1 + test_random_below(r, 3));
	else
		f.kind = RPV_KIND_CONFIGURATION_CHANGE;
	f.removed = test_random_below(r, 10) == 0;
	return rpv_batch_recommendation(batch, &f);
}

static inline rpv_status any_group(test_random *r, rpv_batch *batch)
{
	test_names n;
	rpv_group_facts f = { .name = n.group };

	name_all(r, &n);
	f.removed = test_random_below(r, 3) == 0;
	return rpv_batch_group(batch, &f);
}

static inline rpv_status any_fact(test_random *r, rpv_batch *batch)
{
	test_names n;

	switch (test_random_below(r, 12)) {
	case 0: return any_recommendation(r, batch);
	case 1: return any_group(r, batch);
	case 2: return any_set(r, batch);
	case 3: name_all(r, &n); return rpv_batch_full_report(batch, n.device);
	case 4: case 5: case 6: return any_device(r, batch, true);
	default: return any_assessment(r, batch);
	}
}

#endif
