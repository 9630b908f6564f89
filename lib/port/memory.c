/* SPDX-License-Identifier: MIT */
/* The storage in memory. */
#include "ordered.h"

typedef struct memory {
	rpv__ordered pairs;
} memory;

static rpv_status memory_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	(void)error;
	const memory *m = user;
	const rpv__node *node = rpv__ordered_find(&m->pairs, key);
	if (!node)
		return RPV_E_NOT_FOUND;
	rpv_status status = sink(sink_user, node->key, node->value);
	return status == RPV_STOP ? RPV_OK : status;
}

static rpv_status memory_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                              rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	(void)error;
	const memory *m = user;
	const rpv__node *node = reverse ? rpv__ordered_before(&m->pairs, to) : rpv__ordered_from(&m->pairs, from);
	for (uint64_t fed = 0; node && (limit == 0 || fed < limit); fed++) {
		if (reverse ? rpv__bytes_compare(node->key, from) < 0 : !rpv__below(node->key, to))
			break;
		rpv_status status = sink(sink_user, node->key, node->value);
		if (status)
			return status == RPV_STOP ? RPV_OK : status;
		node = reverse ? node->before : node->next[0];
	}
	return RPV_OK;
}

static bool holds(const memory *m, const rpv_expect *expected)
{
	const rpv__node *node = rpv__ordered_find(&m->pairs, expected->key);
	if (!node || expected->absent)
		return !node && expected->absent;
	return rpv__bytes_compare(node->value, expected->value) == 0;
}

static rpv_status memory_commit(void *user, const rpv_write *writes, size_t write_count, const rpv_expect *expected,
                                size_t expected_count, rpv_error *error)
{
	(void)error;
	memory *m = user;
	for (size_t i = 0; i < expected_count; i++)
		if (!holds(m, &expected[i]))
			return RPV_E_CONFLICT;
	return rpv__ordered_commit(&m->pairs, writes, write_count, false);
}

static void memory_close(void *user)
{
	memory *m = user;
	rpv__ordered_clear(&m->pairs);
	rpv__alloc alloc = m->pairs.alloc;
	rpv__free(&alloc, m);
}

rpv_status rpv_memory_storage(const rpv_allocator *allocator, rpv_storage *storage)
{
	if (!storage)
		return RPV_E_INVALID;
	rpv__alloc alloc = rpv__alloc_or_default(allocator);
	memory *m = rpv__new(&alloc, sizeof *m);
	if (!m)
		return RPV_E_NOMEM;
	rpv__ordered_init(&m->pairs, &alloc);
	rpv_storage made = RPV_STORAGE_INIT;
	made.user = m;
	made.capabilities = RPV_STORAGE_VOLATILE;
	made.get = memory_get;
	made.scan = memory_scan;
	made.commit = memory_commit;
	made.close = memory_close;
	*storage = made;
	return RPV_OK;
}
