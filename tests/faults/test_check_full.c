/* SPDX-License-Identifier: MIT */
/* Somebody who knows the format changes a full store, and puts the sums right: each byte of each value, values that are
 * longer or empty, records that are gone or there twice. The check always comes back, with an answer or the name of a
 * fault; of what follows from other records it names every change. With RPV_TEST_SHORT some of many. */
#include "full.h"

#include <stdlib.h>

/* Values that follow from others: docs/format.md. */
#define DERIVED "nDsvAKg"
#define READ "VeDsAGRXUM" /* of these, reading is tried as well */
/* Censuses are absent until needed; what ended activities leave, and the name of a recommendation that is gone, may be. In
 * a store restored from a backup events and scores may be, too. Scores may seem to be of another engine, and deadlines to
 * wait for the next tick. */
static const char *may_lack = "Ean", *may_move = "EanLT";

typedef struct pair { uint8_t key[RPV_STORAGE_KEY_MAX + 1]; uint8_t *value; size_t key_size, size; bool summed; } pair;
typedef struct pairs { pair *items; size_t count; } pairs;
typedef struct tally { size_t tried, named; } tally;

static rpv_status collect(void *user, rpv_bytes key, rpv_bytes stored)
{
	pairs *all = user;
	const uint8_t *bytes = stored.data;
	bool summed = stored.size > 5 && *bytes == 0xFD;
	rpv_bytes value = summed ? test_unsummed(key, stored) : stored;
	all->items = realloc(all->items, (all->count + 1) * sizeof *all->items);
	assert_non_null(all->items);
	pair *p = &all->items[all->count++];
	*p = (pair){ .value = malloc(value.size + 1), .key_size = key.size, .size = value.size, .summed = summed };
	assert_non_null(p->value);
	memcpy(p->key, key.data, key.size);
	if (value.size)
		memcpy(p->value, value.data, value.size);
	return RPV_OK;
}

static pairs pairs_of(const run *r)
{
	pairs all = { NULL, 0 };
	rpv_error error = RPV_ERROR_INIT;
	assert_ok(r->pairs.scan(r->pairs.user, (rpv_bytes){ "", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, collect, &all, &error));
	return all;
}

static void free_pairs(pairs *all)
{
	while (all->count)
		free(all->items[--all->count].value);
	free(all->items);
}

static void put(run *r, const pair *p, const uint8_t *value, size_t size, bool removes)
{
	uint8_t room[65536 + 5];
	rpv_bytes key = { p->key, p->key_size }, stored = { value, size };
	rpv_error error = RPV_ERROR_INIT;
	if (p->summed)
		stored = (rpv_bytes){ room, test_summed(room, key, stored) };
	rpv_write write = { key, stored, removes };
	assert_ok(r->pairs.commit(r->pairs.user, &write, 1, NULL, 0, &error));
}

/* Whoever reads gets an answer or an error with words; what is missing may seem never to have been there. */
static void read_some(run *r)
{
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_session *session;
	rpv_score score = RPV_SCORE_INIT;
	rpv_list *list[4] = { NULL, NULL, NULL, NULL };
	rpv_explanation *why[2] = { NULL, NULL };
	rpv_filing *filing = NULL;
	rpv_exception_request q = accept_risk(BROWSER);
	size_t count = 0;
	p.id = "ana@corp.example";
	p.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(r->store, &p, &session, NULL));
	rpv_status status[9];
	status[count++] = rpv_score_read(session, NULL, &score);
	status[count++] = rpv_recommendation_list(session, NULL, &list[0]);
	status[count++] = rpv_exception_list(session, NULL, &list[1]);
	status[count++] = rpv_assessment_list(session, "i2", &list[2]);
	status[count++] = rpv_remediation_list(session, NULL, &list[3]);
	status[count++] = rpv_explain(session, "i2", BROWSER, NULL, &why[0]);
	status[count++] = rpv_explain(session, "s2", CRYPT, NULL, &why[1]);
	q.supersede = 1;
	status[count++] = rpv_exception_preview(session, &q, &filing);
	for (size_t i = 0; i < count; i++)
		if (status[i] != RPV_OK && status[i] != RPV_E_CORRUPT && status[i] != RPV_E_NOT_FOUND &&
		    status[i] != RPV_E_REFUSED && status[i] != RPV_E_VERSION)
			fail_msg("reading %zu: %s", i, rpv_status_name(status[i]));
	for (size_t i = 0; i < 4; i++)
		rpv_list_free(list[i]);
	rpv_explanation_free(why[0]);
	rpv_explanation_free(why[1]);
	rpv_filing_free(filing);
	rpv_session_close(session);
}

static void check(run *r, tally *t, bool reads)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = open_run(r);
	t->tried++;
	if (status == RPV_OK && reads)
		read_some(r);
	if (status == RPV_OK) {
		status = rpv_store_check(r->store, NULL, &error);
		rpv_store_close(r->store);
		r->store = NULL;
		assert_int_equal(0, r->memory.live);
		if (status == RPV_E_CORRUPT)
			assert_non_null(strstr(error.message, "damaged"));
	}
	t->named += status == RPV_E_CORRUPT || status == RPV_E_VERSION;
	if (status != RPV_OK && status != RPV_E_CORRUPT && status != RPV_E_VERSION)
		fail_msg("%s: %s", rpv_status_name(status), error.message);
}

static void each_byte(run *r, const pair *p, tally *t)
{
	static const uint8_t patterns[] = { 0x01, 0x02, 0x08, 0x80 };
	uint8_t changed[65536];
	bool reads = strchr(READ, p->key[0]);
	assert_true(p->size < sizeof changed);
	memcpy(changed, p->value, p->size);
	size_t step = test_rounds(strchr("cJ", p->key[0]) ? 5 : 1, 11); /* of what was told, which is much, some */
	for (size_t at = 0; at < p->size; at += step) {

		uint8_t pattern = patterns[at % sizeof patterns];
		changed[at] ^= pattern;
		put(r, p, changed, p->size, false);
		check(r, t, reads);
		changed[at] ^= pattern;
	}
	changed[p->size] = 0;
	put(r, p, changed, p->size + 1, false);
	check(r, t, reads);
	put(r, p, p->value, p->size, false);
}

static bool has(const pairs *all, const pair *p)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].key_size == p->key_size && memcmp(all->items[i].key, p->key, p->key_size) == 0)
			return true;
	return false;
}

/* Under another key, the record is missing where it was. */
static void each_key(run *r, const pairs *all, const pair *p)
{
	pair moved = *p;
	bool reads = strchr(READ, p->key[0]);
	put(r, p, NULL, 0, true);
	for (size_t at = 1; at < p->key_size; at += test_rounds(1, 5)) {
		moved.key[at] ^= 1;
		if (!has(all, &moved)) {
			put(r, &moved, p->value, p->size, false);
			tally one = { 0, 0 };
			check(r, &one, reads);
			if (!one.named && !strchr(may_move, p->key[0]))
				fail_msg("a record of kind %c stands elsewhere, and nobody sees it", p->key[0]);
			put(r, &moved, NULL, 0, true);
		}
		moved.key[at] ^= 1;
	}
	put(r, p, p->value, p->size, false);
}

static void change(run *r)
{
	pairs all = pairs_of(r);
	tally facts = { 0, 0 }, derived = { 0, 0 }, gone = { 0, 0 }, twice = { 0, 0 };
	for (size_t i = 0; i < all.count; i += test_rounds(1, 5)) {
		pair *p = &all.items[i], again = *p;
		bool reads = strchr(READ, p->key[0]), follows = p->size && strchr(DERIVED, p->key[0]);
		each_byte(r, p, follows ? &derived : &facts);
		put(r, p, NULL, 0, true);
		tally one = { 0, 0 };
		check(r, &one, reads);
		gone.tried++;
		gone.named += one.named;
		if (!one.named && !strchr(may_lack, p->key[0]))
			fail_msg("a record of kind %c is gone, and not missed", p->key[0]);
		put(r, p, p->value, p->size, false);
		each_key(r, &all, p);
		again.key[again.key_size++] = 0; /* no kind has keys of several sizes but names */
		put(r, &again, p->value, p->size, false);
		check(r, &twice, false);
		put(r, &again, NULL, 0, true);
	}
	print_message("%zu records: of facts %zu of %zu changes are named, of what follows %zu of %zu, %zu of %zu taken out, "
	              "%zu of %zu doubled\n", all.count, facts.named, facts.tried, derived.named, derived.tried, gone.named,
	              gone.tried, twice.named, twice.tried);
	assert_int_equal(derived.tried, derived.named);
	assert_int_equal(twice.tried, twice.named);
	assert_true(gone.tried - gone.named < 20);
	tally sound = { 0, 0 };
	check(r, &sound, true);
	assert_int_equal(0, sound.named); /* it is what it was */
	free_pairs(&all);
}

static void test_check_when_a_full_store_is_changed_then_what_follows_is_named(void **state)
{
	run base, chained, restored;
	tally sound = { 0, 0 };
	(void)state;
	make_base(&base);
	copy_run(&base, &chained);
	sit_down(&chained);
	assert_ok(rpv_journal_chain(chained.session));
	memset(&restored, 0, sizeof restored);
	restored.now = base.now;
	assert_ok(rpv_memory_storage(NULL, &restored.pairs));
	sit_down(&restored);
	begin_restore(&restored, base.session);
	put_all(restored.batch);
	put_decisions(restored.batch, base.session);
	assert_ok(rpv_batch_commit(restored.batch, NULL));
	assert_ok(rpv_restore_finish(restored.session));
	run *const all[] = { &base, &chained, &restored };
	for (size_t i = 0; i < 3; i++) {
		run changed;
		copy_run(all[i], &changed);
		check(&changed, &sound, true);
		assert_int_equal(0, sound.named);
		if (all[i] == &restored)
			may_lack = "EanJL", may_move = "EanJLTt"; /* targets of ended activities */
		change(&changed);
		close_run(&changed);
		close_run(all[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_when_a_full_store_is_changed_then_what_follows_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
