/* SPDX-License-Identifier: MIT */
/* Partials: parts of a fleet in stores of their own, merged in any order, against one engine over the whole. */
#include "../support/decisions.h"
#include <stdlib.h>

enum { DEVICES = 60, GROUPS = 4, UPDATES = 6, CONFIGURATIONS = 4, WEAKNESSES = 12, PARTS = 16 };

/* --- a fleet, the same whatever store it is in --- */
typedef struct fleet { uint64_t seed; size_t devices; } fleet;

static uint64_t chance(const fleet *f, size_t a, size_t b, uint64_t bound)
{
	test_random r = { f->seed * 1000003 + a * 7919 + b };
	test_random_next(&r);
	return test_random_below(&r, bound);
}

static void name_of(char out[24], const char *what, size_t number)
{
	snprintf(out, 24, "%s-%zu", what, number);
}

static void say_common(test_world *w, const fleet *f)
{
	char id[24];
	for (size_t i = 0; i < GROUPS; i++) {
		rpv_group_facts g = { .name = id };
		name_of(id, "group", i);
		assert_call(RPV_OK, rpv_batch_group(begin(w), &g));
	}
	for (size_t i = 0; i < WEAKNESSES; i++) {
		rpv_weakness_facts facts = { .id = id, .severity = (rpv_severity)(1 + chance(f, i, 1, 5)),
			.epss = (double)chance(f, i, 2, 1000) / 1000, .exploit = (rpv_exploit)chance(f, i, 3, 5) };
		name_of(id, "CVE", i);
		assert_call(RPV_OK, rpv_batch_weakness(begin(w), &facts));
	}
	for (size_t i = 0; i < UPDATES + CONFIGURATIONS; i++) {
		rpv_recommendation_facts r = { .id = id, .kind = i < UPDATES ? RPV_KIND_UPDATE : RPV_KIND_CONFIGURATION_CHANGE,
			.points = i < UPDATES ? 0 : 1 + (uint32_t)chance(f, i, 4, 10),
			.category = i < UPDATES ? RPV_CATEGORY_UNCHANGED : (rpv_category)(1 + chance(f, i, 5, 5)) };
		name_of(id, "rec", i);
		assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &r));
	}
}

static void say_device(test_world *w, const fleet *f, size_t i)
{
	char id[24], group[24], rec[24];
	rpv_device_facts d = { .id = id, .group = group, .value = (rpv_value)(1 + chance(f, i, 11, 3)),
		.internet_facing = chance(f, i, 12, 4) == 0 ? RPV_FLAG_TRUE : RPV_FLAG_FALSE,
		.active_alert = chance(f, i, 13, 5) == 0 ? RPV_FLAG_TRUE : RPV_FLAG_FALSE,
		.excluded = chance(f, i, 14, 9) == 0 ? RPV_FLAG_TRUE : RPV_FLAG_FALSE,
		.last_seen_ms = START - (int64_t)chance(f, i, 15, 35) * DAY - 1 };
	name_of(id, "device", i);
	name_of(group, "group", (size_t)chance(f, i, 16, GROUPS));
	assert_call(RPV_OK, rpv_batch_device(begin(w), &d));
	for (size_t r = 0; r < UPDATES + CONFIGURATIONS; r++) {
		char names[3][24];
		const char *weaknesses[3];
		size_t count = (size_t)chance(f, i, 100 + r, 4), first = (size_t)chance(f, i % 7, 200 + r, WEAKNESSES);
		rpv_assessment_facts a = { .device = id, .recommendation = rec };
		name_of(rec, "rec", r);
		if (chance(f, i, 300 + r, 3) == 0)
			continue;
		for (size_t j = 0; j < count; j++) {
			name_of(names[j], "CVE", (first + 5 * j) % WEAKNESSES);
			weaknesses[j] = names[j];
		}
		if (r < UPDATES) {
			a.weaknesses = weaknesses;
			a.weakness_count = count;
		} else {
			a.state = (rpv_configuration_state)(1 + chance(f, i, 400 + r, 3));
		}
		assert_call(RPV_OK, rpv_batch_assessment(begin(w), &a));
	}
}

/* A store with the devices that have `part` in `parts`; NULL: all. */
static void open_part(test_world *w, const fleet *f, const size_t *parts, size_t part)
{
	open_world(w);
	say_common(w, f);
	for (size_t i = 0; i < f->devices; i++)
		if (!parts || parts[i] == part)
			say_device(w, f, i);
	commit(w);
}

/* --- exceptions, the same in every store --- */
typedef struct wish {
	rpv_exception_request request;
	char rec[24], weakness[24], group_names[2][24], device_names[3][24];
	const char *groups[2], *devices[3];
	size_t numbers[3];
} wish;

static void make_wish(wish *x, const fleet *f, size_t n)
{
	static const rpv_justification some[] = { RPV_JUSTIFICATION_THIRD_PARTY_CONTROL, RPV_JUSTIFICATION_RISK_ACCEPTED,
		                                      RPV_JUSTIFICATION_ALTERNATE_MITIGATION,
		                                      RPV_JUSTIFICATION_PLANNED_REMEDIATION };
	size_t target = (size_t)chance(f, n, 21, UPDATES + CONFIGURATIONS);
	memset(x, 0, sizeof *x);
	name_of(x->rec, "rec", target);
	name_of(x->weakness, "CVE", (size_t)chance(f, n, 22, WEAKNESSES));
	x->request = accept_risk(x->rec);
	x->request.justification = some[chance(f, n, 23, 4)];
	x->request.duration_ms = (int64_t)(1 + chance(f, n, 24, 20)) * DAY;
	if (target < UPDATES && chance(f, n, 25, 3) == 0)
		x->request.weakness = x->weakness;
	if (x->request.weakness && chance(f, n, 26, 2))
		x->request.recommendation = NULL;
	for (size_t i = 0; i < 2; i++) {
		name_of(x->group_names[i], "group", (chance(f, n, 27, GROUPS) + i) % GROUPS);
		x->groups[i] = x->group_names[i];
	}
	for (size_t i = 0; i < 3; i++) {
		x->numbers[i] = (chance(f, n, 28, f->devices) + i * 3) % f->devices;
		name_of(x->device_names[i], "device", x->numbers[i]);
	}
	x->request.scope = (rpv_scope[]){ RPV_SCOPE_GLOBAL, RPV_SCOPE_GROUPS, RPV_SCOPE_DEVICES }[chance(f, n, 29, 5) % 3];
	if (x->request.scope == RPV_SCOPE_GROUPS) {
		x->request.groups = x->groups;
		x->request.group_count = 1 + chance(f, n, 30, 2);
	}
}

/* Files a wish for those of its devices that are in the store. */
static rpv_status file_wish(test_world *w, wish *x, const size_t *parts, size_t part)
{
	if (x->request.scope == RPV_SCOPE_DEVICES) {
		x->request.device_count = 0;
		for (size_t i = 0; i < 3; i++)
			if (!parts || parts[x->numbers[i]] == part)
				x->devices[x->request.device_count++] = x->device_names[i];
		x->request.devices = x->devices;
		if (x->request.device_count == 0)
			return RPV_OK;
	}
	return rpv_exception_file(w->session, &x->request, NULL);
}

/* --- partials --- */
static rpv_partial *take(rpv_session *session, const char *group)
{
	rpv_score_query query = RPV_SCORE_QUERY_INIT;
	rpv_score_engine *engine;
	rpv_partial *partial;
	query.group = group;
	assert_ok(rpv_score_engine_open(session, &engine));
	assert_status_error(RPV_OK, rpv_partial_take(engine, &query, &partial), rpv_session_error(session));
	rpv_score_engine_close(engine);
	return partial;
}

static rpv_partial *read_again(rpv_partial *partial)
{
	rpv_error error = RPV_ERROR_INIT;
	const void *data, *again;
	size_t size, size_again;
	rpv_partial *copy;
	assert_ok(rpv_partial_bytes(partial, &data, &size));
	assert_status_error(RPV_OK, rpv_partial_read(data, size, NULL, &copy, &error), &error);
	assert_ok(rpv_partial_bytes(copy, &again, &size_again));
	assert_int_equal(size, size_again);
	assert_memory_equal(data, again, size);
	return copy;
}

static void merge(rpv_partial *into, const rpv_partial *from)
{
	rpv_error error = RPV_ERROR_INIT;
	assert_status_error(RPV_OK, rpv_partial_merge(into, from, &error), &error);
}

/* Merges them two by two, any two at a time, some by way of their bytes; all but the result are freed. */
static rpv_partial *merge_all(rpv_partial **partials, size_t count, test_random *r)
{
	while (count > 1) {
		size_t a = (size_t)test_random_below(r, count), b = (size_t)test_random_below(r, count - 1);
		b += b >= a;
		if (test_random_below(r, 3) == 0) {
			rpv_partial *copy = read_again(partials[b]);
			rpv_partial_free(partials[b]);
			partials[b] = copy;
		}
		merge(partials[a], partials[b]);
		rpv_partial_free(partials[b]);
		partials[b] = partials[--count];
	}
	return partials[0];
}

static void assert_same_bytes(rpv_partial *a, rpv_partial *b)
{
	const void *one, *other;
	size_t one_size, other_size;
	assert_ok(rpv_partial_bytes(a, &one, &one_size));
	assert_ok(rpv_partial_bytes(b, &other, &other_size));
	assert_int_equal(one_size, other_size);
	assert_memory_equal(one, other, one_size);
}

/* --- against one engine --- */
#define assert_bits(a, b) assert_memory_equal(&(a), &(b), sizeof(double))

static void assert_scores(const rpv_partial *partial, rpv_session *whole, const char *group, rpv_category category)
{
	rpv_score_query query = RPV_SCORE_QUERY_INIT;
	rpv_score wanted = RPV_SCORE_INIT, got = RPV_SCORE_INIT;
	query.group = group;
	query.category = category;
	assert_ok(rpv_score_read(whole, &query, &wanted));
	assert_ok(rpv_partial_score(partial, category, &got));
	assert_int_equal(0, got.revision);
	got.revision = wanted.revision;
	assert_memory_equal(&wanted, &got, sizeof got);
}

static void assert_impact(const rpv_recommendation *wanted, const rpv_partial_impact *got)
{
	assert_string_equal(wanted->id, got->recommendation);
	assert_int_equal(wanted->assessed_devices, got->assessed_devices);
	assert_int_equal(wanted->exposed_devices, got->exposed_devices);
	assert_int_equal(wanted->exposed_devices_after, got->exposed_devices_after);
	assert_int_equal(wanted->exposed_devices - wanted->covered_devices, got->exposed_devices_best);
	assert_bits(wanted->exposure_impact, got->exposure_impact);
	assert_bits(wanted->exposure_impact_after, got->exposure_impact_after);
	assert_bits(wanted->exposure_impact_best, got->exposure_impact_best);
	assert_bits(wanted->standalone_exposure, got->standalone_exposure);
	assert_bits(wanted->secure_impact, got->secure_impact);
	assert_bits(wanted->secure_impact_after, got->secure_impact_after);
	assert_bits(wanted->secure_impact_best, got->secure_impact_best);
}

static void assert_impacts(const rpv_partial *partial, rpv_session *whole, const char *group)
{
	rpv_recommendation_query query = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_partial_impact got = RPV_PARTIAL_IMPACT_INIT;
	uint64_t at = 0;
	rpv_list *list;
	query.states = RPV_STATE_ALL;
	query.sort = RPV_RECOMMENDATION_BY_ID;
	query.group = group;
	assert_ok(rpv_recommendation_list(whole, &query, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_recommendation *wanted = rpv_recommendation_at(list, i);
		if (wanted->assessed_devices == 0)
			continue;
		do
			assert_ok(rpv_partial_impact_at(partial, at++, &got));
		while (group && got.exposed_devices == 0); /* which the list of a group leaves out */
		assert_impact(wanted, &got);
	}
	for (; group && at < rpv_partial_count(partial); at++) {
		assert_ok(rpv_partial_impact_at(partial, at, &got));
		assert_int_equal(0, got.exposed_devices);
	}
	assert_int_equal(at, rpv_partial_count(partial));
	assert_status(RPV_E_NOT_FOUND, rpv_partial_impact_at(partial, at, &got));
	rpv_list_free(list);
}

static void assert_whole(rpv_partial *merged, test_world *whole, const char *group)
{
	rpv_partial *wanted = take(whole->session, group);
	assert_same_bytes(wanted, merged);
	rpv_partial_free(wanted);
	for (int c = RPV_CATEGORY_UNCHANGED; c <= RPV_CATEGORY_SECURITY_CONTROLS; c++)
		assert_scores(merged, whole->session, group, (rpv_category)c);
	assert_impacts(merged, whole->session, group);
}

static void compare_group(test_world *whole, test_world *parts, size_t count, const char *group, test_random *r)
{
	rpv_partial *partials[PARTS];
	for (size_t i = 0; i < count; i++)
		partials[i] = take(parts[i].session, group);
	rpv_partial *merged = merge_all(partials, count, r);
	assert_whole(merged, whole, group);
	rpv_partial_free(merged);
}

static void compare(test_world *whole, test_world *parts, size_t count, test_random *r)
{
	compare_group(whole, parts, count, NULL, r);
	for (size_t i = 0; i < GROUPS; i++) {
		char group[24];
		name_of(group, "group", i);
		compare_group(whole, parts, count, group, r);
	}
}

static void try_fleet(uint64_t seed)
{
	test_world *worlds = calloc(PARTS + 1, sizeof *worlds), *whole = &worlds[PARTS];
	test_random r = { seed };
	fleet f = { seed, 1 + (size_t)test_random_below(&r, DEVICES) };
	size_t count = 1 + (size_t)test_random_below(&r, PARTS), parts[DEVICES], wishes = 0;
	assert_non_null(worlds);
	for (size_t i = 0; i < f.devices; i++)
		parts[i] = (size_t)test_random_below(&r, count);
	open_part(whole, &f, NULL, 0);
	for (size_t i = 0; i < count; i++)
		open_part(&worlds[i], &f, parts, i);
	compare(whole, worlds, count, &r);
	for (size_t n = 0; n < 12; n++) {
		wish x;
		make_wish(&x, &f, n);
		if (file_wish(whole, &x, NULL, 0) != RPV_OK)
			continue;
		wishes++;
		for (size_t i = 0; i < count; i++)
			assert_status_error(RPV_OK, file_wish(&worlds[i], &x, parts, i), rpv_session_error(worlds[i].session));
	}
	assert_true(wishes > 2);
	compare(whole, worlds, count, &r);
	for (size_t i = 0; i <= PARTS; i++)
		worlds[i].now += 7 * DAY; /* some ended, and some devices fell silent */
	compare(whole, worlds, count, &r);
	for (size_t i = 0; i < count; i++)
		close_world(&worlds[i]);
	close_world(whole);
	free(worlds);
}

static void test_partial_when_parts_of_any_fleet_merge_in_any_order_then_the_bits_of_the_whole(void **state)
{
	uint64_t count = getenv("RPV_TEST_SHORT") ? 2 : 100;
	(void)state;
	for (uint64_t seed = 1; seed <= count; seed++)
		try_fleet(seed);
}

static void test_partial_when_sessions_see_different_groups_then_they_are_parts(void **state)
{
	test_world world, *w = &world;
	rpv_partial *partials[GROUPS + 1];
	test_random r = { 5 };
	fleet f = { 77, DEVICES };
	char names[GROUPS][24];
	(void)state;
	open_part(w, &f, NULL, 0);
	for (size_t i = 0; i < GROUPS; i++) {
		const char *group = names[i];
		name_of(names[i], "group", i);
		rpv_session *session = open_session(w, "shard", RPV_PERMIT_VIEW, &group, 1);
		partials[i] = take(session, NULL);
		rpv_session_close(session);
	}
	rpv_partial *merged = merge_all(partials, GROUPS, &r);
	assert_whole(merged, w, NULL);
	rpv_partial_free(merged);
	close_world(w);
}

static void test_partial_when_the_past_is_looked_at_then_of_that_time(void **state)
{
	test_world world, *w = &world;
	rpv_partial_info info = RPV_PARTIAL_INFO_INIT;
	(void)state;
	open_fleet(w);
	rpv_partial *before = take(w->session, NULL);
	w->now += DAY;
	weakness(w, "CVE-9");
	assess(w, "s1", MAIL, "CVE-9", NULL);
	commit(w);
	assert_call(RPV_OK, rpv_session_set_as_of(w->session, START));
	rpv_partial *again = take(w->session, NULL);
	assert_same_bytes(before, again);
	assert_ok(rpv_partial_read_info(again, &info));
	assert_int_equal(START, info.oldest_ms);
	assert_int_equal(START, info.newest_ms);
	assert_int_equal(4, info.devices);
	assert_int_equal(1, info.recommendations);
	assert_int_equal(30 * DAY, info.inactive_after_ms);
	assert_null(info.group);
	assert_string_equal(RPV_EXPOSURE_MODEL, info.model);
	rpv_partial_free(before);
	rpv_partial_free(again);
	close_world(w);
}

/* Normal devices alone: a fleet twice as large has the same scores and impacts. */
static void test_partial_when_doubled_to_a_billion_devices_then_the_same_scores(void **state)
{
	test_world world, *w = &world;
	rpv_error error = RPV_ERROR_INIT;
	rpv_partial_info info = RPV_PARTIAL_INFO_INIT;
	rpv_partial_impact one = RPV_PARTIAL_IMPACT_INIT, many = RPV_PARTIAL_IMPACT_INIT;
	rpv_score wanted = RPV_SCORE_INIT, got = RPV_SCORE_INIT;
	(void)state;
	open_fleet(w);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	configure(w, "s2", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	configure(w, "i1", LOCK, RPV_CONFIGURATION_COMPLIANT, false);
	commit(w);
	rpv_partial *p = take(w->session, NULL), *copy;
	assert_ok(rpv_partial_score(p, RPV_CATEGORY_UNCHANGED, &wanted));
	assert_true(wanted.exposure_official > 0);
	for (int i = 0; i < 27; i++) { /* 4 x 2^27 devices; sums of more than 64 bits from 2^24 on */
		copy = read_again(p);
		merge(p, copy);
		rpv_partial_free(copy);
	}
	assert_ok(rpv_partial_read_info(p, &info));
	assert_int_equal(4u << 27, info.devices);
	assert_ok(rpv_partial_score(p, RPV_CATEGORY_UNCHANGED, &got));
	got.devices = wanted.devices;
	assert_memory_equal(&wanted, &got, sizeof got);
	copy = take(w->session, NULL);
	assert_int_equal(2, rpv_partial_count(p));
	for (uint64_t i = 0; i < 2; i++) {
		assert_ok(rpv_partial_impact_at(copy, i, &one));
		assert_ok(rpv_partial_impact_at(p, i, &many));
		assert_int_equal(one.exposed_devices << 27, many.exposed_devices);
		assert_bits(one.exposure_impact, many.exposure_impact);
		assert_bits(one.standalone_exposure, many.standalone_exposure);
		assert_bits(one.secure_impact, many.secure_impact);
	}
	rpv_partial_free(copy);
	copy = read_again(p);
	assert_status_error(RPV_E_LIMIT, rpv_partial_merge(p, copy, &error), &error);
	assert_same_bytes(p, copy);
	rpv_partial_free(copy);
	rpv_partial_free(p);
	close_world(w);
}

/* --- what does not merge --- */
static void assert_apart(rpv_partial *a, rpv_partial *b, const char *field)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_partial *before = read_again(a);
	assert_status_error(RPV_E_REFUSED, rpv_partial_merge(a, b, &error), &error);
	assert_string_equal(field, error.field);
	assert_true(error.message[0] != '\0');
	assert_same_bytes(before, a);
	rpv_partial_free(before);
	rpv_partial_free(b);
}

static void test_partial_when_parts_were_asked_for_different_things_then_refused_by_name(void **state)
{
	const rpv_policy_change change = { "inactive_after", "20d" };
	const rpv_recommendation_facts points = { .id = LOCK, .points = 7 }, category = { .id = LOCK, .points = 5,
		.category = RPV_CATEGORY_NETWORK };
	test_world world, *w = &world;
	(void)state;
	open_fleet(w);
	configure(w, "s1", LOCK, RPV_CONFIGURATION_EXPOSED, false);
	commit(w);
	rpv_partial *p = take(w->session, NULL), *sales = take(w->session, "Sales");
	assert_apart(sales, take(w->session, "IT"), "group");
	assert_apart(sales, take(w->session, NULL), "group");
	assert_apart(p, take(w->session, "IT"), "group");
	assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &points));
	commit(w);
	assert_apart(p, take(w->session, NULL), "points");
	rpv_partial_free(sales);
	assert_call(RPV_OK, rpv_batch_recommendation(begin(w), &category));
	commit(w);
	assert_apart(p, take(w->session, NULL), "category");
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
	assert_apart(p, take(w->session, NULL), "inactive_after");
	rpv_partial_free(p);
	close_world(w);
}

/* --- bytes --- */
static uint64_t fnv(const uint8_t *data, size_t size)
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ data[i]) * UINT64_C(0x100000001B3);
	return hash;
}

/* The bytes with the checksum that belongs to them. */
static void seal(uint8_t *data, size_t size)
{
	uint64_t hash = fnv(data, size - 8);
	for (size_t i = 0; i < 8; i++)
		data[size - 8 + i] = (uint8_t)(hash >> (56 - 8 * i));
}

/* What is read of them has no other form. False: refused, with words. */
static bool read_any(const uint8_t *data, size_t size, rpv_status *status)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_partial *partial = NULL;
	rpv_score score = RPV_SCORE_INIT;
	const void *again;
	size_t size_again;
	*status = rpv_partial_read(data, size, NULL, &partial, &error);
	if (*status) {
		assert_null(partial);
		assert_true(error.message[0] != '\0');
		return false;
	}
	assert_ok(rpv_partial_bytes(partial, &again, &size_again));
	assert_int_equal(size, size_again);
	assert_memory_equal(data, again, size);
	assert_ok(rpv_partial_score(partial, RPV_CATEGORY_UNCHANGED, &score));
	assert_true(score.exposure_official >= 0 && score.exposure_official <= 100);
	assert_true(score.exposure_no_impact >= score.exposure_official);
	rpv_partial_free(partial);
	return true;
}

static uint8_t *some_bytes(size_t *size)
{
	test_world world, *w = &world;
	fleet f = { 3, 8 };
	const void *data;
	open_part(w, &f, NULL, 0);
	rpv_partial *p = take(w->session, "group-1");
	assert_ok(rpv_partial_bytes(p, &data, size));
	uint8_t *copy = malloc(*size);
	assert_non_null(copy);
	memcpy(copy, data, *size);
	rpv_partial_free(p);
	close_world(w);
	return copy;
}

static void test_partial_when_bytes_are_cut_or_damaged_then_refused(void **state)
{
	size_t size, read = 0;
	uint8_t *data = some_bytes(&size);
	rpv_status status;
	(void)state;
	assert_true(read_any(data, size, &status));
	for (size_t cut = 0; cut < size; cut++) {
		assert_false(read_any(data, cut, &status));
		assert_status(RPV_E_CORRUPT, status);
	}
	for (size_t i = 0; i < size; i++)
		for (unsigned flip = 1; flip < 256; flip <<= 1) {
			data[i] ^= (uint8_t)flip;
			assert_false(read_any(data, size, &status));
			assert_status(i == 4 && data[i] > 1 ? RPV_E_VERSION : RPV_E_CORRUPT, status);
			data[i] ^= (uint8_t)flip;
		}
	for (size_t i = 0; i < size - 8; i++) /* by someone who knows the checksum */
		for (unsigned flip = 1; flip < 256; flip <<= 1) {
			data[i] ^= (uint8_t)flip;
			seal(data, size);
			read += read_any(data, size, &status);
			data[i] ^= (uint8_t)flip;
		}
	assert_true(read > 0); /* other sums are sums as well */
	free(data);
}

static void test_partial_when_the_bytes_are_those_of_the_documentation_then_read(void **state)
{
	/* one device of normal value that is exposed, P = 2^39, to one recommendation; and one of low value without findings */
	uint8_t data[200];
#define HALF 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10 /* 2^39, high and low half */
	static const uint8_t totals[] = { 1, 0, 0, 0, 0, 0, 0, /* low: 1 device; sums of P in three views */
		1, HALF, HALF, HALF, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t share[] = { 2, 'r', 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, /* low */
		HALF, HALF, HALF, HALF, 0, 0, 0, 0, 0, 0, 0, 0, /* high */ 0, 0, 0, 0, 0, 0 };
	rpv_error error = RPV_ERROR_INIT;
	rpv_score score = RPV_SCORE_INIT;
	rpv_partial_impact impact = RPV_PARTIAL_IMPACT_INIT;
	rpv_partial *p;
	size_t size = 0;
	(void)state;
	size += (size_t)snprintf((char *)data, sizeof data, "RPVP%c%crpv-exposure-1%crpv-secure-1", 1, 15, 13);
	memcpy(data + size, "\0\0\7\3\4\0", 6); /* default constants, all groups, inactive_after 7, times 3 and 4, for ever */
	size += 6;
	memcpy(data + size, totals, sizeof totals);
	size += sizeof totals;
	data[size++] = 1;
	memcpy(data + size, share, sizeof share);
	size += sizeof share + 8;
	seal(data, size);
	assert_status_error(RPV_OK, rpv_partial_read(data, size, NULL, &p, &error), &error);
	assert_ok(rpv_partial_score(p, RPV_CATEGORY_UNCHANGED, &score));
	assert_int_equal(2, score.devices);
	assert_int_equal(4, score.time_ms);
	assert_int_equal(0, score.valid_until_ms);
	double wanted = 100 * 20 * 0.5 / 35;
	assert_true(wanted - score.exposure_official < 1e-12 && score.exposure_official <= wanted);
	assert_ok(rpv_partial_impact_at(p, 0, &impact));
	assert_bits(score.exposure_official, impact.exposure_impact_after);
	assert_bits(score.exposure_no_impact, impact.standalone_exposure);
	rpv_partial_free(p);
}

/* Constants of a model of one's own stand in the bytes, and keep partials apart. */
static void test_partial_when_constants_differ_then_another_model(void **state)
{
	static const uint32_t constants[] = { 3000000, 3000000, 1000000, 3000000, 10000000, 30000000, 0, 0, 50000000, 200000000,
		400000000, 900000000, 990000000, 990000000, 500, 500, 250, 500, 800, 1000, 100, 3, 4, 15, 20, 20 };
	size_t size, at = 33;
	uint8_t *data = some_bytes(&size), *other = malloc(size + 200);
	rpv_partial *p, *q;
	rpv_error error = RPV_ERROR_INIT;
	(void)state;
	for (uint32_t last = 2; last <= 5; last++)
	for (int named = 0; named <= 1; named++) {
		size_t to = at;
		assert_non_null(other);
		memcpy(other, data, at);
		assert_int_equal(0, data[at - 1] - '1');
		assert_memory_equal("rpv-exposure-1", other + 6, 14);
		other[19] = named ? 'x' : '1';
		other[to++] = 27;
		for (size_t i = 0; i < 27; i++) {
			uint32_t v = i < 26 ? constants[i] : last;
			for (; v >= 0x80; v >>= 7)
				other[to++] = (uint8_t)(v | 0x80);
			other[to++] = (uint8_t)v;
		}
		memcpy(other + to, data + at + 1, size - at - 1);
		to += size - at - 1;
		seal(other, to);
		rpv_status status = rpv_partial_read(other, to, NULL, &q, &error);
		/* the library's name belongs to its constants, which are not written; 5: too much */
		assert_status_error(named && last <= 4 ? RPV_OK : RPV_E_CORRUPT, status, &error);
		if (status)
			continue;
		assert_ok(rpv_partial_read(data, size, NULL, &p, NULL));
		assert_apart(p, q, "model");
		rpv_partial_free(p);
		for (size_t i = 4; last == 3 && i < to - 8; i++) /* by someone who knows the checksum */
			for (unsigned flip = 1; flip < 256; flip <<= 1) {
				other[i] ^= (uint8_t)flip;
				seal(other, to);
				(void)read_any(other, to, &status);
				other[i] ^= (uint8_t)flip;
			}
	}
	free(other);
	free(data);
}

/* --- memory --- */
static void test_partial_when_memory_runs_out_then_unchanged(void **state)
{
	test_world whole, other;
	test_memory memory = { 0 };
	rpv_allocator allocator = test_memory_allocator(&memory);
	const void *data;
	size_t size;
	rpv_partial *a = NULL, *kept, *b;
	bool failed = true;
	fleet f = { 9, 20 };
	(void)state;
	open_fleet(&whole);
	open_part(&other, &f, NULL, 0);
	kept = take(whole.session, NULL);
	b = take(other.session, NULL);
	assert_ok(rpv_partial_bytes(kept, &data, &size));
	for (size_t at = 1; failed; at++) {
		test_memory_fail(&memory, at, false);
		rpv_status status = rpv_partial_read(data, size, &allocator, &a, NULL);
		failed = test_memory_failed(&memory);
		assert_status(failed ? RPV_E_NOMEM : RPV_OK, status);
		assert_int_equal(failed ? 0 : 1, memory.live > 0);
	}
	failed = true;
	for (size_t at = 1; failed; at++) {
		test_memory_fail(&memory, at, false);
		rpv_status status = rpv_partial_merge(a, b, NULL);
		failed = test_memory_failed(&memory);
		test_memory_fail(&memory, 0, false);
		assert_status(failed ? RPV_E_NOMEM : RPV_OK, status);
		if (failed)
			assert_same_bytes(kept, a);
	}
	merge(kept, b);
	assert_same_bytes(kept, a);
	rpv_partial_free(a);
	rpv_partial_free(b);
	rpv_partial_free(kept);
	assert_int_equal(0, memory.live);
	close_world(&whole);
	close_world(&other);
}

static void test_partial_when_arguments_are_wrong_then_refused(void **state)
{
	test_world world, *w = &world;
	rpv_score_query query = RPV_SCORE_QUERY_INIT;
	rpv_score score = RPV_SCORE_INIT;
	rpv_partial_info info = RPV_PARTIAL_INFO_INIT;
	rpv_partial_impact impact = RPV_PARTIAL_IMPACT_INIT;
	rpv_score_engine *engine;
	rpv_partial *none = (rpv_partial *)w;
	const void *data = w;
	size_t size = 1;
	(void)state;
	open_fleet(w);
	assert_call(RPV_OK, rpv_score_engine_open(w->session, &engine));
	query.category = RPV_CATEGORY_OS;
	assert_call(RPV_E_INVALID, rpv_partial_take(engine, &query, &none));
	assert_null(none);
	query.category = RPV_CATEGORY_UNCHANGED;
	query.group = "Nowhere";
	assert_call(RPV_E_NOT_FOUND, rpv_partial_take(engine, &query, &none));
	assert_status(RPV_E_INVALID, rpv_partial_take(NULL, NULL, &none));
	assert_call(RPV_E_INVALID, rpv_partial_take(engine, NULL, NULL));
	rpv_score_engine_close(engine);
	assert_status(RPV_E_INVALID, rpv_partial_bytes(NULL, &data, &size));
	assert_null(data);
	assert_int_equal(0, size);
	assert_status(RPV_E_INVALID, rpv_partial_read(NULL, 0, NULL, &none, NULL));
	assert_status(RPV_E_CORRUPT, rpv_partial_read("", 0, NULL, &none, NULL));
	assert_int_equal(0, rpv_partial_count(NULL));
	rpv_partial_free(NULL);
	rpv_partial *p = take(w->session, NULL);
	assert_status(RPV_E_INVALID, rpv_partial_merge(p, p, NULL));
	assert_status(RPV_E_INVALID, rpv_partial_merge(p, NULL, NULL));
	assert_status(RPV_E_INVALID, rpv_partial_score(p, (rpv_category)99, &score));
	assert_status(RPV_E_INVALID, rpv_partial_score(NULL, RPV_CATEGORY_UNCHANGED, &score));
	score.struct_size = info.struct_size = impact.struct_size = 3;
	assert_status(RPV_E_INVALID, rpv_partial_score(p, RPV_CATEGORY_UNCHANGED, &score));
	assert_status(RPV_E_INVALID, rpv_partial_read_info(p, &info));
	assert_status(RPV_E_INVALID, rpv_partial_impact_at(p, 0, &impact));
	rpv_partial_free(p);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_partial_when_parts_of_any_fleet_merge_in_any_order_then_the_bits_of_the_whole),
		cmocka_unit_test(test_partial_when_sessions_see_different_groups_then_they_are_parts),
		cmocka_unit_test(test_partial_when_the_past_is_looked_at_then_of_that_time),
		cmocka_unit_test(test_partial_when_doubled_to_a_billion_devices_then_the_same_scores),
		cmocka_unit_test(test_partial_when_parts_were_asked_for_different_things_then_refused_by_name),
		cmocka_unit_test(test_partial_when_bytes_are_cut_or_damaged_then_refused),
		cmocka_unit_test(test_partial_when_the_bytes_are_those_of_the_documentation_then_read),
		cmocka_unit_test(test_partial_when_constants_differ_then_another_model),
		cmocka_unit_test(test_partial_when_memory_runs_out_then_unchanged),
		cmocka_unit_test(test_partial_when_arguments_are_wrong_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
