/* SPDX-License-Identifier: MIT */
/* Writes down what a storage acknowledged. */
#include "ledger.h"

#include <stdlib.h>

/* --- the commit under way --- */
static rpv_bytes keep(rpv_bytes b)
{
	void *data = malloc(b.size ? b.size : 1);
	assert_non_null(data);
	if (b.size)
		memcpy(data, b.data, b.size);
	return (rpv_bytes){ data, b.size };
}

static void forget(ledger *l)
{
	for (size_t i = 0; i < l->open_count; i++) {
		free((void *)(uintptr_t)l->open[i].key.data);
		free((void *)(uintptr_t)l->open[i].value.data);
	}
	free(l->open);
	l->open = NULL;
	l->open_count = 0;
	l->underway = false;
}

static void remember(ledger *l, const rpv_write *writes, size_t count)
{
	l->open = calloc(count + 1, sizeof *l->open);
	assert_non_null(l->open);
	l->open_count = count;
	for (size_t i = 0; i < count; i++) {
		l->open[i] = (rpv_write){ keep(writes[i].key), { NULL, 0 }, writes[i].remove };
		if (!writes[i].remove)
			l->open[i].value = keep(writes[i].value);
	}
	l->underway = true;
}

static void promise(ledger *l, const rpv_write *writes, size_t count)
{
	rpv_error error = RPV_ERROR_INIT;
	assert_ok(l->promised.commit(l->promised.user, writes, count, NULL, 0, &error));
}

/* --- the storage --- */
static rpv_status ledger_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	ledger *l = user;
	return l->inner.get(l->inner.user, key, sink, sink_user, error);
}

static rpv_status ledger_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                              rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	ledger *l = user;
	return l->inner.scan(l->inner.user, from, to, reverse, limit, sink, sink_user, error);
}

static rpv_status ledger_commit(void *user, const rpv_write *writes, size_t count, const rpv_expect *expected,
                                size_t expected_count, rpv_error *error)
{
	ledger *l = user;
	rpv_status status = l->inner.commit(l->inner.user, writes, count, expected, expected_count, error);
	if (status == RPV_OK) {
		promise(l, writes, count);
		l->acknowledged++;
	} else if (status != RPV_E_CONFLICT && !l->underway) {
		remember(l, writes, count);
	}
	return status;
}

static void ledger_close(void *user)
{
	ledger *l = user;
	if (l->inner.close)
		l->inner.close(l->inner.user);
}

void ledger_open(ledger *l)
{
	memset(l, 0, sizeof *l);
	assert_ok(rpv_memory_storage(NULL, &l->promised));
}

void ledger_free(ledger *l)
{
	forget(l);
	l->promised.close(l->promised.user);
}

rpv_storage ledger_around(ledger *l, const rpv_storage *inner)
{
	rpv_storage out = RPV_STORAGE_INIT;
	l->inner = *inner;
	out.user = l;
	out.get = ledger_get;
	out.scan = ledger_scan;
	out.commit = ledger_commit;
	out.close = ledger_close;
	return out;
}

/* --- comparing --- */
static rpv_status take(void *user, rpv_bytes key, rpv_bytes value)
{
	test_dump_add(user, &key.size, sizeof key.size);
	test_dump_add(user, key.data, key.size);
	test_dump_add(user, &value.size, sizeof value.size);
	test_dump_add(user, value.data, value.size);
	return RPV_OK;
}

static test_dump all_of(const rpv_storage *s)
{
	test_dump d = { NULL, 0, 0 };
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = s->scan(s->user, (rpv_bytes){ "", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, take, &d, &error);
	assert_status_error(RPV_OK, status, &error);
	return d;
}

static bool is_same(ledger *l, const test_dump *there)
{
	test_dump wanted = all_of(&l->promised);
	bool same = wanted.size == there->size && (wanted.size == 0 || memcmp(wanted.data, there->data, wanted.size) == 0);
	free(wanted.data);
	return same;
}

bool ledger_agrees(ledger *l, const rpv_storage *there)
{
	test_dump d = all_of(there);
	bool agrees = is_same(l, &d);
	if (l->underway) {
		l->vanished += agrees;
		if (!agrees) {
			promise(l, l->open, l->open_count);
			agrees = is_same(l, &d);
			l->happened += agrees;
		}
	}
	forget(l);
	free(d.data);
	return agrees;
}
