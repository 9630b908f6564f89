/* SPDX-License-Identifier: MIT */
/* Records of facts: what goes in comes out, and no bytes at all do harm. */
#include "test.h"

#include "../../lib/codec/records.h"
#include "../../lib/codec/row_steps.h"
#include <stdlib.h>

#define ROUNDS 300

static const rpv__alloc *memory(void)
{
	static rpv__alloc alloc;
	alloc = rpv__alloc_or_default(NULL);
	return &alloc;
}

/* --- random parts; what they hold lives in the arena --- */
typedef struct dice { test_random random; rpv__arena arena; } dice;

static uint64_t below(dice *d, uint64_t bound)
{
	return test_random_below(&d->random, bound);
}

static bool toss(dice *d)
{
	return below(d, 2);
}

/* Numbers of all magnitudes. */
static uint64_t number(dice *d, uint64_t most)
{
	uint64_t n = test_random_next(&d->random) >> below(d, 64);
	return n > most ? most : n;
}

static uint32_t u32(dice *d)
{
	return (uint32_t)number(d, UINT32_MAX);
}

static int64_t instant(dice *d)
{
	return toss(d) ? 1772323200000 + (int64_t)below(d, 1000) : (int64_t)number(d, 253402300799999);
}

static const char *text(dice *d)
{
	char bytes[40];
	size_t size = (size_t)below(d, sizeof bytes);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(1 + below(d, 127));
	return rpv__arena_text(&d->arena, bytes, size);
}

static const char *maybe(dice *d)
{
	return toss(d) ? text(d) : NULL;
}

static rpv__texts texts(dice *d)
{
	size_t count = (size_t)below(d, 4);
	const char **items = rpv__arena_get(&d->arena, (count + 1) * sizeof *items);
	for (size_t i = 0; i < count; i++)
		items[i] = text(d);
	return (rpv__texts){ count ? items : NULL, count };
}

/* Ascending, from 1. */
static uint32_t *ascending(dice *d, size_t *count)
{
	uint32_t *items = rpv__arena_get(&d->arena, 20 * sizeof *items);
	*count = (size_t)below(d, 20);
	for (size_t i = 0; i < *count; i++)
		items[i] = (i ? items[i - 1] : 0) + 1 + (uint32_t)below(d, toss(d) ? 3 : 1000000);
	return items;
}

static void same_text(const char *a, const char *b)
{
	assert_int_equal(a == NULL, b == NULL);
	if (a)
		assert_string_equal(a, b);
}

static void same_texts(const rpv__texts *a, const rpv__texts *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_string_equal(a->items[i], b->items[i]);
}

static void same_numbers(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
	assert_int_equal(a_count, b_count);
	for (size_t i = 0; i < a_count; i++)
		assert_int_equal(a[i], b[i]);
}

/* --- kinds of records: each makes one, writes it, and compares what is read --- */
typedef union any {
	rpv__group group; rpv__group_count group_count; rpv__device device; rpv__device_hot hot; rpv__holdings holdings;
	rpv__row row; rpv__states states; rpv__weakness weakness; rpv__threat_block block;
	rpv__recommendation recommendation; rpv__variant variant; rpv__counter counter;
} any;

typedef struct kind {
	void (*make)(dice *d, any *out);
	void (*put)(rpv__buf *b, const any *r);
	bool (*get)(rpv_bytes v, rpv__arena *into, any *r);
	void (*same)(const any *a, const any *b);
} kind;

#define PUT_GET(noun, member)                                                                                        \
	static void put_##noun(rpv__buf *b, const any *r) { rpv__put_##noun(b, &r->member); }                            \
	static bool get_##noun(rpv_bytes v, rpv__arena *into, any *r) { return rpv__get_##noun(v, into, &r->member); }
#define PUT_GET_PLAIN(noun, member)                                                                                  \
	static void put_##noun(rpv__buf *b, const any *r) { rpv__put_##noun(b, &r->member); }                            \
	static bool get_##noun(rpv_bytes v, rpv__arena *into, any *r) { (void)into; return rpv__get_##noun(v, &r->member); }
PUT_GET(group, group)
PUT_GET_PLAIN(group_count, group_count)
PUT_GET(device, device)
PUT_GET(device_hot, hot)
PUT_GET(holdings, holdings)
PUT_GET(row, row)
PUT_GET(states, states)
PUT_GET(weakness, weakness)
PUT_GET_PLAIN(threat_block, block)
PUT_GET(recommendation, recommendation)
PUT_GET(variant, variant)
PUT_GET(counter, counter)

static void make_group(dice *d, any *out)
{
	out->group = (rpv__group){ text(d), maybe(d), u32(d), toss(d) };
}

static void same_group(const any *a, const any *b)
{
	same_text(a->group.name, b->group.name);
	same_text(a->group.description, b->group.description);
	assert_int_equal(a->group.rank, b->group.rank);
	assert_int_equal(a->group.declared, b->group.declared);
}

static void make_group_count(dice *d, any *out)
{
	out->group_count.known = number(d, UINT64_MAX);
	for (size_t i = 0; i < 3; i++)
		out->group_count.counted[i] = number(d, UINT64_MAX);
}

static void same_group_count(const any *a, const any *b)
{
	assert_true(a->group_count.known == b->group_count.known);
	for (size_t i = 0; i < 3; i++)
		assert_true(a->group_count.counted[i] == b->group_count.counted[i]);
}

static void make_device(dice *d, any *out)
{
	out->device = (rpv__device){ text(d), maybe(d), maybe(d), maybe(d), texts(d), instant(d) };
}

static void same_device(const any *a, const any *b)
{
	const rpv__device *x = &a->device, *y = &b->device;
	same_text(x->id, y->id);
	same_text(x->name, y->name);
	same_text(x->os, y->os);
	same_text(x->justification, y->justification);
	same_texts(&x->tags, &y->tags);
	assert_true(x->first_seen_ms == y->first_seen_ms);
}

static void make_hot(dice *d, any *out)
{
	rpv__report *reports = rpv__arena_get(&d->arena, 5 * sizeof *reports);
	rpv__device_hot *h = &out->hot;
	*h = (rpv__device_hot){ u32(d), (rpv_value)(1 + below(d, 3)), (uint32_t)below(d, 32), instant(d), reports, 0 };
	h->report_count = (size_t)below(d, 5);
	for (size_t i = 0; i < h->report_count; i++)
		reports[i] = (rpv__report){ u32(d), toss(d) ? h->last_seen_ms : instant(d) };
}

static void same_hot(const any *a, const any *b)
{
	const rpv__device_hot *x = &a->hot, *y = &b->hot;
	assert_int_equal(x->group, y->group);
	assert_int_equal(x->value, y->value);
	assert_int_equal(x->flags, y->flags);
	assert_true(x->last_seen_ms == y->last_seen_ms);
	assert_int_equal(x->report_count, y->report_count);
	for (size_t i = 0; i < x->report_count; i++) {
		assert_int_equal(x->reports[i].source, y->reports[i].source);
		assert_true(x->reports[i].newest_ms == y->reports[i].newest_ms);
	}
}

static void make_holdings(dice *d, any *out)
{
	rpv__holding *items = rpv__arena_get(&d->arena, 20 * sizeof *items);
	size_t count = (size_t)below(d, 20);
	for (size_t i = 0; i < count; i++) {
		rpv__holding *h = &items[i];
		bool again = i && below(d, 4) == 0;
		h->recommendation = i ? items[i - 1].recommendation + (again ? 0 : 1 + (uint32_t)below(d, 300)) : u32(d) / 2;
		h->source = (again ? items[i - 1].source : 0) + 1 + (uint32_t)below(d, 3);
		h->configuration = toss(d);
		if (h->configuration) {
			h->state = (rpv_configuration_state)(1 + below(d, 3));
			h->user_impact = toss(d);
		} else {
			h->variant = u32(d);
			h->version = u32(d);
		}
		h->first_seen_ms = instant(d);
		h->last_seen_ms = toss(d) ? instant(d) : 0;
	}
	out->holdings = (rpv__holdings){ items, count };
}

static void same_holdings(const any *a, const any *b)
{
	assert_int_equal(a->holdings.count, b->holdings.count);
	for (size_t i = 0; i < a->holdings.count; i++) {
		const rpv__holding *x = &a->holdings.items[i], *y = &b->holdings.items[i];
		assert_int_equal(x->recommendation, y->recommendation);
		assert_int_equal(x->source, y->source);
		assert_int_equal(x->configuration, y->configuration);
		assert_int_equal(x->variant, y->variant);
		assert_int_equal(x->version, y->version);
		assert_int_equal(x->state, y->state);
		assert_int_equal(x->user_impact, y->user_impact);
		assert_true(x->first_seen_ms == y->first_seen_ms);
		assert_true(x->last_seen_ms == y->last_seen_ms);
	}
}

static void make_row(dice *d, any *out)
{
	out->row.variants = ascending(d, &out->row.count);
}

static void same_row(const any *a, const any *b)
{
	same_numbers(a->row.variants, a->row.count, b->row.variants, b->row.count);
}

static void make_states(dice *d, any *out)
{
	size_t count;
	const uint32_t *recommendations = ascending(d, &count);
	rpv__state *items = rpv__arena_get(&d->arena, (count + 1) * sizeof *items);
	for (size_t i = 0; i < count; i++)
		items[i] = (rpv__state){ recommendations[i], (rpv_configuration_state)(1 + below(d, 3)), toss(d) };
	out->states = (rpv__states){ items, count };
}

static void same_states(const any *a, const any *b)
{
	assert_int_equal(a->states.count, b->states.count);
	for (size_t i = 0; i < a->states.count; i++) {
		assert_int_equal(a->states.items[i].recommendation, b->states.items[i].recommendation);
		assert_int_equal(a->states.items[i].state, b->states.items[i].state);
		assert_int_equal(a->states.items[i].user_impact, b->states.items[i].user_impact);
	}
}

static void make_weakness(dice *d, any *out)
{
	out->weakness = (rpv__weakness){ text(d), maybe(d), maybe(d), texts(d), texts(d), instant(d), instant(d), instant(d),
	                                 toss(d) };
}

static void same_weakness(const any *a, const any *b)
{
	const rpv__weakness *x = &a->weakness, *y = &b->weakness;
	same_text(x->id, y->id);
	same_text(x->title, y->title);
	same_text(x->epss_model, y->epss_model);
	same_texts(&x->cvss, &y->cvss);
	same_texts(&x->aliases, &y->aliases);
	assert_true(x->known_exploited_ms == y->known_exploited_ms);
	assert_true(x->published_ms == y->published_ms);
	assert_true(x->updated_ms == y->updated_ms);
	assert_int_equal(x->severity_given, y->severity_given);
}

static void make_block(dice *d, any *out)
{
	memset(&out->block, 0, sizeof out->block);
	for (size_t i = 0, count = (size_t)below(d, RPV__THREAT_BLOCK + 1); i < count; i++)
		if (toss(d))
			out->block.items[i] = (rpv__threat){ toss(d) ? RPV__EPSS_UNKNOWN : (uint32_t)below(d, 1000000001),
				(uint8_t)(1 + below(d, 5)), (uint8_t)(1 + below(d, 4)), (uint8_t)(RPV__THREAT_EXISTS + below(d, 64)) };
}

static void same_block(const any *a, const any *b)
{
	for (size_t i = 0; i < RPV__THREAT_BLOCK; i++) {
		const rpv__threat *x = &a->block.items[i], *y = &b->block.items[i];
		assert_int_equal(x->epss, y->epss);
		assert_int_equal(x->severity, y->severity);
		assert_int_equal(x->exploit, y->exploit);
		assert_int_equal(x->flags, y->flags);
	}
}

static void make_recommendation(dice *d, any *out)
{
	out->recommendation = (rpv__recommendation){ text(d), maybe(d), maybe(d), maybe(d), maybe(d), maybe(d), maybe(d),
		maybe(d), maybe(d), maybe(d), maybe(d), (rpv_kind)(1 + below(d, 5)), (rpv_category)(1 + below(d, 5)),
		(uint32_t)below(d, 11), texts(d), texts(d), toss(d) };
}

static void same_recommendation(const any *a, const any *b)
{
	const rpv__recommendation *x = &a->recommendation, *y = &b->recommendation;
	same_text(x->id, y->id);
	same_text(x->subcategory, y->subcategory);
	same_text(x->vendor, y->vendor);
	same_text(x->product, y->product);
	same_text(x->recommended_version, y->recommended_version);
	same_text(x->recommended_vendor, y->recommended_vendor);
	same_text(x->recommended_program, y->recommended_program);
	same_text(x->title, y->title);
	same_text(x->description, y->description);
	same_text(x->steps, y->steps);
	same_text(x->component, y->component);
	assert_int_equal(x->kind, y->kind);
	assert_int_equal(x->category, y->category);
	assert_int_equal(x->points, y->points);
	same_texts(&x->tags, &y->tags);
	same_texts(&x->threats, &y->threats);
	assert_int_equal(x->removed, y->removed);
}

static void make_variant(dice *d, any *out)
{
	out->variant = (rpv__variant){ u32(d), maybe(d), NULL, 0, NULL, 0 };
	out->variant.weaknesses = ascending(d, &out->variant.weakness_count);
	out->variant.parts = ascending(d, &out->variant.part_count);
}

static void same_variant(const any *a, const any *b)
{
	const rpv__variant *x = &a->variant, *y = &b->variant;
	assert_int_equal(x->recommendation, y->recommendation);
	same_text(x->set, y->set);
	same_numbers(x->weaknesses, x->weakness_count, y->weaknesses, y->weakness_count);
	same_numbers(x->parts, x->part_count, y->parts, y->part_count);
}

static void make_counter(dice *d, any *out)
{
	size_t count, states = 0;
	const uint32_t *variants = ascending(d, &count);
	rpv__counter_row *rows = rpv__arena_get(&d->arena, (count + 6) * sizeof *rows);
	for (unsigned i = 0; i < 6; i++)
		if (toss(d))
			rows[states++] = (rpv__counter_row){ .state = (rpv_configuration_state)(1 + i / 2), .user_impact = i % 2 };
	for (size_t i = 0; i < count; i++)
		rows[states + i].variant = variants[i];
	for (size_t i = 0; i < states + count; i++)
		for (size_t c = 0; c < RPV__CLASSES; c++)
			rows[i].devices[c] = toss(d) ? u32(d) : 0;
	out->counter = (rpv__counter){ rows, states + count };
}

static void same_counter(const any *a, const any *b)
{
	assert_int_equal(a->counter.count, b->counter.count);
	for (size_t i = 0; i < a->counter.count; i++) {
		const rpv__counter_row *x = &a->counter.items[i], *y = &b->counter.items[i];
		assert_int_equal(x->variant, y->variant);
		assert_int_equal(x->state, y->state);
		assert_int_equal(x->user_impact, y->user_impact);
		for (size_t c = 0; c < RPV__CLASSES; c++)
			assert_int_equal(x->devices[c], y->devices[c]);
	}
}

static const kind kinds[] = {
	{ make_group, put_group, get_group, same_group },
	{ make_group_count, put_group_count, get_group_count, same_group_count },
	{ make_device, put_device, get_device, same_device },
	{ make_hot, put_device_hot, get_device_hot, same_hot },
	{ make_holdings, put_holdings, get_holdings, same_holdings },
	{ make_row, put_row, get_row, same_row },
	{ make_states, put_states, get_states, same_states },
	{ make_weakness, put_weakness, get_weakness, same_weakness },
	{ make_block, put_threat_block, get_threat_block, same_block },
	{ make_recommendation, put_recommendation, get_recommendation, same_recommendation },
	{ make_variant, put_variant, get_variant, same_variant },
	{ make_counter, put_counter, get_counter, same_counter },
};

/* --- the tests --- */
static void with_records(uint64_t seed, size_t rounds, void (*look)(dice *d, const kind *k, const any *r, rpv_bytes v))
{
	dice d = { { seed }, { { NULL, NULL }, NULL } };
	rpv__arena_init(&d.arena, memory());
	for (size_t round = 0; round < rounds; round++)
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
			any record;
			rpv__buf b;
			rpv__buf_init(&b, memory());
			kinds[k].make(&d, &record);
			kinds[k].put(&b, &record);
			assert_int_equal(RPV_OK, b.status);
			look(&d, &kinds[k], &record, rpv__buf_view(&b));
			rpv__buf_free(&b);
			rpv__arena_free(&d.arena);
		}
}

static void read_back(dice *d, const kind *k, const any *record, rpv_bytes value)
{
	any got;
	assert_int_equal(1, *(const uint8_t *)value.data);
	assert_true(k->get(value, &d->arena, &got));
	k->same(record, &got);
}

static void test_record_when_read_back_then_the_same(void **state)
{
	(void)state;
	with_records(1, ROUNDS, read_back);
}

/* A block of its own size, so that reading behind it is noticed. */
static bool try(dice *d, const kind *k, const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	any got;
	assert_non_null(copy);
	if (size)
		memcpy(copy, bytes, size);
	bool ok = k->get((rpv_bytes){ copy, size }, &d->arena, &got);
	free(copy);
	return ok;
}

/* Whatever comes of it: nothing behind the bytes is read, and nothing falls over. */
static void damage(dice *d, const kind *k, const any *record, rpv_bytes value)
{
	uint8_t bytes[8192];
	(void)record;
	assert_true(value.size <= sizeof bytes);
	memcpy(bytes, value.data, value.size);
	for (size_t size = 0; size < value.size; size++)
		try(d, k, bytes, size);
	for (size_t i = 0; i < value.size; i++) {
		uint8_t was = bytes[i];
		bytes[i] = (uint8_t)(was ^ (1u << below(d, 8)));
		try(d, k, bytes, value.size);
		bytes[i] = (uint8_t)test_random_next(&d->random);
		try(d, k, bytes, value.size);
		bytes[i] = was;
	}
}

static void test_record_when_cut_or_damaged_then_survives(void **state)
{
	(void)state;
	with_records(2, 20, damage);
}

static void test_record_when_any_bytes_then_survives(void **state)
{
	dice d = { { 3 }, { { NULL, NULL }, NULL } };
	(void)state;
	rpv__arena_init(&d.arena, memory());
	for (size_t round = 0; round < 20000; round++) {
		uint8_t bytes[64] = { 1 };
		size_t size = (size_t)below(&d, sizeof bytes);
		for (size_t i = 1; i < size; i++)
			bytes[i] = (uint8_t)(test_random_next(&d.random) >> below(&d, 8));
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			try(&d, &kinds[k], bytes, size);
		rpv__arena_free(&d.arena);
	}
}

static void other_version(dice *d, const kind *k, const any *record, rpv_bytes value)
{
	uint8_t bytes[8192];
	(void)record;
	memcpy(bytes, value.data, value.size);
	bytes[0] = 2;
	assert_false(try(d, k, bytes, value.size));
	assert_false(try(d, k, bytes, 0));
}

static void test_record_when_of_another_codec_then_not_read(void **state)
{
	(void)state;
	with_records(4, 20, other_version);
}

static void test_record_when_there_is_no_memory_then_not_read(void **state)
{
	test_memory failing = { 0 };
	rpv_allocator allocator = test_memory_allocator(&failing);
	rpv__variant variant = { 7, "1.0", (const uint32_t[]){ 1, 2, 3 }, 3, NULL, 0 }, got;
	rpv__arena arena;
	rpv__buf b;
	(void)state;
	rpv__buf_init(&b, memory());
	rpv__put_variant(&b, &variant);
	rpv__arena_init(&arena, &allocator);
	test_memory_fail(&failing, 1, true);
	assert_false(rpv__get_variant(rpv__buf_view(&b), &arena, &got));
	rpv__arena_free(&arena);
	rpv__buf_free(&b);
}

/* An ordinary fleet: hundreds of software products of one scanner, first seen by a few reports. */
static void test_holdings_when_many_then_a_few_bytes_each(void **state)
{
	rpv__holding items[200];
	rpv__holdings holdings = { items, 200 };
	rpv__buf b;
	(void)state;
	memset(items, 0, sizeof items);
	for (uint32_t i = 0; i < 200; i++)
		items[i] = (rpv__holding){ .recommendation = 5 * i + 1, .source = 1, .variant = 9000 + 7 * i, .version = 400 + i,
		                           .first_seen_ms = 1772323200000 + (i / 50) * INT64_C(86400000) };
	rpv__buf_init(&b, memory());
	rpv__put_holdings(&b, &holdings);
	assert_true(b.size <= 200 * 8);
	rpv__buf_free(&b);
}

/* The memory for reports is asked for by the bytes there are: an odd one out must not be read past it. */
static void test_device_when_a_report_is_cut_then_refused_within_its_memory(void **state)
{
	rpv__alloc alloc = rpv__alloc_or_default(NULL);
	uint8_t bytes[8192] = { 1, 0, 2, 0 }; /* group 0, normal value, never seen; reports of source 0 */
	(void)state;
	for (size_t size = 4; size <= sizeof bytes; size++) {
		uint8_t *value = malloc(size);
		rpv__arena arena;
		rpv__device_hot device;
		assert_non_null(value);
		memcpy(value, bytes, size);
		rpv__arena_init(&arena, &alloc);
		assert_int_equal(size % 2 == 0, rpv__get_device_hot((rpv_bytes){ value, size }, &arena, &device));
		rpv__arena_free(&arena);
		free(value);
	}
}

/* --- rows, read step by step --- */
/* Steps of one byte, two, and more; some that nobody writes: 0, longer than they have to be, cut. */
static size_t any_steps(dice *d, uint8_t *out, size_t most)
{
	size_t size = 0;
	out[size++] = 1; /* the codec */
	if (below(d, 10) == 0) { /* close to the last number */
		const uint8_t high[] = { 0xFF, 0xFF, 0xFF, 0xFF, 0x0F };
		memcpy(out + size, high, sizeof high);
		out[size] = (uint8_t)(128 + below(d, 128));
		out[size + 1] = (uint8_t)(128 + below(d, 128));
		size += sizeof high;
	}
	for (size_t n = below(d, 60); n > 0 && size + 6 < most; n--) {
		static const uint8_t lengths[] = { 1, 1, 1, 2, 2, 2, 3, 5 };
		size_t length = lengths[below(d, below(d, 4) ? 6 : sizeof lengths)];
		for (size_t i = 1; i < length; i++)
			out[size++] = (uint8_t)(128 + below(d, 128));
		out[size++] = (uint8_t)(below(d, 60) ? 1 + below(d, 15) : below(d, 2) * 128);
	}
	return size - (below(d, 20) == 0 && size > 1);
}

static bool step_by_step(rpv_bytes bytes, uint32_t *out, size_t *count)
{
	rpv__reader r = rpv__reader_of(bytes);
	(void)rpv__read_u8(&r);
	for (*count = 0; r.at != r.end; ++*count) {
		uint32_t before = *count ? out[*count - 1] : 0;
		uint64_t step = rpv__read_uint_max(&r, UINT32_MAX - before);
		if (r.bad || step == 0)
			return false;
		out[*count] = before + (uint32_t)step;
	}
	return true;
}

/* By one way to read many steps at once, and those steps one by one at which it stops. */
static bool read_by(rpv__row_stepper *way, rpv_bytes value, uint32_t *out, size_t *count)
{
	rpv__reader r = rpv__reader_of(value);
	(void)rpv__read_u8(&r);
	for (*count = 0; r.at != r.end;) {
		const uint8_t *since = r.at;
		size_t more = way(&r, *count ? out[*count - 1] : 0, out + *count);
		assert_true(r.at >= since && r.at <= r.end && more <= (size_t)(r.at - since));
		*count += more;
		if (r.at == r.end)
			break;
		uint32_t before = *count ? out[*count - 1] : 0;
		uint64_t step = rpv__read_uint_max(&r, UINT32_MAX - before);
		if (r.bad || step == 0)
			return false;
		out[(*count)++] = before + (uint32_t)step;
	}
	return true;
}

static void test_row_when_many_steps_at_once_then_as_one_by_one(void **state)
{
	rpv__row_stepper *ways[] = { rpv__row_steps, rpv__row_steps_plain, rpv__row_steps_plain };
	dice d = { .random = { 815 } };
	(void)state;
#ifdef RPV__HAVE_SSE41
	if (__builtin_cpu_supports("sse4.1"))
		ways[2] = rpv__row_steps_sse41;
#endif
	for (int round = 0; round < 40000; round++) {
		uint8_t bytes[400], *exact;
		uint32_t expected[400], got[400 + RPV__ROW_STEPS_MORE];
		size_t count, size = any_steps(&d, bytes, sizeof bytes);
		if (below(&d, 3) == 0) /* no longer ones among them */
			for (size_t i = 1; i + 1 < size; i++)
				bytes[i] = (uint8_t)(bytes[i - 1] > 127 || toss(&d) ? 1 + below(&d, 127) : 128 + below(&d, 128));
		if (bytes[size - 1] > 127) /* those that are cut are not asked for */
			continue;
		exact = malloc(size); /* reading past it would be seen */
		assert_non_null(exact);
		memcpy(exact, bytes, size);
		bool right = step_by_step((rpv_bytes){ bytes, size }, expected, &count);
		for (size_t way = 0; way < RPV__COUNT(ways); way++) {
			size_t again;
			assert_int_equal(right, read_by(ways[way], (rpv_bytes){ exact, size }, got, &again));
			if (right) {
				assert_int_equal(count, again);
				assert_memory_equal(expected, got, count * sizeof *got);
			}
		}
		free(exact);
	}
}

static void test_row_when_any_steps_then_as_read_step_by_step(void **state)
{
	(void)state;
	dice d = { .random = { 4711 } };
	size_t good = 0, bad = 0;
	rpv__arena_init(&d.arena, memory());
	for (int round = 0; round < 40000; round++) {
		uint8_t bytes[400];
		uint32_t expected[400];
		size_t count;
		rpv__row row = { NULL, 0 };
		rpv_bytes value = { bytes, any_steps(&d, bytes, sizeof bytes) };
		bool right = step_by_step(value, expected, &count);
		assert_int_equal(right, rpv__get_row(value, &d.arena, &row));
		if (right) {
			assert_int_equal(count, row.count);
			if (count)
				assert_memory_equal(expected, row.variants, count * sizeof *expected);
		}
		good += right && count > 8;
		bad += !right;
		rpv__arena_reuse(&d.arena);
	}
	assert_true(good > 5000 && bad > 5000);
	rpv__arena_free(&d.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record_when_read_back_then_the_same),
		cmocka_unit_test(test_record_when_cut_or_damaged_then_survives),
		cmocka_unit_test(test_record_when_any_bytes_then_survives),
		cmocka_unit_test(test_record_when_of_another_codec_then_not_read),
		cmocka_unit_test(test_record_when_there_is_no_memory_then_not_read),
		cmocka_unit_test(test_device_when_a_report_is_cut_then_refused_within_its_memory),
		cmocka_unit_test(test_holdings_when_many_then_a_few_bytes_each),
		cmocka_unit_test(test_row_when_any_steps_then_as_read_step_by_step),
		cmocka_unit_test(test_row_when_many_steps_at_once_then_as_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
