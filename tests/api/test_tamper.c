/* SPDX-License-Identifier: MIT */
/* Somebody who can write to the storage, and puts the sums right again, changes the journal: every byte of its records, and
 * what is taken out, put in, exchanged, cut off, taken from an older copy or written anew. rpv_journal_verify() names the
 * first commit that is not as it was; of the end, and of a journal written anew, an anchor tells. */
#include "../support/decisions.h"

#include <stdlib.h>

enum { MOST = 400, COMMITS = 16, SIZE_MOST = 600 };

/* --- pairs, without their sums --- */
typedef struct pair {
	uint8_t key[80], value[SIZE_MOST];
	size_t key_size, size;
} pair;
typedef struct pairs { pair items[MOST]; size_t count; } pairs;

static rpv_status collect(void *user, rpv_bytes key, rpv_bytes stored)
{
	pairs *all = user;
	rpv_bytes value = stored.size ? test_unsummed(key, stored) : stored;
	assert_true(all->count < MOST && key.size <= sizeof all->items->key && value.size <= SIZE_MOST);
	pair *p = &all->items[all->count++];
	memcpy(p->key, key.data, key.size);
	if (value.size)
		memcpy(p->value, value.data, value.size);
	p->key_size = key.size;
	p->size = value.size;
	return RPV_OK;
}

static void read_all(const rpv_storage *s, pairs *all)
{
	rpv_error error = RPV_ERROR_INIT;
	all->count = 0;
	assert_ok(s->scan(s->user, (rpv_bytes){ "\0", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, collect, all, &error));
}

static const pair *spoiled; /* whose sum is not put right, NULL: none */

static rpv_storage storage_of(const pairs *all)
{
	static uint8_t room[MOST][SIZE_MOST + 5];
	static rpv_write writes[MOST];
	rpv_storage storage = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	for (size_t i = 0; i < all->count; i++) {
		const pair *p = &all->items[i];
		rpv_bytes key = { p->key, p->key_size }, value = { p->value, p->size };
		writes[i] = (rpv_write){ key, { room[i], p->size ? test_summed(room[i], key, value) : 0 }, 0 };
		room[i][1] ^= p == spoiled;
	}
	assert_ok(rpv_memory_storage(NULL, &storage));
	assert_ok(storage.commit(storage.user, writes, all->count, NULL, 0, &error));
	return storage;
}

static pair *of(pairs *all, char letter, uint64_t number)
{
	for (size_t i = 0; i < all->count; i++) {
		pair *p = &all->items[i];
		uint64_t got = 0;
		for (size_t k = 1; k < 9 && p->key_size == 9; k++)
			got = got << 8 | p->key[k];
		if (p->key[0] == (uint8_t)letter && (letter == 'Z' || (p->key_size == 9 && got == number)))
			return p;
	}
	return NULL;
}

static void renumber(pair *p, uint64_t number)
{
	for (size_t k = 8; k > 0; k--, number >>= 8)
		p->key[k] = (uint8_t)number;
}

static void take_out(pairs *all, const pair *p)
{
	size_t at = (size_t)(p - all->items);
	memmove(&all->items[at], &all->items[at + 1], (--all->count - at) * sizeof *p);
}

static void put_in(pairs *all, const pair *p)
{
	assert_true(all->count < MOST);
	all->items[all->count++] = *p;
}

static void exchange(pair *a, pair *b)
{
	pair kept = *a;
	memcpy(a->value, b->value, b->size);
	a->size = b->size;
	memcpy(b->value, kept.value, kept.size);
	b->size = kept.size;
}

/* --- a store whose journal is chained from its third commit on --- */
static struct {
	pairs now, then[COMMITS];        /* `then`: after each commit */
	uint64_t first[COMMITS], last[COMMITS]; /* events of each commit; last < first: none */
	char anchor[COMMITS][RPV_ANCHOR_MAX];
	uint64_t linked, revision, sequence;
} was;

static void note(test_world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	assert_ok(rpv_store_read_info(w->store, &info, NULL));
	assert_int_equal(was.revision + 1, info.revision);
	was.first[info.revision] = was.sequence + 1;
	was.revision = info.revision;
	was.sequence = was.last[info.revision] = info.sequence;
	read_all(&w->storage.inner, &was.then[info.revision]);
	if (rpv_journal_anchor(w->session, was.anchor[info.revision], RPV_ANCHOR_MAX) == RPV_OK && !was.linked)
		was.linked = info.revision;
	w->now += DAY / 4;
}

static void file_with(test_world *w, const char *recommendation, const char *context)
{
	rpv_exception_request r = accept_risk(recommendation);
	r.context = context;
	assert_call(RPV_OK, rpv_exception_file(w->session, &r, NULL));
	note(w);
}

static void tell(test_world *w, const char *why)
{
	const rpv_policy_change change = { "remind", "none" };
	rpv_weakness_facts title = { .id = "CVE-2", .title = "of no interest" };
	memset(&was, 0, sizeof was);
	open_fleet(w);
	note(w);
	file_with(w, BROWSER, "until the next release");
	assert_call(RPV_OK, rpv_journal_chain(w->session));
	note(w);
	assert_call(RPV_OK, rpv_policy_set(w->session, &change, 1, NULL, NULL));
	note(w);
	file_with(w, MAIL, why);
	assert_call(RPV_OK, rpv_batch_weakness(begin(w), &title)); /* a commit without events */
	commit(w);
	note(w);
	device(w, "new", "Sales");
	remove_device(w, "s1");
	commit(w);
	note(w);
	assert_call(RPV_OK, rpv_exception_cancel(w->session, "E-1", NULL, "released"));
	note(w);
	assert_int_equal(3, was.linked);
	assert_int_equal(8, was.revision);
	assert_true(was.last[6] < was.first[6] && was.last[7] > was.first[7]);
	was.now = was.then[was.revision];
}

static int setup(void **state)
{
	test_world w;
	(void)state;
	tell(&w, "the vendor is slow");
	close_world(&w);
	return 0;
}

/* --- what verifying says of pairs --- */
typedef struct finding {
	rpv_status status;
	char message[512], anchor[RPV_ANCHOR_MAX];
} finding;

static finding verify(const pairs *all, const char *anchor, bool from_anchor)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *store;
	rpv_session *session;
	int64_t now = START + 100 * DAY;
	finding f = { .status = RPV_OK };
	o.storage = storage_of(all);
	o.hash = test_hash();
	rpv_clock_manual(&now, &o.clock);
	p.id = "auditor@corp.example";
	p.permissions = RPV_PERMIT_VIEW;
	f.status = rpv_store_open(&o, &store, &error);
	if (!f.status) {
		assert_ok(rpv_session_open(store, &p, &session, NULL));
		f.status = rpv_journal_verify(session, anchor, from_anchor, NULL);
		if (f.status)
			error = *rpv_session_error(session);
		else
			assert_ok(rpv_journal_anchor(session, f.anchor, sizeof f.anchor));
		rpv_session_close(session);
		rpv_store_close(store);
	}
	snprintf(f.message, sizeof f.message, "%s", f.status ? error.message : "");
	return f;
}

/* Changed, and the first commit that is not as it was is named: before the first link, one up to that. */
static void must_name(const pairs *all, uint64_t revision, const char *what)
{
	char word[40];
	unsigned long long got = 0;
	finding f = verify(all, NULL, false);
	const char *name = strstr(f.message, "commit ");
	snprintf(word, sizeof word, "commit %llu:", (unsigned long long)revision);
	bool named = name && sscanf(name, "commit %llu", &got) == 1 &&
	             (revision < was.linked ? got >= revision && got <= was.linked : got == revision);
	if (f.status != RPV_E_CORRUPT || !named)
		fail_msg("%s (commit %llu): %s, \"%s\"", what, (unsigned long long)revision, rpv_status_name(f.status), f.message);
	if (revision > was.linked) { /* an anchor before it tells as much, alone */
		f = verify(all, was.anchor[was.linked], true);
		if (f.status != RPV_E_CORRUPT || !strstr(f.message, word))
			fail_msg("%s, from an anchor: %s, \"%s\"", what, rpv_status_name(f.status), f.message);
	}
}

static void must_be_noticed(const pairs *all, const char *anchor, const char *what)
{
	finding f = verify(all, anchor, false);
	if (f.status != RPV_E_CORRUPT)
		fail_msg("%s: %s, \"%s\"", what, rpv_status_name(f.status), f.message);
}

static uint64_t commit_of(uint64_t sequence)
{
	for (uint64_t r = 1; r <= was.revision; r++)
		if (sequence >= was.first[r] && sequence <= was.last[r])
			return r;
	fail();
	return 0;
}

/* --- tests --- */
static void test_verify_when_nothing_was_changed_then_all_anchors_are_met(void **state)
{
	(void)state;
	finding f = verify(&was.now, NULL, false);
	assert_string_equal("", f.message);
	assert_string_equal(was.anchor[was.revision], f.anchor);
	for (uint64_t r = was.linked; r <= was.revision; r++)
		for (int from = 0; from < 2; from++) {
			f = verify(&was.now, was.anchor[r], from);
			assert_string_equal("", f.message);
		}
}

static void change_each_byte(pair *p, pairs *all, uint64_t revision, const char *what)
{
	test_random chance = { 77 };
	for (size_t i = 0; i < p->size; i++)
		for (int way = 0; way < 3; way++) {
			uint8_t was_there = p->value[i];
			p->value[i] ^= way == 0 ? 1 : way == 1 ? 0x80 : (uint8_t)(1 + test_random_below(&chance, 255));
			must_name(all, revision, what);
			p->value[i] = was_there;
		}
	p->size--;
	must_name(all, revision, what);
	p->size++;
	p->value[p->size++] = 0;
	must_name(all, revision, what);
	p->size--;
	spoiled = p;
	must_name(all, revision, "a sum");
	spoiled = NULL;
}

static void test_verify_when_any_byte_of_an_event_is_changed_then_its_commit_is_named(void **state)
{
	(void)state;
	static pairs all;
	all = was.now;
	for (uint64_t s = 1; s <= was.sequence; s++)
		change_each_byte(of(&all, 'J', s), &all, commit_of(s), "a byte of an event");
}

static void test_verify_when_any_byte_of_a_commit_is_changed_then_it_is_named(void **state)
{
	(void)state;
	static pairs all;
	all = was.now;
	for (uint64_t r = 1; r <= was.revision; r++)
		change_each_byte(of(&all, 'C', r), &all, r, "a byte of a commit");
}

/* What else stands there is no matter of the journal: then all of it is as it was. */
static void test_verify_when_any_byte_of_the_revision_record_is_changed_then_it_shows_or_all_is_the_same(void **state)
{
	(void)state;
	static pairs all;
	unsigned noticed = 0;
	all = was.now;
	pair *p = of(&all, 'Z', 0);
	for (size_t i = 0; i < p->size; i++)
		for (unsigned way = 1; way < 256; way++) {
			p->value[i] ^= (uint8_t)way;
			finding f = verify(&all, way & 1 ? was.anchor[was.revision] : NULL, false);
			if (f.status == RPV_OK)
				assert_string_equal(was.anchor[was.revision], f.anchor);
			else if (way & 1 && f.status == RPV_E_REFUSED && !strstr(f.message, "the hash"))
				fail_msg("byte %zu: the anchor is of a chained journal, and yet: %s", i, f.message);
			noticed += f.status != RPV_OK;
			p->value[i] ^= (uint8_t)way;
		}
	assert_true(noticed > 32 * 255);
}

static void test_verify_when_an_event_is_taken_out_or_doubled_then_its_commit_is_named(void **state)
{
	(void)state;
	static pairs all;
	for (uint64_t s = 1; s <= was.sequence; s++) {
		all = was.now;
		take_out(&all, of(&all, 'J', s));
		must_name(&all, commit_of(s), "an event is gone");
		for (uint64_t later = s + 1; later <= was.sequence; later++) /* the others move up */
			renumber(of(&all, 'J', later), later - 1);
		must_name(&all, commit_of(s), "an event is gone, and the others are moved");
		all = was.now;
		pair again = *of(&all, 'J', s);
		for (uint64_t later = was.sequence; later > s; later--)
			renumber(of(&all, 'J', later), later + 1);
		renumber(&again, s + 1);
		put_in(&all, &again);
		if (s == was.sequence) /* which the end does not reach */
			must_be_noticed(&all, NULL, "the last event is there twice");
		else
			must_name(&all, commit_of(s + 1), "an event is there twice");
	}
}

static void test_verify_when_something_follows_the_end_then_it_shows(void **state)
{
	(void)state;
	static pairs all;
	all = was.now;
	pair forged = *of(&all, 'J', was.sequence);
	renumber(&forged, was.sequence + 1);
	put_in(&all, &forged);
	must_be_noticed(&all, NULL, "an event after the last");
	all = was.now;
	forged = *of(&all, 'C', was.revision);
	renumber(&forged, was.revision + 1);
	put_in(&all, &forged);
	must_be_noticed(&all, NULL, "a commit after the last");
}

static void test_verify_when_records_are_exchanged_then_the_first_of_them_is_named(void **state)
{
	(void)state;
	static pairs all;
	for (uint64_t a = 1; a < was.sequence; a++)
		for (uint64_t b = a + 1; b <= was.sequence; b++) {
			all = was.now;
			exchange(of(&all, 'J', a), of(&all, 'J', b));
			must_name(&all, commit_of(a), "events are exchanged");
		}
	for (uint64_t a = 1; a < was.revision; a++)
		for (uint64_t b = a + 1; b <= was.revision; b++) {
			all = was.now;
			exchange(of(&all, 'C', a), of(&all, 'C', b));
			must_name(&all, a, "commits are exchanged");
		}
}

static void test_verify_when_a_commit_is_taken_out_then_it_is_named(void **state)
{
	(void)state;
	static pairs all;
	for (uint64_t r = 1; r <= was.revision; r++) {
		all = was.now;
		take_out(&all, of(&all, 'C', r));
		must_name(&all, r, "a commit is gone");
		for (uint64_t later = r + 1; later <= was.revision; later++)
			renumber(of(&all, 'C', later), later - 1);
		finding f = verify(&all, NULL, false);
		assert_status(RPV_E_CORRUPT, f.status);
		if (was.first[r] > was.last[r])
			continue;
		for (uint64_t s = was.first[r]; s <= was.last[r]; s++) /* with its events */
			take_out(&all, of(&all, 'J', s));
		must_be_noticed(&all, NULL, "a commit and its events are gone");
	}
}

static void test_verify_when_two_commits_were_changed_then_the_first_is_named(void **state)
{
	(void)state;
	static pairs all;
	for (uint64_t r = was.linked; r < was.revision; r++) {
		all = was.now;
		of(&all, 'C', r)->value[of(&all, 'C', r)->size - 1] ^= 1; /* its link */
		take_out(&all, of(&all, 'C', was.revision));
		must_name(&all, r, "a link is changed, the last commit gone");
		all = was.now;
		of(&all, 'C', r)->value[of(&all, 'C', r)->size - 1] ^= 1;
		of(&all, 'C', was.revision)->size--;
		must_name(&all, r, "a link is changed, the last commit cut");
	}
}

static void test_verify_when_links_are_taken_off_then_it_shows(void **state)
{
	(void)state;
	static pairs all;
	for (uint64_t r = was.linked; r <= was.revision; r++) {
		all = was.now;
		pair *p = of(&all, 'C', r);
		p->value[0] = 1; /* as if it were of a journal that is not chained */
		p->size -= 33;
		if (r > was.linked)
			must_name(&all, r, "a link is taken off");
	}
	all = was.now;
	for (uint64_t r = was.linked; r <= was.revision; r++) {
		pair *p = of(&all, 'C', r);
		p->value[0] = 1;
		p->size -= 33;
	}
	pair *z = of(&all, 'Z', 0);
	z->value[0] = 1;
	z->size -= 4 + 33; /* the name of the hash, the link */
	for (uint64_t r = was.linked; r <= was.revision; r++) /* as if it had never been chained */
		must_be_noticed(&all, was.anchor[r], "the whole chain is taken off");
}

static void test_verify_when_the_end_is_cut_off_then_an_anchor_tells(void **state)
{
	(void)state;
	for (uint64_t r = was.linked; r < was.revision; r++) {
		finding f = verify(&was.then[r], NULL, false); /* an older copy is sound by itself */
		assert_string_equal(was.anchor[r], f.anchor);
		f = verify(&was.then[r], was.anchor[r], false);
		assert_status(RPV_OK, f.status);
		for (uint64_t later = r + 1; later <= was.revision; later++)
			for (int from = 0; from < 2; from++) {
				f = verify(&was.then[r], was.anchor[later], from);
				assert_status(RPV_E_CORRUPT, f.status);
				assert_non_null(strstr(f.message, "cut"));
			}
	}
}

/* Whoever has the hash can write a chain anew, as the library does: without an anchor it is sound. */
static void test_verify_when_the_journal_is_written_anew_then_an_anchor_tells(void **state)
{
	(void)state;
	static pairs other;
	static char anchors[COMMITS][RPV_ANCHOR_MAX];
	test_world w;
	memcpy(anchors, was.anchor, sizeof anchors);
	tell(&w, "the vendor is fast");
	close_world(&w);
	other = was.now;
	finding f = verify(&other, NULL, false);
	assert_status(RPV_OK, f.status);
	for (uint64_t r = 5; r <= was.revision; r++) { /* what differs is in the fifth commit */
		must_be_noticed(&other, anchors[r], "another journal");
		f = verify(&other, anchors[r], true);
		assert_true(f.status == RPV_E_CORRUPT);
	}
	setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verify_when_nothing_was_changed_then_all_anchors_are_met),
		cmocka_unit_test(test_verify_when_any_byte_of_an_event_is_changed_then_its_commit_is_named),
		cmocka_unit_test(test_verify_when_any_byte_of_a_commit_is_changed_then_it_is_named),
		cmocka_unit_test(test_verify_when_any_byte_of_the_revision_record_is_changed_then_it_shows_or_all_is_the_same),
		cmocka_unit_test(test_verify_when_an_event_is_taken_out_or_doubled_then_its_commit_is_named),
		cmocka_unit_test(test_verify_when_something_follows_the_end_then_it_shows),
		cmocka_unit_test(test_verify_when_records_are_exchanged_then_the_first_of_them_is_named),
		cmocka_unit_test(test_verify_when_a_commit_is_taken_out_then_it_is_named),
		cmocka_unit_test(test_verify_when_two_commits_were_changed_then_the_first_is_named),
		cmocka_unit_test(test_verify_when_links_are_taken_off_then_it_shows),
		cmocka_unit_test(test_verify_when_the_end_is_cut_off_then_an_anchor_tells),
		cmocka_unit_test(test_verify_when_the_journal_is_written_anew_then_an_anchor_tells),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
