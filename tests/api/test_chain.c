/* SPDX-License-Identifier: MIT */
/* A chained journal: whatever is changed in it behind the library's back is found, and the first commit that no longer
 * follows is named; what is not part of it is not. Changes here come with the right sums: whoever can write can do them. */
#include "../support/decisions.h"
#include <stdlib.h>

static const char *const sales[] = { "Sales" };
enum { BEFORE = 3, AFTER = 6, MOST = 4096 };

/* --- a journal --- */
static void move_device(test_world *w, int n)
{
	const char *const groups[] = { "Sales", "IT", "Lab" };
	device(w, "s1", groups[n % 3]);
	if (n % 2)
		device(w, "i1", groups[(n + 1) % 3]);
	commit(w);
}

static uint64_t chained_world(test_world *w)
{
	open_fleet(w);
	for (int n = 0; n < BEFORE; n++)
		move_device(w, n);
	uint64_t start = revision_of(w) + 1;
	assert_call(RPV_OK, rpv_journal_chain(w->session));
	for (int n = 0; n < AFTER; n++)
		move_device(w, n);
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
	return start;
}

static rpv_status verify(test_world *w, const char *anchor, rpv_journal_proof *proof)
{
	return rpv_journal_verify(w->session, anchor, 0, proof);
}

static bool names(test_world *w, const char *words)
{
	bool found = strstr(rpv_session_error(w->session)->message, words) != NULL;
	if (!found)
		print_error("\"%s\" does not name %s\n", rpv_session_error(w->session)->message, words);
	return found;
}

/* --- changes behind the library's back --- */
typedef struct record { uint8_t key[32], value[MOST]; size_t key_size, value_size; } record;
typedef struct records { record *items; size_t count; } records;

static rpv_status take(void *user, rpv_bytes key, rpv_bytes value)
{
	records *all = user;
	uint8_t kind = *(const uint8_t *)key.data;
	if (kind != 'C' && kind != 'J' && kind != 'Z')
		return RPV_OK;
	all->items = realloc(all->items, (all->count + 1) * sizeof *all->items);
	assert_non_null(all->items);
	record *r = &all->items[all->count++];
	value = test_unsummed(key, value);
	assert_true(key.size <= sizeof r->key && value.size <= sizeof r->value);
	memcpy(r->key, key.data, key.size);
	memcpy(r->value, value.data, value.size);
	r->key_size = key.size;
	r->value_size = value.size;
	return RPV_OK;
}

static records all_records(test_world *w)
{
	const rpv_storage *s = &w->storage.inner;
	records all = { NULL, 0 };
	rpv_error error = RPV_ERROR_INIT;
	assert_ok(s->scan(s->user, (rpv_bytes){ "\0", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, take, &all, &error));
	return all;
}

static void put(test_world *w, const record *r, bool remove)
{
	const rpv_storage *s = &w->storage.inner;
	uint8_t stored[MOST + 5];
	rpv_error error = RPV_ERROR_INIT;
	rpv_bytes key = { r->key, r->key_size };
	rpv_write write = { key, { stored, test_summed(stored, key, (rpv_bytes){ r->value, r->value_size }) }, remove };
	assert_ok(s->commit(s->user, &write, 1, NULL, 0, &error));
}

/* --- the end --- */
static rpv_session *over(rpv_storage storage, rpv_hash hash, int64_t *now, rpv_store **store)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_session *session;
	o.storage = storage;
	o.hash = hash;
	rpv_clock_manual(now, &o.clock);
	assert_ok(rpv_store_open(&o, store, NULL));
	p.id = "eve@corp.example";
	p.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(*store, &p, &session, NULL));
	return session;
}

static void test_an_older_copy_and_another_future_need_an_anchor(void **state)
{
	test_world world, *w = &world;
	char early[RPV_ANCHOR_MAX], late[RPV_ANCHOR_MAX];
	rpv_store *store;
	int64_t now = START;
	(void)state;
	(void)chained_world(w);
	assert_call(RPV_OK, rpv_journal_anchor(w->session, early, sizeof early));
	rpv_storage older = test_copy_storage(&w->storage.inner);
	move_device(w, 0);
	assert_call(RPV_OK, rpv_journal_anchor(w->session, late, sizeof late));
	assert_call(RPV_OK, verify(w, early, NULL));
	assert_call(RPV_OK, verify(w, late, NULL));
	rpv_session *eve = over(older, test_hash(), &now, &store);
	assert_ok(rpv_journal_verify(eve, NULL, 0, NULL));   /* in itself it is whole */
	assert_ok(rpv_journal_verify(eve, early, 0, NULL));
	assert_status(RPV_E_CORRUPT, rpv_journal_verify(eve, late, 0, NULL));
	assert_non_null(strstr(rpv_session_error(eve)->message, "was cut"));
	assert_status(RPV_E_CORRUPT, rpv_journal_verify(eve, late, 1, NULL));
	now += 5;
	for (int n = 0; n < 2; n++) { /* another future, written by the library itself */
		rpv_exception_request r = accept_in(MAIL, sales, 1);
		r.supersede = 1;
		assert_status_error(RPV_OK, rpv_exception_file(eve, &r, NULL), rpv_session_error(eve));
	}
	assert_ok(rpv_journal_verify(eve, NULL, 0, NULL));
	assert_ok(rpv_journal_verify(eve, early, 0, NULL));
	assert_ok(rpv_journal_verify(eve, early, 1, NULL));
	assert_status(RPV_E_CORRUPT, rpv_journal_verify(eve, late, 0, NULL));
	assert_non_null(strstr(rpv_session_error(eve)->message, "not the one of the anchor"));
	assert_status(RPV_E_CORRUPT, rpv_journal_verify(eve, late, 1, NULL));
	rpv_session_close(eve);
	rpv_store_close(store);
	close_world(w);
}

static void test_the_chain_is_taken_away(void **state)
{
	test_world world, *w = &world;
	char anchor[RPV_ANCHOR_MAX];
	(void)state;
	(void)chained_world(w);
	assert_call(RPV_OK, rpv_journal_anchor(w->session, anchor, sizeof anchor));
	records all = all_records(w);
	record *last = NULL, *z = NULL;
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].key[0] == 'C')
			last = &all.items[i];
		else if (all.items[i].key[0] == 'Z')
			z = &all.items[i];
	assert_true(last && z);
	record bare = *z;
	bare.value[0] = 1;
	bare.value_size -= 1 + 3 + 1 + 32; /* the lengths, "toy", the link */
	put(w, &bare, false);
	assert_call(RPV_E_CORRUPT, verify(w, NULL, NULL));
	assert_true(names(w, "is no longer"));
	bare = *last;
	bare.value[0] = 1;
	bare.value_size -= 33;
	put(w, &bare, false);
	assert_call(RPV_E_REFUSED, verify(w, NULL, NULL)); /* it looks as if it never was */
	assert_call(RPV_E_CORRUPT, verify(w, anchor, NULL));
	free(all.items);
	close_world(w);
}

/* --- who may write, and what is said --- */
static void test_without_the_hash_nobody_writes(void **state)
{
	test_world world, *w = &world;
	rpv_store *store;
	rpv_hash none = { NULL, NULL, 0, NULL }, other = test_hash();
	rpv_journal_proof proof = RPV_JOURNAL_PROOF_INIT;
	int64_t now = START;
	(void)state;
	other.name = "toy-2";
	uint64_t start = chained_world(w);
	assert_call(RPV_OK, rpv_journal_chain(w->session)); /* once more: nothing */
	assert_call(RPV_OK, verify(w, NULL, &proof));
	assert_int_equal(start, proof.first_linked);
	assert_int_equal(revision_of(w), proof.revision);
	assert_int_equal(revision_of(w), proof.commits);
	assert_int_equal(proof.sequence, proof.events);
	for (int i = 0; i < 2; i++) {
		rpv_storage copy = test_copy_storage(&w->storage.inner);
		rpv_session *eve = over(copy, i ? other : none, &now, &store);
		rpv_exception_request r = accept_in(MAIL, sales, 1);
		rpv_score score = RPV_SCORE_INIT;
		assert_ok(rpv_score_read(eve, NULL, &score));
		assert_status(RPV_E_REFUSED, rpv_exception_file(eve, &r, NULL));
		assert_non_null(strstr(rpv_session_error(eve)->message, "hash toy:"));
		assert_status(RPV_E_REFUSED, rpv_journal_verify(eve, NULL, 0, NULL));
		assert_status(i ? RPV_E_REFUSED : RPV_E_INVALID, rpv_journal_chain(eve));
		rpv_session_close(eve);
		rpv_store_close(store);
	}
	close_world(w);
}

/* An anchor in another way than the store says it, until the next call. */
static const char *anchored(rpv_session *session, const char *hash, int64_t more_revisions, int64_t more_events,
                            size_t bytes)
{
	static char out[RPV_ANCHOR_MAX];
	char text[RPV_ANCHOR_MAX], link[2 * RPV_HASH_MAX + 3];
	unsigned long long revision, sequence;
	assert_ok(rpv_journal_anchor(session, text, sizeof text));
	assert_int_equal(3, sscanf(text, "reprieve:1:toy:%llu:%llu:%s", &revision, &sequence, link));
	for (size_t i = strlen(link); i < 2 * bytes; i++)
		link[i] = '0';
	link[2 * bytes] = '\0';
	snprintf(out, sizeof out, "reprieve:1:%s:%llu:%llu:%s", hash, revision + (unsigned long long)more_revisions,
	         sequence + (unsigned long long)more_events, link);
	return out;
}

static void test_anchor_when_it_says_another_place_or_hash_then_found(void **state)
{
	test_world world, *w = &world;
	(void)state;
	chained_world(w);
	assert_call(RPV_OK, verify(w, anchored(w->session, "toy", 0, 0, 32), NULL));
	for (int32_t from = 0; from < 2; from++) {
		assert_call(RPV_E_CORRUPT, rpv_journal_verify(w->session, anchored(w->session, "toy", 1, 0, 32), from, NULL));
		assert_true(names(w, "was cut"));
		assert_call(RPV_E_CORRUPT, rpv_journal_verify(w->session, anchored(w->session, "toy", -1, 0, 32), from, NULL));
		assert_call(RPV_E_CORRUPT, rpv_journal_verify(w->session, anchored(w->session, "toy", 0, 1, 32), from, NULL));
		assert_call(RPV_E_CORRUPT, rpv_journal_verify(w->session, anchored(w->session, "toy", 0, -1, 32), from, NULL));
		assert_call(RPV_E_CORRUPT, rpv_journal_verify(w->session, anchored(w->session, "other", 0, 0, 32), from, NULL));
		assert_true(names(w, "the anchor with other"));
		assert_call(RPV_E_CORRUPT, rpv_journal_verify(w->session, anchored(w->session, "toy", 0, 0, 31), from, NULL));
		assert_call(RPV_E_CORRUPT, rpv_journal_verify(w->session, anchored(w->session, "toy", 0, 0, 64), from, NULL));
	}
	assert_call(RPV_E_INVALID, verify(w, anchored(w->session, "toy", 0, 0, RPV_HASH_MAX + 1), NULL));
	close_world(w);
}

static void test_arguments(void **state)
{
	test_world world, *w = &world;
	const char *const bad[] = { "", "reprieve:1:toy:1:1", "reprieve:1:toy:01:1:00", "reprieve:2:toy:1:1:00",
		"reprieve:1:TOY:1:1:00", "reprieve:1:toy:1:1:0", "reprieve:1:toy:0:0:00", "reprieve:1:toy:1:1:zz",
		"reprieve:1:toy:99999999999999999999:1:00", "reprieve:1:toy:1:-1:00", "reprieve:1::1:1:00",
		"reprieve:1:toy", "reprieve:1:toy:/:1:00", "reprieve:1:toy:1:18446744073709551615:00" };
	char text[RPV_ANCHOR_MAX] = "x", small[20] = "x";
	(void)state;
	open_fleet(w);
	assert_call(RPV_E_REFUSED, rpv_journal_anchor(w->session, text, sizeof text));
	assert_string_equal("", text);
	assert_call(RPV_E_REFUSED, verify(w, NULL, NULL));
	assert_call(RPV_OK, rpv_journal_chain(w->session));
	assert_call(RPV_E_INVALID, rpv_journal_anchor(w->session, small, sizeof small));
	assert_string_equal("", small);
	assert_call(RPV_E_INVALID, rpv_journal_anchor(w->session, NULL, 5));
	assert_call(RPV_OK, rpv_journal_anchor(w->session, text, sizeof text));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_call(RPV_E_INVALID, verify(w, bad[i], NULL));
	assert_call(RPV_E_INVALID, rpv_journal_verify(w->session, text, 2, NULL));
	assert_call(RPV_E_INVALID, rpv_journal_verify(w->session, text, -1, NULL));
	assert_call(RPV_E_INVALID, rpv_journal_verify(w->session, NULL, 1, NULL));
	assert_call(RPV_OK, rpv_journal_verify(w->session, text, 1, NULL));
	text[strlen(text) - 1] = text[strlen(text) - 1] == '0' ? '1' : '0';
	assert_call(RPV_E_CORRUPT, verify(w, text, NULL));
	assert_call(RPV_E_CORRUPT, rpv_journal_verify(w->session, text, 1, NULL));
	assert_status(RPV_E_INVALID, rpv_journal_chain(NULL));
	assert_status(RPV_E_INVALID, rpv_journal_anchor(NULL, text, sizeof text));
	assert_status(RPV_E_INVALID, rpv_journal_verify(NULL, NULL, 0, NULL));
	rpv_journal_proof tiny = { .struct_size = 2 };
	assert_call(RPV_E_INVALID, verify(w, NULL, &tiny));
	rpv_session *bob = open_session(w, "bob", RPV_PERMIT_ALL, sales, 1), *guest = open_session(w, "guest",
		RPV_PERMIT_VIEW, NULL, 0);
	assert_status(RPV_E_DENIED, rpv_journal_verify(bob, NULL, 0, NULL));
	assert_status(RPV_E_DENIED, rpv_journal_anchor(bob, text, sizeof text));
	assert_status(RPV_E_DENIED, rpv_journal_chain(bob));
	assert_status(RPV_E_DENIED, rpv_journal_chain(guest));
	assert_ok(rpv_journal_verify(guest, NULL, 0, NULL));
	rpv_session_close(bob);
	rpv_session_close(guest);
	close_world(w);
}

static void test_bad_hashes_are_refused(void **state)
{
	rpv_hash good = test_hash();
	const struct { const char *name; size_t size; } bad[] = { { NULL, 32 }, { "", 32 }, { "SHA", 32 }, { "a b", 32 },
		{ "sixteen-letters-", 32 }, { "toy", 15 }, { "toy", 65 } };
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		rpv_store_options o = RPV_STORE_OPTIONS_INIT;
		rpv_store *store;
		rpv_error error = RPV_ERROR_INIT;
		int64_t now = START;
		assert_ok(rpv_memory_storage(NULL, &o.storage));
		rpv_clock_manual(&now, &o.clock);
		o.hash = good;
		o.hash.name = bad[i].name;
		o.hash.size = bad[i].size;
		assert_status(RPV_E_INVALID, rpv_store_open(&o, &store, &error));
		assert_string_equal("hash", error.field);
	}
}

static rpv_status answer(void *user, const void *data, size_t size, unsigned char *out)
{
	const rpv_status *wanted = user;
	return *wanted ? *wanted : test_hash().digest(NULL, data, size, out);
}

/* Calls of the host's hash that fail, and one of the same name and another size. */
static void test_hashes_that_fail_or_are_others_of_the_name_are_told(void **state)
{
	rpv_storage storage = RPV_STORAGE_INIT;
	int64_t now = START;
	rpv_status answers = RPV_OK;
	rpv_hash hash = { &answers, "toy", 32, answer };
	rpv_store *store;
	(void)state;
	assert_ok(rpv_memory_storage(NULL, &storage));
	void (*close)(void *user) = storage.close;
	storage.close = NULL;
	rpv_session *eve = over(storage, hash, &now, &store);
	answers = RPV_E_NOMEM;
	assert_status(RPV_E_NOMEM, rpv_journal_chain(eve));
	answers = (rpv_status)5;
	assert_status(RPV_E_STORAGE, rpv_journal_chain(eve));
	answers = RPV_OK;
	assert_ok(rpv_journal_chain(eve));
	answers = RPV_E_NOMEM;
	assert_status(RPV_E_NOMEM, rpv_journal_verify(eve, NULL, 0, NULL));
	answers = RPV_E_BUSY;
	assert_status(RPV_E_STORAGE, rpv_journal_verify(eve, NULL, 0, NULL));
	rpv_session_close(eve);
	rpv_store_close(store);
	answers = RPV_OK;
	hash.size = 16;
	eve = over(storage, hash, &now, &store);
	assert_status(RPV_E_REFUSED, rpv_journal_verify(eve, NULL, 0, NULL));
	rpv_session_close(eve);
	rpv_store_close(store);
	close(storage.user);
}

/* --- others, and many commits --- */
typedef struct rival { test_world *w; rpv_session *other; int left; } rival;

static void be_first(void *user)
{
	rival *r = user;
	if (r->left > 0) {
		rpv_exception_request q = accept_in(MAIL, sales, 1);
		r->left--;
		q.supersede = 1;
		assert_status_error(RPV_OK, rpv_exception_file(r->other, &q, NULL), rpv_session_error(r->other));
	}
}

static void test_conflicts_and_unknown_outcomes_keep_it(void **state)
{
	test_world world, *w = &world;
	rpv_store *store;
	(void)state;
	open_fleet(w);
	rpv_storage same = w->storage.inner;
	same.close = NULL;
	rpv_session *other = over(same, test_hash(), &w->now, &store);
	rival r = { w, other, 0 };
	w->storage.before_commit = be_first;
	w->storage.before_commit_user = &r;
	r.left = 1; /* even the beginning meets others */
	assert_call(RPV_OK, rpv_journal_chain(w->session));
	for (int n = 0; n < 300; n++) {
		r.left = n % 5 == 0;
		if (n % 7 == 0) {
			test_storage_fail(&w->storage, TEST_COMMIT, 1, RPV_E_OUTCOME);
			w->storage.happens = n % 14 == 0;
		}
		device(w, "s1", n % 2 ? "Sales" : "IT");
		rpv_status status = rpv_batch_commit(w->batch, NULL);
		assert_true(status == RPV_OK || status == RPV_E_OUTCOME);
		test_storage_fail(&w->storage, 0, 0, RPV_OK);
		rpv_batch_free(w->batch);
		w->batch = NULL;
	}
	rpv_journal_proof proof = RPV_JOURNAL_PROOF_INIT;
	assert_call(RPV_OK, verify(w, NULL, &proof));
	assert_true(proof.commits > 300);
	assert_status_error(RPV_OK, rpv_store_check(w->store, NULL, NULL), NULL);
	rpv_session_close(other);
	rpv_store_close(store);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_older_copy_and_another_future_need_an_anchor),
		cmocka_unit_test(test_the_chain_is_taken_away),
		cmocka_unit_test(test_without_the_hash_nobody_writes),
		cmocka_unit_test(test_anchor_when_it_says_another_place_or_hash_then_found),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_bad_hashes_are_refused),
		cmocka_unit_test(test_hashes_that_fail_or_are_others_of_the_name_are_told),
		cmocka_unit_test(test_conflicts_and_unknown_outcomes_keep_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
