/* SPDX-License-Identifier: MIT */
/* What batches keep besides what was said: rows, states, counters and indexes, worked out anew from the holdings after
 * every batch of a random history. */
#include "facts.h"

#include "../../lib/service/store.h"

#define DEVICES 64
#define VARIANTS 4096
#define RECOMMENDATIONS 256
#define GROUPS 16

typedef struct counted { uint32_t recommendation, group, variant; unsigned state; bool impact; unsigned class; } counted;

/* Everything under the keys that matter, by number. */
typedef struct loaded {
	rpv__arena arena;
	rpv__revision revision;
	rpv__device_hot hot[DEVICES]; bool device[DEVICES];
	rpv__holdings holdings[DEVICES];
	rpv__row rows[DEVICES];
	rpv__states states[DEVICES];
	rpv__variant variants[VARIANTS]; bool variant[VARIANTS];
	rpv__recommendation recommendations[RECOMMENDATIONS]; bool recommendation[RECOMMENDATIONS];
	rpv__group groups[GROUPS]; bool group[GROUPS];
	rpv__group_count counts[GROUPS];
	counted stored[4096]; uint32_t stored_devices[4096]; size_t stored_count;
	size_t pointers;         /* from weaknesses to variants */
} loaded;

static void load_counter(loaded *l, uint32_t recommendation, uint32_t group, rpv_bytes value)
{
	rpv__counter counter;
	assert_true(rpv__get_counter(value, &l->arena, &counter));
	assert_true(counter.count > 0);
	for (size_t i = 0; i < counter.count; i++)
		for (unsigned c = 0; c < RPV__CLASSES; c++) {
			const rpv__counter_row *row = &counter.items[i];
			if (!row->devices[c])
				continue;
			l->stored[l->stored_count] = (counted){ recommendation, group, row->variant, row->state, row->user_impact, c };
			l->stored_devices[l->stored_count++] = row->devices[c];
		}
}

static rpv_status load_pair(void *user, rpv_bytes key, rpv_bytes value)
{
	loaded *l = user;
	rpv__arena *a = &l->arena;
	uint32_t n, m;
	bool ok = true;
	value = test_unsummed(key, value);
	if (rpv__key_is32(key, RPV__K_DEVICE_HOT, &n))
		ok = l->device[n] = rpv__get_device_hot(value, a, &l->hot[n]);
	else if (rpv__key_is32(key, RPV__K_HOLDINGS, &n))
		ok = rpv__get_holdings(value, a, &l->holdings[n]);
	else if (rpv__key_is32(key, RPV__K_ROW, &n))
		ok = rpv__get_row(value, a, &l->rows[n]);
	else if (rpv__key_is32(key, RPV__K_STATES, &n))
		ok = rpv__get_states(value, a, &l->states[n]);
	else if (rpv__key_is32(key, RPV__K_VARIANT, &n))
		ok = l->variant[n] = rpv__get_variant(value, a, &l->variants[n]);
	else if (rpv__key_is32(key, RPV__K_RECOMMENDATION, &n))
		ok = l->recommendation[n] = rpv__get_recommendation(value, a, &l->recommendations[n]);
	else if (rpv__key_is32(key, RPV__K_GROUP, &n))
		ok = l->group[n] = rpv__get_group(value, a, &l->groups[n]);
	else if (rpv__key_is32(key, RPV__K_GROUP_COUNT, &n))
		ok = rpv__get_group_count(value, &l->counts[n]);
	else if (rpv__key_is32_32(key, RPV__K_COUNTER, &n, &m))
		load_counter(l, n, m, value);
	else if (rpv__key_is32_32(key, RPV__K_WEAKNESS_VARIANT, &n, &m))
		l->pointers++;
	else if (key.size == 1 && *(const char *)key.data == RPV__K_REVISION)
		ok = rpv__get_revision(value, &l->revision);
	return ok ? RPV_OK : RPV_E_CORRUPT;
}

static loaded *load(test_world *w)
{
	static loaded l;
	static rpv__alloc alloc;
	const rpv_storage *s = &w->storage.inner;
	memset(&l, 0, sizeof l);
	alloc = rpv__alloc_or_default(NULL);
	rpv__arena_init(&l.arena, &alloc);
	assert_ok(s->scan(s->user, (rpv_bytes){ NULL, 0 }, (rpv_bytes){ NULL, 0 }, 0, 0, load_pair, &l, NULL));
	return &l;
}

/* --- what should be there --- */
/* Weaknesses of a variant as bits. */
static uint64_t bits_of(const loaded *l, uint32_t variant)
{
	const rpv__variant *v = &l->variants[variant];
	uint64_t bits = 0;
	assert_true(variant < VARIANTS && l->variant[variant]);
	for (size_t i = 0; i < v->weakness_count; i++)
		bits |= UINT64_C(1) << v->weaknesses[i];
	for (size_t i = 0; i < v->part_count; i++)
		bits |= bits_of(l, v->parts[i]);
	return bits;
}

static bool alive(const loaded *l, uint32_t recommendation)
{
	return l->recommendation[recommendation] && !l->recommendations[recommendation].removed;
}

/* The device's row or state for a recommendation must say what its holdings come to. */
static void check_effect(const loaded *l, uint32_t device, uint32_t recommendation, uint32_t *variant, rpv__state *state)
{
	const rpv__holdings *held = &l->holdings[device];
	uint64_t wanted = 0;
	unsigned worst = 0;
	bool impact = false, named = false;
	*variant = 0;
	memset(state, 0, sizeof *state);
	for (size_t i = 0; i < held->count; i++) {
		const rpv__holding *h = &held->items[i];
		if (h->recommendation != recommendation)
			continue;
		named = true;
		if (h->configuration && h->state > worst)
			worst = h->state;
		impact = impact || (h->configuration && h->state == RPV_CONFIGURATION_EXPOSED && h->user_impact);
		if (!h->configuration)
			wanted |= bits_of(l, h->variant);
	}
	assert_true(named);
	for (size_t i = 0; i < l->rows[device].count; i++)
		if (l->variants[l->rows[device].variants[i]].recommendation == recommendation) {
			assert_int_equal(0, *variant);
			*variant = l->rows[device].variants[i];
		}
	for (size_t i = 0; i < l->states[device].count; i++)
		if (l->states[device].items[i].recommendation == recommendation)
			*state = l->states[device].items[i];
	assert_int_equal(worst, state->state);
	assert_int_equal(impact, state->user_impact);
	assert_int_equal(worst == 0, *variant != 0);
	if (*variant)
		assert_true(wanted == bits_of(l, *variant));
}

static void take_from_counters(loaded *l, const counted *c)
{
	for (size_t i = 0; i < l->stored_count; i++) {
		const counted *s = &l->stored[i];
		if (s->recommendation == c->recommendation && s->group == c->group && s->variant == c->variant &&
		    s->state == c->state && s->impact == c->impact && s->class == c->class) {
			assert_true(l->stored_devices[i] > 0);
			l->stored_devices[i]--;
			return;
		}
	}
	fail_msg("recommendation %u in group %u lacks a device", c->recommendation, c->group);
}

static void check_device(loaded *l, uint32_t device)
{
	const rpv__device_hot *hot = &l->hot[device];
	const rpv__holdings *held = &l->holdings[device];
	unsigned value = hot->value == RPV_VALUE_LOW ? 0 : hot->value == RPV_VALUE_HIGH ? 2 : 1;
	unsigned class = value + (hot->flags & RPV__DEVICE_INTERNET ? 3 : 0) + (hot->flags & RPV__DEVICE_ALERT ? 6 : 0);
	bool counts = !(hot->flags & (RPV__DEVICE_EXCLUDED | RPV__DEVICE_REMOVED));
	if (hot->flags & RPV__DEVICE_REMOVED) {
		assert_int_equal(0, held->count + l->rows[device].count + l->states[device].count);
		return;
	}
	l->counts[hot->group].known--;
	if (counts)
		l->counts[hot->group].counted[value]--;
	for (size_t i = 0; i < held->count; i++) {
		uint32_t r = held->items[i].recommendation, variant;
		rpv__state state;
		if ((i && held->items[i - 1].recommendation == r) || !alive(l, r))
			continue;
		check_effect(l, device, r, &variant, &state);
		if (counts)
			take_from_counters(l, &(counted){ r, hot->group, variant, state.state, state.user_impact, class });
	}
}

static void check(test_world *w)
{
	loaded *l = load(w);
	uint64_t devices = 0, groups = 0, recommendations = 0, pointers = 0;
	for (uint32_t g = 1; g < GROUPS; g++)
		groups += l->group[g] && (l->groups[g].declared || l->counts[g].known);
	for (uint32_t d = 0; d < DEVICES; d++)
		if (l->device[d]) {
			devices += !(l->hot[d].flags & RPV__DEVICE_REMOVED);
			check_device(l, d);
		}
	for (size_t i = 0; i < l->stored_count; i++)
		assert_int_equal(0, l->stored_devices[i]);
	for (uint32_t g = 0; g < GROUPS; g++)
		assert_int_equal(0, l->counts[g].known | l->counts[g].counted[0] | l->counts[g].counted[1] |
		                    l->counts[g].counted[2]);
	for (uint32_t r = 0; r < RECOMMENDATIONS; r++)
		recommendations += alive(l, r);
	for (uint32_t v = 0; v < VARIANTS; v++)
		pointers += l->variant[v] ? l->variants[v].weakness_count : 0;
	assert_int_equal(pointers, l->pointers);
	assert_int_equal(devices, l->revision.count[RPV__NEXT_DEVICE]);
	assert_int_equal(groups, l->revision.count[RPV__NEXT_GROUP]);
	assert_int_equal(recommendations, l->revision.count[RPV__NEXT_RECOMMENDATION]);
	rpv__arena_free(&l->arena);
}

static void any_batch(test_world *w, test_random *random)
{
	static const char *const sources[] = { "one", "two", NULL };
	rpv_batch_options options = RPV_BATCH_OPTIONS_INIT;
	rpv_batch *batch;
	rpv_status status;
	options.source = sources[test_random_below(random, 3)];
	options.lenient = test_random_below(random, 4) != 0;
	w->now += (int64_t)test_random_below(random, 3) * DAY;
	options.reported_ms = test_random_below(random, 4) ? 0 : w->now - (int64_t)test_random_below(random, 5) * DAY;
	assert_call(RPV_OK, rpv_batch_begin(w->session, &options, &batch));
	for (uint64_t i = test_random_below(random, 20) + 1; i > 0; i--)
		assert_call(RPV_OK, any_fact(random, batch));
	status = rpv_batch_commit(batch, NULL);
	if (status != RPV_OK)
		assert_call(RPV_E_INVALID, status);
	rpv_batch_free(batch);
}

static void test_records_when_any_batches_then_follow_from_the_holdings(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		test_world world, *w = &world;
		test_random random = { seed };
		open_world(w);
		for (int i = 0; i < 40; i++) {
			any_batch(w, &random);
			check(w);
		}
		close_world(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_when_any_batches_then_follow_from_the_holdings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
