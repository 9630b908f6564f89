/* SPDX-License-Identifier: MIT */
/* A damaged store is noticed. Each byte of each key of a small store is changed, records are taken out and doubled:
 * opening, reading and checking never crash or hang, and together name the damage, or every answer is as it was. */
#include "../support/interop.h"

#include <stdlib.h>

/* --- a storage that hands out what it is told --- */
typedef struct pair { uint8_t *key, *value; size_t key_size, value_size; } pair;
typedef struct pairs { pair *items; size_t count, cap; } pairs;

static uint8_t *copy_of(rpv_bytes bytes)
{
	uint8_t *copy = malloc(bytes.size + 1);
	assert_non_null(copy);
	if (bytes.size)
		memcpy(copy, bytes.data, bytes.size);
	return copy;
}

static rpv_status collect(void *user, rpv_bytes key, rpv_bytes value)
{
	pairs *all = user;
	if (all->count == all->cap) {
		all->cap = 2 * all->cap + 64;
		all->items = realloc(all->items, all->cap * sizeof *all->items);
		assert_non_null(all->items);
	}
	all->items[all->count++] = (pair){ copy_of(key), copy_of(value), key.size, value.size };
	return RPV_OK;
}

static void free_pairs(pairs *all)
{
	for (size_t i = 0; i < all->count; i++) {
		free(all->items[i].key);
		free(all->items[i].value);
	}
	free(all->items);
}

/* Pairs as they are, but for one: a storage in memory. `left_out`: all->count for none. */
static rpv_storage storage_of(const pairs *all, size_t left_out, const pair *added)
{
	rpv_storage storage = RPV_STORAGE_INIT;
	rpv_write *writes = calloc(all->count + 1, sizeof *writes);
	size_t n = 0;
	rpv_error error = RPV_ERROR_INIT;
	assert_non_null(writes);
	for (size_t i = 0; i <= all->count; i++) {
		const pair *p = i < all->count ? &all->items[i] : added;
		bool hidden = i < all->count && (i == left_out || (added && p->key_size == added->key_size &&
		                                                   memcmp(p->key, added->key, p->key_size) == 0));
		if (p && !hidden)
			writes[n++] = (rpv_write){ { p->key, p->key_size }, { p->value, p->value_size }, 0 };
	}
	assert_ok(rpv_memory_storage(NULL, &storage));
	assert_ok(storage.commit(storage.user, writes, n, NULL, 0, &error));
	free(writes);
	return storage;
}

/* --- a small store with something of everything --- */
static test_world open_over(rpv_storage storage, rpv_status *status)
{
	test_world w = { .now_ms = TEST_NOW };
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	options.storage = storage;
	options.clock = (rpv_clock){ NULL, NULL };
	static int64_t now_ms = TEST_NOW;
	rpv_clock_manual(&now_ms, &options.clock);
	w.options = (rpv_import_options)RPV_IMPORT_OPTIONS_INIT;
	principal.id = "tester@example.org";
	principal.permissions = RPV_PERMIT_ALL;
	*status = rpv_store_open(&options, &w.store, NULL);
	if (*status == RPV_OK)
		assert_ok(rpv_session_open(w.store, &principal, &w.session, NULL));
	return w;
}

static void close_over(test_world *w)
{
	rpv_session_close(w->session);
	rpv_store_close(w->store);
}

static void file(test_world *w, const char *recommendation, const char *weakness, const char *group)
{
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;
	rpv_error error;
	r.recommendation = recommendation;
	r.weakness = weakness;
	r.scope = group ? RPV_SCOPE_GROUPS : RPV_SCOPE_GLOBAL;
	r.groups = group ? &group : NULL;
	r.group_count = group != NULL;
	r.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	r.context = "accepted";
	r.duration_ms = RPV_DAYS(30);
	rpv_status status = rpv_exception_file(w->session, &r, NULL);
	error = *rpv_session_error(w->session);
	assert_status_error(RPV_OK, status, &error);
}

#define FACTS \
	"{'type':'device','id':'a','group':'Sales','value':'high'}\n" \
	"{'type':'device','id':'b','group':'Plant','internet_facing':true}\n" \
	"{'type':'device','id':'c','excluded':true}\n" \
	"{'type':'weakness','id':'CVE-2026-1','severity':'high','epss':0.2}\n" \
	"{'type':'weakness','id':'CVE-2026-2','severity':'low'}\n" \
	"{'type':'recommendation','id':'browser','kind':'update','title':'Update it'}\n" \
	"{'type':'recommendation','id':'lock','kind':'configuration_change','points':5}\n" \
	"{'type':'assessment','device':'a','recommendation':'browser','weaknesses':['CVE-2026-1','CVE-2026-2']}\n" \
	"{'type':'assessment','device':'b','recommendation':'browser','weaknesses':['CVE-2026-1']}\n" \
	"{'type':'assessment','device':'b','recommendation':'lock','state':'exposed'}\n" \
	"{'type':'control','id':'edr','kind':'third_party','description':'on all','review_interval_days':90}\n"

/* How many records it checked: of large values one, whatever the pieces. */
static uint64_t collect_all(test_world *w, rpv_storage *storage, pairs *all)
{
	uint64_t records = 0;
	rpv_error error = RPV_ERROR_INIT;
	assert_status_error(RPV_OK, rpv_store_check(w->store, &records, &error), &error);
	assert_ok(storage->scan(storage->user, (rpv_bytes){ "A", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, collect, all, &error));
	return records;
}

/* Two recommendations that are stored in two pieces each. */
static void large_store(pairs *all)
{
	rpv_storage storage = RPV_STORAGE_INIT;
	char *text = malloc(RPV_TEXT_MAX + 1);
	rpv_batch *batch;
	rpv_status status;
	assert_non_null(text);
	assert_ok(rpv_memory_storage(NULL, &storage));
	test_world w = open_over(storage, &status);
	assert_ok(status);
	assert_ok(rpv_batch_begin(w.session, NULL, &batch));
	for (int i = 0; i < 2; i++) {
		memset(text, 'a' + i, RPV_TEXT_MAX);
		text[RPV_TEXT_MAX] = 0;
		rpv_recommendation_facts r = { .id = i ? "one" : "two", .title = "Large", .description = text, .steps = text };
		assert_ok(rpv_batch_recommendation(batch, &r));
	}
	assert_ok(rpv_batch_commit(batch, NULL));
	rpv_batch_free(batch);
	free(text);
	uint64_t records = collect_all(&w, &storage, all);
	assert_int_equal(all->count, records + 2);
	close_over(&w);
}

static void record_scores(test_world *w)
{
	rpv_score_engine *engine;
	assert_ok(rpv_score_engine_open(w->session, &engine));
	assert_ok(rpv_score_record(engine, NULL));
	rpv_score_engine_close(engine);
}

static void small_store(pairs *all)
{
	rpv_storage storage = RPV_STORAGE_INIT;
	rpv_remediation_request request = RPV_REMEDIATION_REQUEST_INIT;
	rpv_status status;
	assert_ok(rpv_memory_storage(NULL, &storage));
	test_world w = open_over(storage, &status);
	assert_ok(status);
	assert_ok(test_import_text(&w, FACTS));
	file(&w, "browser", NULL, "Sales");
	file(&w, "lock", NULL, NULL);
	file(&w, NULL, "CVE-2026-2", NULL);
	request.recommendation = "browser";
	request.due_ms = TEST_NOW + RPV_DAYS(9);
	status = rpv_remediation_request_file(w.session, &request, NULL);
	assert_status_error(RPV_OK, status, rpv_session_error(w.session));
	record_scores(&w);
	uint64_t records = collect_all(&w, &storage, all);
	assert_int_equal(all->count, records);
	close_over(&w);
}

/* --- what a store answers --- */
static rpv_status answers(test_world *w, test_bytes *out)
{
	rpv_export_result result = RPV_EXPORT_RESULT_INIT;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	rpv_score score = RPV_SCORE_INIT;
	rpv_status status = rpv_score_read(w->session, NULL, &score);
	if (status == RPV_OK)
		test_bytes_add(out, "%.17g %.17g %.17g %llu\n", score.exposure_official, score.exposure_no_impact,
		               score.secure_official.points, (unsigned long long)score.devices);
	return status == RPV_OK ? rpv_export_ndjson(w->session, test_bytes_sink, out, &result, &error) : status;
}

/* Of many damages, every so many; valgrind takes long. */
static size_t step(void)
{
	return test_rounds(1, 97);
}

typedef struct damage { const pairs *all; test_bytes sound; size_t tried, named, same, silent; } damage;

static void print_pair(const pair *p)
{
	for (size_t i = 0; i < p->key_size; i++)
		print_error("%02x", p->key[i]);
	print_error(" ->");
	for (size_t i = 0; i < p->value_size; i++)
		print_error(" %02x", p->value[i]);
	print_error("\n");
}

static void try_damage(damage *d, size_t left_out, const pair *added)
{
	test_bytes now = { NULL, 0 };
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status, check = RPV_OK;
	test_world w = open_over(storage_of(d->all, left_out, added), &status);
	bool named = status == RPV_E_CORRUPT || status == RPV_E_VERSION;
	d->tried++;
	if (status == RPV_OK) {
		status = answers(&w, &now);
		named = status == RPV_E_CORRUPT;
		check = rpv_store_check(w.store, NULL, &error);
		named = named || check == RPV_E_CORRUPT;
		assert_true(check != RPV_E_CORRUPT || strstr(error.message, "damaged"));
	}
	close_over(&w);
	bool same = !named && status == RPV_OK && now.size == d->sound.size && memcmp(now.data, d->sound.data, now.size) == 0;
	d->named += named;
	d->same += same;
	if (!named && !same && d->silent++ < 5)
		print_pair(added ? added : &d->all->items[left_out]);
	test_bytes_free(&now);
}

static void begin_damage_of(damage *d, pairs *all, void (*make)(pairs *))
{
	rpv_status status;
	make(all);
	*d = (damage){ .all = all };
	test_world w = open_over(storage_of(all, all->count, NULL), &status);
	assert_ok(status);
	assert_ok(answers(&w, &d->sound));
	close_over(&w);
}

static void begin_damage(damage *d, pairs *all)
{
	begin_damage_of(d, all, small_store);
}

static void end_damage(damage *d, pairs *all)
{
	print_message("%zu damages: %zu named, %zu change no answer, %zu silent\n", d->tried, d->named, d->same, d->silent);
	assert_int_equal(d->silent, 0);
	test_bytes_free(&d->sound);
	free_pairs(all);
}

static void test_records_taken_out(void **state)
{
	pairs all = { NULL, 0, 0 };
	damage d;
	(void)state;
	begin_damage(&d, &all);
	for (size_t i = 0; i < all.count; i++)
		try_damage(&d, i, NULL);
	end_damage(&d, &all);
}

static bool has(const pairs *all, const pair *p)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].key_size == p->key_size && memcmp(all->items[i].key, p->key, p->key_size) == 0)
			return true;
	return false;
}

/* Under the next number, and under the key and one byte more. */
static void test_records_doubled(void **state)
{
	pairs all = { NULL, 0, 0 };
	damage d;
	(void)state;
	begin_damage(&d, &all);
	for (size_t i = 0; i < all.count; i++) {
		uint8_t key[RPV_STORAGE_KEY_MAX];
		pair again = all.items[i];
		memcpy(key, again.key, again.key_size);
		again.key = key;
		key[again.key_size - 1]++;
		if (!has(&all, &again))
			try_damage(&d, all.count, &again);
		key[again.key_size - 1]--;
		key[again.key_size++] = 0;
		try_damage(&d, all.count, &again);
	}
	end_damage(&d, &all);
}

static void test_bytes_of_keys(void **state)
{
	static const uint8_t patterns[] = { 0x01, 0x80, 0xFF };
	pairs all = { NULL, 0, 0 };
	damage d;
	(void)state;
	begin_damage(&d, &all);
	for (size_t i = 0; i < all.count; i += test_rounds(1, 9))
		for (size_t at = 0; at < all.items[i].key_size; at++)
			for (size_t p = 0; p < sizeof patterns; p++) {
				uint8_t key[RPV_STORAGE_KEY_MAX];
				pair other = all.items[i];
				memcpy(key, other.key, other.key_size);
				key[at] ^= patterns[p];
				other.key = key;
				try_damage(&d, i, &other);
			}
	end_damage(&d, &all);
}

/* Every change of a value is named: its sum does not fit. Of what says that there is a sum, and of it, each bit. */
static void test_bytes_of_values(void **state)
{
	static const uint8_t patterns[] = { 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF };
	pairs all = { NULL, 0, 0 };
	damage d;
	(void)state;
	begin_damage(&d, &all);
	for (size_t i = 0; i < all.count; i++)
		for (size_t at = 0; at < all.items[i].value_size; at += step())
			for (size_t p = 0; p < sizeof patterns; p += at < 5 ? 1 : 4) {
				pair other = all.items[i];
				other.value = copy_of((rpv_bytes){ other.value, other.value_size });
				other.value[at] ^= patterns[p];
				try_damage(&d, i, &other);
				free(other.value);
			}
	assert_int_equal(d.tried, d.named);
	end_damage(&d, &all);
}

static void test_values_cut(void **state)
{
	pairs all = { NULL, 0, 0 };
	damage d;
	(void)state;
	begin_damage(&d, &all);
	for (size_t i = 0; i < all.count; i++)
		for (size_t size = 0; size < all.items[i].value_size; size += step()) {
			pair other = all.items[i];
			other.value_size = size;
			try_damage(&d, i, &other);
		}
	assert_int_equal(d.tried, d.named);
	end_damage(&d, &all);
}

/* A value that belongs under another key is one that was damaged. */
static void test_values_changed_places(void **state)
{
	pairs all = { NULL, 0, 0 };
	damage d;
	(void)state;
	begin_damage(&d, &all);
	for (size_t i = 0; i < all.count; i++)
		for (size_t j = 0; j < all.count; j += 7 * step()) {
			pair other = all.items[i];
			other.value = all.items[j].value;
			other.value_size = all.items[j].value_size;
			if (other.value_size != all.items[i].value_size ||
			    (other.value_size && memcmp(other.value, all.items[i].value, other.value_size)))
				try_damage(&d, i, &other);
		}
	assert_int_equal(d.tried, d.named);
	end_damage(&d, &all);
}

/* What somebody makes of a piece who knows the sums: another head, or less of it. */
static void try_sealed(damage *d, size_t which)
{
	static const uint8_t patterns[] = { 0x01, 0x80, 0xFF };
	static uint8_t room[65536 + 5], value[65536];
	const pair *p = &d->all->items[which];
	rpv_bytes key = { p->key, p->key_size }, real = test_unsummed(key, (rpv_bytes){ p->value, p->value_size });
	pair other = *p;
	bool first = *(const uint8_t *)real.data == 0xFF; /* a length follows, else what the value has there */
	assert_true(real.size > 6 && real.size <= sizeof value);
	memcpy(value, real.data, real.size);
	other.value = room;
	for (size_t at = 0; at < (first ? 5 : 1); at++)
		for (size_t i = 0; i < sizeof patterns; i++) {
			value[at] ^= patterns[i];
			other.value_size = test_summed(room, key, (rpv_bytes){ value, real.size });
			try_damage(d, which, &other);
			value[at] ^= patterns[i];
		}
	const size_t sizes[] = { 0, 1, 2, 4, 5, 6, real.size / 2, real.size - 1 };
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		other.value_size = test_summed(room, key, (rpv_bytes){ value, sizes[i] });
		try_damage(d, which, &other);
	}
}

/* Pieces of large values: lost, changed, cut, and exchanged for those of another value. */
static void test_pieces(void **state)
{
	pairs all = { NULL, 0, 0 };
	size_t pieces[8], count = 0;
	damage d;
	(void)state;
	begin_damage_of(&d, &all, large_store);
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].value_size > 1000 && all.items[i].key[0] == 'R')
			pieces[count++] = i;
	assert_int_equal(4, count);
	for (size_t i = 0; i < count; i++) {
		const pair *p = &all.items[pieces[i]];
		try_damage(&d, pieces[i], NULL);
		try_sealed(&d, pieces[i]);
		for (size_t at = 0; at < p->value_size; at += at < 20 ? 1 : 50 * step() + 1) {
			pair changed = *p, cut = *p;
			changed.value = copy_of((rpv_bytes){ p->value, p->value_size });
			changed.value[at] ^= 0x20;
			try_damage(&d, pieces[i], &changed);
			free(changed.value);
			cut.value_size = at;
			try_damage(&d, pieces[i], &cut);
		}
		for (size_t j = 0; j < count; j++) {
			pair other = *p;
			other.value = all.items[pieces[j]].value;
			other.value_size = all.items[pieces[j]].value_size;
			if (i != j)
				try_damage(&d, pieces[i], &other);
		}
	}
	assert_int_equal(d.tried, d.named);
	end_damage(&d, &all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_taken_out),
		cmocka_unit_test(test_records_doubled),
		cmocka_unit_test(test_bytes_of_keys),
		cmocka_unit_test(test_bytes_of_values),
		cmocka_unit_test(test_values_cut),
		cmocka_unit_test(test_values_changed_places),
		cmocka_unit_test(test_pieces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
