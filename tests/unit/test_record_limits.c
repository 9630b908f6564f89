/* SPDX-License-Identifier: MIT */
/* Records at their limits: values that stand for nothing are refused, and so is every record for which memory runs out at
 * any point of reading it. */
#include "../support/test.h"

#include "../../lib/codec/keys.h"
#include "../../lib/codec/parts.h"
#include "../../lib/codec/records.h"

/* Records with much to read into memory. */
static const char *const words[] = { "one", "two", "three", "four" };
static const uint32_t numbers[] = { 1, 5, 900 };
static const int64_t days[] = { 30, 7, 1 };
static const rpv__policy_entry entries[] = { { 3, days, 3 }, { 9, days + 1, 1 } };
static const rpv__control control = { .id = "c1", .description = "filters mail", .owner = "it@corp.example",
	.evidence = { words, 4 }, .kind = RPV_CONTROL_INTERNAL, .added_ms = 5 };
static const rpv__weakness weakness = { .id = "CVE-1", .title = "t", .cvss = { words, 3 }, .aliases = { words, 4 } };
static const rpv__recommendation recommendation = { .id = "r", .title = "t", .kind = RPV_KIND_UPDATE,
	.tags = { words, 2 }, .threats = { words, 3 } };
static const rpv__policy_record policy = { 7, entries, 2 };
static const rpv__census_row census_rows[] = { { .group = 1, .variants = numbers, .variant_count = 3 },
	{ .group = 4, .variants = numbers, .variant_count = 2 } };
static const rpv__census census = { .items = census_rows, .count = 2 };
static const rpv__group_count_pair in_groups[] = { { 1, 5 }, { 2, 7 }, { 9, 1 } };
static const rpv__event event = { .sequence = 3, .time_ms = 9, .commit_ms = 9, .actor = "ana@corp.example",
	.type = RPV_EVENT_EXCEPTION_FILED, .recommendation = "r", .groups = in_groups, .group_count = 3 };

#define KIND(name, type, in) \
	static void put_##name(rpv__buf *b) { rpv__put_##name(b, &(in)); } \
	static bool get_##name(rpv_bytes v, rpv__arena *into) { rpv__##type out; return rpv__get_##name(v, into, &out); }
KIND(control, control, control)
KIND(weakness, weakness, weakness)
KIND(recommendation, recommendation, recommendation)
KIND(policy, policy_record, policy)
KIND(census, census, census)
KIND(event, event, event)

static const struct { const char *name; void (*put)(rpv__buf *b); bool (*get)(rpv_bytes v, rpv__arena *into); } kinds[] = {
	{ "control", put_control, get_control }, { "weakness", put_weakness, get_weakness },
	{ "recommendation", put_recommendation, get_recommendation }, { "policy", put_policy, get_policy },
	{ "census", put_census, get_census }, { "event", put_event, get_event },
};

static rpv__alloc alloc;
static rpv__buf buf;
static rpv__arena arena;

static int set_up(void **state)
{
	(void)state;
	alloc = rpv__alloc_or_default(NULL);
	rpv__buf_init(&buf, &alloc);
	rpv__arena_init(&arena, &alloc);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rpv__buf_free(&buf);
	rpv__arena_free(&arena);
	return 0;
}

/* An arena hands out pieces of its first 1024 bytes without asking for more: with all but `room` of them gone, memory runs
 * out in the middle of a record. */
static bool read_within(size_t room, bool (*get)(rpv_bytes v, rpv__arena *into))
{
	test_memory memory = { 0 };
	rpv__alloc fragile = test_memory_allocator(&memory);
	rpv__arena small;
	rpv__arena_init(&small, &fragile);
	assert_non_null(rpv__arena_get(&small, 1024 - room));
	test_memory_fail(&memory, 1, true);
	bool good = get(rpv__buf_view(&buf), &small);
	rpv__arena_free(&small);
	assert_int_equal(0, memory.live);
	return good;
}

static void test_record_when_memory_runs_out_anywhere_then_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t refused = 0;
		buf.size = 0;
		kinds[i].put(&buf);
		assert_true(kinds[i].get(rpv__buf_view(&buf), &arena));
		for (size_t room = 0; room < 1024; room += 16)
			if (!read_within(room, kinds[i].get))
				assert_int_equal(refused++, room / 16); /* what was refused once was refused with less, too */
		if (refused < 2 || refused > 60)
			print_error("%s: refused %zu times\n", kinds[i].name, refused);
		assert_true(refused >= 2 && refused <= 60);
	}
}

/* Every figure in its own place: a number that no other has. */
static rpv__point full_point(void)
{
	rpv__point p = { UINT64_C(0x8000000000000001), RPV_SCORE_INIT };
	p.score.time_ms = INT64_C(253402300799999);
	p.score.devices = INT64_MAX;
	p.score.level = RPV_LEVEL_HIGH;
	p.score.exposure_official = 1.5;
	p.score.exposure_no_impact = 100;
	p.score.exposure_mitigation_like = 0x1p-44;
	p.score.secure_official = (rpv_secure_score){ 3, 4, 75 };
	p.score.secure_no_impact = (rpv_secure_score){ 0x1p-1074, 0x1.fffffffffffffp1023, -1 };
	p.score.secure_mitigation_like = (rpv_secure_score){ -0.0, 8, 9 };
	return p;
}

static void test_point_when_read_back_then_every_bit(void **state)
{
	const rpv__point in = full_point();
	rpv__point out = { 0, RPV_SCORE_INIT };
	(void)state;
	buf.size = 0;
	rpv__put_point(&buf, &in);
	assert_true(rpv__get_point(rpv__buf_view(&buf), &out));
	assert_true(in.digest == out.digest);
	assert_memory_equal(&in.score, &out.score, sizeof in.score);
	for (size_t size = 0; size < buf.size; size++)
		assert_false(rpv__get_point((rpv_bytes){ buf.data, size }, &out));
}

static void test_point_when_a_figure_is_no_number_then_refused(void **state)
{
	const double zero = 0, wrong[] = { 1 / zero, -1 / zero, zero / zero };
	rpv__point p, out;
	(void)state;
	for (size_t i = 0; i < 12; i++) {
		p = full_point();
		double *const figures[] = { &p.score.exposure_official, &p.score.exposure_no_impact,
			&p.score.exposure_mitigation_like, &p.score.secure_official.points, &p.score.secure_official.max_points,
			&p.score.secure_official.percent, &p.score.secure_no_impact.points, &p.score.secure_no_impact.max_points,
			&p.score.secure_no_impact.percent, &p.score.secure_mitigation_like.points,
			&p.score.secure_mitigation_like.max_points, &p.score.secure_mitigation_like.percent };
		*figures[i] = wrong[i % 3];
		buf.size = 0;
		rpv__put_point(&buf, &p);
		assert_false(rpv__get_point(rpv__buf_view(&buf), &out));
		assert_false(rpv__score_ok(&p.score));
	}
	p = full_point();
	p.score.devices++; /* more than a backup can say */
	assert_false(rpv__score_ok(&p.score));
	for (int level = 0; level < 6; level += 4) {
		p = full_point();
		p.score.level = (rpv_level)level;
		assert_false(rpv__score_ok(&p.score));
	}
}

static void test_record_when_more_is_asked_than_there_is_then_refused(void **state)
{
	(void)state;
	rpv__reader r = rpv__reader_of((rpv_bytes){ "x", 1 });
	assert_null(rpv__read_room(&r, &arena, SIZE_MAX / 8, 16));
	assert_true(r.bad);
}

static void test_control_when_its_kind_or_evidence_is_none_then_refused(void **state)
{
	(void)state;
	rpv__control wrong[] = { control, control, control };
	wrong[0].kind = RPV_CONTROL_UNCHANGED;
	wrong[1].kind = (rpv_control_kind)(RPV_CONTROL_INTERNAL + 1);
	wrong[2].evidence.count = 3;
	for (size_t i = 0; i < 3; i++) {
		buf.size = 0;
		rpv__put_control(&buf, &wrong[i]);
		assert_false(get_control(rpv__buf_view(&buf), &arena));
	}
}

/* The last byte of these is 0 or 1. */
static void test_facts_when_a_flag_is_neither_then_refused(void **state)
{
	(void)state;
	for (size_t i = 1; i < 3; i++) {
		buf.size = 0;
		kinds[i].put(&buf);
		buf.data[buf.size - 1] = 2;
		assert_false(kinds[i].get(rpv__buf_view(&buf), &arena));
	}
	rpv__revision revision = { .revision = 4, .tag = 9 }, got;
	buf.size = 0;
	rpv__put_revision(&buf, &revision);
	assert_true(rpv__get_revision(rpv__buf_view(&buf), &got));
	buf.data[buf.size - 9] = 2; /* before the tag of 8 bytes */
	assert_false(rpv__get_revision(rpv__buf_view(&buf), &got));
}

static void test_things_when_nameless_then_refused(void **state)
{
	(void)state;
	rpv__group group = { .name = "Sales" };
	rpv__device device = { .id = "pc-17" };
	rpv__weakness w = weakness;
	rpv__recommendation rec = recommendation;
	rpv__control c = control;
	for (int named = 1; named >= 0; named--) {
#define TRY(name, record) \
		rpv__buf_clear(&buf); \
		rpv__put_##name(&buf, &(record)); \
		assert_int_equal(named, rpv__get_##name(rpv__buf_view(&buf), &arena, &(record)))
		TRY(group, group);
		TRY(device, device);
		TRY(weakness, w);
		TRY(recommendation, rec);
		TRY(control, c);
		group.name = device.id = w.id = rec.id = c.id = NULL;
	}
}

static void test_recommendation_when_its_kind_or_category_is_none_then_refused(void **state)
{
	(void)state;
	rpv__recommendation wrong[] = { recommendation, recommendation };
	wrong[0].kind = (rpv_kind)(RPV_KIND_ATTENTION_REQUIRED + 1);
	wrong[1].category = (rpv_category)(RPV_CATEGORY_SECURITY_CONTROLS + 1);
	for (size_t i = 0; i < 2; i++) {
		buf.size = 0;
		rpv__put_recommendation(&buf, &wrong[i]);
		assert_false(get_recommendation(rpv__buf_view(&buf), &arena));
	}
}

static void test_threats_when_more_than_a_block_then_refused(void **state)
{
	static rpv__threat_block block, got;
	(void)state;
	for (size_t i = 0; i < RPV__THREAT_BLOCK; i++)
		block.items[i] = (rpv__threat){ .flags = RPV__THREAT_EXISTS, .severity = 1, .exploit = 1, .epss = 5 };
	rpv__put_threat_block(&buf, &block);
	assert_true(rpv__get_threat_block(rpv__buf_view(&buf), &got));
	rpv__buf_u8(&buf, 0);
	assert_false(rpv__get_threat_block(rpv__buf_view(&buf), &got));
}

static void test_key_when_of_another_shape_then_not_taken_apart(void **state)
{
	(void)state;
	rpv__key key;
	rpv__reach_key reach;
	assert_false(rpv__key_is_reach(rpv__key32(&key, RPV__K_DEVICE, 5), &reach));
	assert_false(rpv__key_holds_nothing((rpv_bytes){ "", 0 }));
	assert_false(rpv__key_holds_nothing((rpv_bytes){ "\0x", 2 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_record_when_memory_runs_out_anywhere_then_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_point_when_read_back_then_every_bit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_point_when_a_figure_is_no_number_then_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_record_when_more_is_asked_than_there_is_then_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_control_when_its_kind_or_evidence_is_none_then_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_facts_when_a_flag_is_neither_then_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_things_when_nameless_then_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_recommendation_when_its_kind_or_category_is_none_then_refused, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_threats_when_more_than_a_block_then_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_key_when_of_another_shape_then_not_taken_apart, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
