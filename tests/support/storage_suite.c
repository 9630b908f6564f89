/* SPDX-License-Identifier: MIT */
/* What every storage must do, whatever it is made of. */
#include "storage_suite.h"

#include <stdlib.h>

/* --- small things --- */
rpv_bytes suite_bytes(const char *text)
{
	return (rpv_bytes){ text, strlen(text) };
}

static rpv_write set(const char *key, const char *value)
{
	return (rpv_write){ suite_bytes(key), suite_bytes(value), 0 };
}

static rpv_write removal(const char *key)
{
	return (rpv_write){ suite_bytes(key), { NULL, 0 }, 1 };
}

rpv_status suite_put(const rpv_storage *storage, const char *key, const char *value)
{
	rpv_write write = set(key, value);
	return storage->commit(storage->user, &write, 1, NULL, 0, NULL);
}

static char got[70000];

static rpv_status take_text(void *user, rpv_bytes key, rpv_bytes value)
{
	(void)key;
	assert_true(value.size < sizeof got);
	if (value.size)
		memcpy(got, value.data, value.size);
	got[value.size] = '\0';
	++*(int *)user;
	return RPV_OK;
}

const char *suite_get(const rpv_storage *storage, const char *key)
{
	int fed = 0;
	rpv_status status = storage->get(storage->user, suite_bytes(key), take_text, &fed, NULL);
	assert_status(fed ? RPV_OK : RPV_E_NOT_FOUND, status);
	assert_true(fed <= 1);
	return fed ? got : NULL;
}

static const suite_backend *begin(void **state, rpv_storage *storage)
{
	const suite_backend *backend = *state;
	backend->open(storage, false);
	assert_int_equal(storage->struct_size, sizeof *storage);
	assert_int_equal(storage->begin_read == NULL, storage->end_read == NULL);
	return backend;
}

static void end(const suite_backend *backend, rpv_storage *storage)
{
	if (storage->close)
		storage->close(storage->user);
	if (backend->clean)
		backend->clean();
}

/* Keys of a scan, one after the other, as text with a space after each. */
typedef struct listing { char text[4096]; size_t count, stop_after; rpv_status fail; } listing;

static rpv_status list_key(void *user, rpv_bytes key, rpv_bytes value)
{
	listing *l = user;
	(void)value;
	assert_true(strlen(l->text) + key.size + 2 < sizeof l->text);
	strncat(l->text, key.data, key.size);
	strcat(l->text, " ");
	l->count++;
	return l->count == l->stop_after ? l->fail : RPV_OK;
}

static void assert_keys(const rpv_storage *s, const char *from, const char *to, int reverse, uint64_t limit,
                        const char *expected)
{
	listing l = { .count = 0 };
	assert_ok(s->scan(s->user, suite_bytes(from), suite_bytes(to), reverse, limit, list_key, &l, NULL));
	assert_string_equal(l.text, expected);
}

/* --- scans --- */
typedef struct walking { const rpv_bytes *keys; size_t at; } walking;

static rpv_status expect_next(void *user, rpv_bytes key, rpv_bytes value)
{
	walking *w = user;
	const rpv_bytes *expected = &w->keys[w->at++];
	assert_int_equal(key.size, expected->size);
	assert_memory_equal(key.data, expected->data, key.size);
	assert_int_equal(value.size, key.size);
	return RPV_OK;
}

void suite_scan_when_keys_are_any_bytes_then_in_order(void **state)
{
	static const rpv_bytes keys[] = { { "\0", 1 }, { "\0\0", 2 }, { "\0\xFF", 2 }, { "a", 1 }, { "a\0", 2 }, { "aa", 2 },
		{ "\x7F", 1 }, { "\x80", 1 }, { "\x80\0\0", 3 }, { "\xC3\xA4", 2 }, { "\xFF", 1 }, { "\xFF\0", 2 },
		{ "\xFF\xFF", 2 }, { "\xFF\xFF\xFF", 3 } };
	const size_t count = sizeof keys / sizeof keys[0];
	rpv_storage s;
	const suite_backend *backend = begin(state, &s);
	for (size_t i = 0; i < count; i++) {
		const rpv_bytes *key = &keys[(i * 5) % count];
		assert_ok(s.commit(s.user, &(rpv_write){ *key, *key, 0 }, 1, NULL, 0, NULL));
	}
	walking w = { keys, 0 };
	assert_ok(s.scan(s.user, (rpv_bytes){ NULL, 0 }, (rpv_bytes){ NULL, 0 }, 0, 0, expect_next, &w, NULL));
	assert_int_equal(w.at, count);
	end(backend, &s);
}

void suite_scan_when_bounded_then_from_to_reverse_and_limit_hold(void **state)
{
	rpv_storage s;
	const suite_backend *backend = begin(state, &s);
	assert_keys(&s, "", "", 0, 0, "");
	assert_keys(&s, "a", "z", 1, 3, "");
	rpv_write writes[] = { set("b", "1"), set("d", "2"), set("da", ""), set("f", "4"), set("h", "5") };
	assert_ok(s.commit(s.user, writes, 5, NULL, 0, NULL));
	assert_keys(&s, "", "", 0, 0, "b d da f h ");
	assert_keys(&s, "", "", 1, 0, "h f da d b ");
	assert_keys(&s, "d", "f", 0, 0, "d da ");
	assert_keys(&s, "d", "f", 1, 0, "da d ");
	assert_keys(&s, "c", "g", 0, 0, "d da f ");
	assert_keys(&s, "c", "", 0, 2, "d da ");
	assert_keys(&s, "c", "", 1, 2, "h f ");
	assert_keys(&s, "", "d", 1, 1, "b ");
	assert_keys(&s, "d", "d", 0, 0, "");
	assert_keys(&s, "i", "", 0, 0, "");
	assert_keys(&s, "", "", 0, 100, "b d da f h ");
	assert_keys(&s, "", "", 0, UINT64_MAX, "b d da f h ");
	end(backend, &s);
}

void suite_scan_when_sink_stops_or_fails_then_ends(void **state)
{
	rpv_storage s;
	const suite_backend *backend = begin(state, &s);
	rpv_write writes[] = { set("a", "1"), set("b", "2"), set("c", "3") };
	assert_ok(s.commit(s.user, writes, 3, NULL, 0, NULL));
	listing l = { .stop_after = 2, .fail = RPV_STOP };
	assert_ok(s.scan(s.user, suite_bytes("a"), suite_bytes("z"), 0, 0, list_key, &l, NULL));
	assert_string_equal(l.text, "a b ");
	l = (listing){ .stop_after = 1, .fail = RPV_E_LIMIT };
	assert_status(RPV_E_LIMIT, s.scan(s.user, suite_bytes("a"), suite_bytes("z"), 1, 0, list_key, &l, NULL));
	assert_string_equal(l.text, "c ");
	l = (listing){ .stop_after = 1, .fail = RPV_E_DENIED };
	assert_status(RPV_E_DENIED, s.get(s.user, suite_bytes("b"), list_key, &l, NULL));
	l = (listing){ .stop_after = 1, .fail = RPV_STOP };
	assert_ok(s.get(s.user, suite_bytes("b"), list_key, &l, NULL));
	assert_ok(suite_put(&s, "d", "4")); /* nothing is left locked */
	assert_keys(&s, "", "", 0, 0, "a b c d ");
	end(backend, &s);
}

/* --- get, commit --- */
void suite_get_when_there_or_not_then_says_so(void **state)
{
	rpv_storage s;
	const suite_backend *backend = begin(state, &s);
	assert_null(suite_get(&s, "a"));
	assert_ok(suite_put(&s, "a", "one"));
	assert_string_equal(suite_get(&s, "a"), "one");
	assert_null(suite_get(&s, "A"));
	assert_null(suite_get(&s, "aa"));
	assert_ok(suite_put(&s, "a", ""));
	assert_string_equal(suite_get(&s, "a"), "");
	rpv_write none = { suite_bytes("n"), { NULL, 0 }, 0 };
	assert_ok(s.commit(s.user, &none, 1, NULL, 0, NULL));
	assert_string_equal(suite_get(&s, "n"), "");
	rpv_write gone[] = { removal("a"), removal("never there") };
	assert_ok(s.commit(s.user, gone, 2, NULL, 0, NULL));
	assert_null(suite_get(&s, "a"));
	end(backend, &s);
}

static rpv_status commit_if(const rpv_storage *s, const rpv_expect *expected, size_t count)
{
	rpv_write writes[] = { set("x", "new"), removal("y"), set("z", "new") };
	return s->commit(s->user, writes, 3, expected, count, NULL);
}

void suite_commit_when_expected_holds_or_not_then_all_or_nothing(void **state)
{
	rpv_storage s;
	const suite_backend *backend = begin(state, &s);
	rpv_write first[] = { set("x", "old"), set("y", "old"), set("e", "") };
	assert_ok(s.commit(s.user, first, 3, NULL, 0, NULL));
	const rpv_expect wrong[] = {
		{ suite_bytes("x"), suite_bytes("older"), 0 }, { suite_bytes("x"), suite_bytes("ol"), 0 },
		{ suite_bytes("x"), suite_bytes(""), 0 },      { suite_bytes("x"), suite_bytes(""), 1 },
		{ suite_bytes("q"), suite_bytes(""), 0 },      { suite_bytes("e"), suite_bytes(""), 1 },
	};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		rpv_expect two[] = { { suite_bytes("y"), suite_bytes("old"), 0 }, wrong[i] };
		assert_status(RPV_E_CONFLICT, commit_if(&s, &wrong[i], 1));
		assert_status(RPV_E_CONFLICT, commit_if(&s, two, 2));
		assert_string_equal(suite_get(&s, "x"), "old");
		assert_string_equal(suite_get(&s, "y"), "old");
		assert_null(suite_get(&s, "z"));
	}
	const rpv_expect right[] = { { suite_bytes("x"), suite_bytes("old"), 0 }, { suite_bytes("q"), suite_bytes(""), 1 },
		{ suite_bytes("e"), { NULL, 0 }, 0 } };
	assert_ok(commit_if(&s, right, 3));
	assert_string_equal(suite_get(&s, "x"), "new");
	assert_null(suite_get(&s, "y"));
	assert_string_equal(suite_get(&s, "z"), "new");
	assert_ok(s.commit(s.user, NULL, 0, NULL, 0, NULL));
	end(backend, &s);
}

typedef struct sizing { size_t key, value, count; } sizing;

static rpv_status note_size(void *user, rpv_bytes key, rpv_bytes value)
{
	sizing *z = user;
	z->key += key.size;
	z->value += value.size;
	z->count++;
	return RPV_OK;
}

void suite_commit_when_at_the_limits_then_taken(void **state)
{
	enum { WRITES = 254 };
	rpv_storage s;
	const suite_backend *backend = begin(state, &s);
	uint8_t (*keys)[RPV_STORAGE_KEY_MAX] = calloc(WRITES, sizeof *keys);
	uint8_t *value = malloc(RPV_STORAGE_VALUE_MAX);
	rpv_write writes[WRITES];
	memset(value, 0xA5, RPV_STORAGE_VALUE_MAX);
	for (size_t i = 0; i < WRITES; i++) {
		keys[i][RPV_STORAGE_KEY_MAX - 1] = (uint8_t)i;
		writes[i] = (rpv_write){ { keys[i], sizeof keys[i] }, { value, RPV_STORAGE_VALUE_MAX }, 0 };
	}
	assert_true(WRITES * (RPV_STORAGE_VALUE_MAX + RPV_STORAGE_KEY_MAX) <= RPV_STORAGE_COMMIT_MAX);
	assert_ok(s.commit(s.user, writes, WRITES, NULL, 0, NULL));
	sizing z = { 0, 0, 0 };
	assert_ok(s.scan(s.user, (rpv_bytes){ NULL, 0 }, (rpv_bytes){ NULL, 0 }, 0, 0, note_size, &z, NULL));
	assert_int_equal(z.count, WRITES);
	assert_int_equal(z.value, (size_t)WRITES * RPV_STORAGE_VALUE_MAX);
	free(keys);
	free(value);
	end(backend, &s);
}

/* --- at random --- */
#define SLOTS 60
typedef struct plain { char key[8]; char value[24]; bool there; } plain;

static rpv_status match_plain(void *user, rpv_bytes key, rpv_bytes value)
{
	const plain **at = user;
	while (!(*at)->there)
		++*at;
	assert_int_equal(key.size, strlen((*at)->key));
	assert_memory_equal(key.data, (*at)->key, key.size);
	assert_int_equal(value.size, strlen((*at)->value));
	assert_memory_equal(value.data, (*at)->value, value.size);
	++*at;
	return RPV_OK;
}

static size_t change_plainly(plain *map, rpv_write *writes, test_random *random)
{
	size_t count = 0, step = 1 + test_random_below(random, 20);
	for (size_t i = test_random_below(random, 20); i < SLOTS; i += step) {
		plain *p = &map[i];
		p->there = test_random_below(random, 3) != 0;
		snprintf(p->value, sizeof p->value, "%llx", (unsigned long long)test_random_next(random) >> (8 * (i % 8)));
		writes[count++] = (rpv_write){ suite_bytes(p->key), suite_bytes(p->value), !p->there };
	}
	return count;
}

void suite_storage_when_used_at_random_then_as_a_plain_map(void **state)
{
	rpv_storage s;
	const suite_backend *backend = begin(state, &s);
	test_random random = { 99 };
	plain map[SLOTS + 1];
	rpv_write writes[SLOTS];
	for (size_t i = 0; i <= SLOTS; i++) {
		map[i] = (plain){ .there = i == SLOTS };
		snprintf(map[i].key, sizeof map[i].key, "%03zu", i);
	}
	for (int round = 0; round < 150; round++) {
		plain before[SLOTS + 1];
		memcpy(before, map, sizeof map);
		size_t count = change_plainly(map, writes, &random), which = test_random_below(&random, SLOTS);
		bool lie = test_random_below(&random, 4) == 0;
		rpv_expect expected = { suite_bytes(before[which].key), suite_bytes(before[which].value),
		                        before[which].there ? lie : !lie };
		rpv_status status = s.commit(s.user, writes, count, &expected, 1, NULL);
		assert_status(lie ? RPV_E_CONFLICT : RPV_OK, status);
		if (lie)
			memcpy(map, before, sizeof map);
		const plain *at = map;
		assert_ok(s.scan(s.user, (rpv_bytes){ NULL, 0 }, (rpv_bytes){ NULL, 0 }, 0, 0, match_plain, &at, NULL));
		for (; at < map + SLOTS; at++)
			assert_false(at->there);
	}
	end(backend, &s);
}

/* --- beyond one handle --- */
void suite_storage_when_opened_again_then_keeps_all(void **state)
{
	rpv_storage s;
	const suite_backend *backend = begin(state, &s);
	assert_int_equal(backend->persistent, !(s.capabilities & RPV_STORAGE_VOLATILE));
	if (!backend->persistent) {
		end(backend, &s);
		return;
	}
	assert_ok(suite_put(&s, "a", "kept"));
	s.close(s.user);
	backend->open(&s, true);
	assert_string_equal(suite_get(&s, "a"), "kept");
	end(backend, &s);
}

void suite_snapshot_when_others_commit_then_unmoved(void **state)
{
	rpv_storage s, other;
	const suite_backend *backend = begin(state, &s);
	if (!backend->shared || !s.begin_read) {
		end(backend, &s);
		return;
	}
	backend->open(&other, true);
	assert_ok(suite_put(&s, "a", "one"));
	assert_ok(s.begin_read(s.user, NULL));
	assert_ok(suite_put(&other, "a", "two"));
	assert_ok(suite_put(&other, "b", "new"));
	assert_string_equal(suite_get(&s, "a"), "one");
	assert_keys(&s, "", "", 0, 0, "a ");
	s.end_read(s.user);
	assert_string_equal(suite_get(&s, "a"), "two");
	assert_keys(&s, "", "", 0, 0, "a b ");
	assert_ok(suite_put(&s, "c", "three"));
	assert_string_equal(suite_get(&other, "c"), "three");
	other.close(other.user);
	end(backend, &s);
}
