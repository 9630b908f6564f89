/* SPDX-License-Identifier: MIT */
/* What all tests share. */
#include "test.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

void test_assert_status(rpv_status expected, rpv_status actual, const rpv_error *error, const char *what,
                        const char *file, int line)
{
	if (expected == actual)
		return;
	print_error("%s\n\tis %s (%d), expected %s (%d)\n", what, rpv_status_name(actual), (int)actual,
	            rpv_status_name(expected), (int)expected);
	if (error && error->message[0])
		print_error("\tmessage: %s\n", error->message);
	_fail(file, line);
}

/* --- memory that fails --- */
static void *memory_resize(void *user, void *block, size_t size)
{
	test_memory *m = user;
	if (size == 0) {
		if (block)
			m->live--;
		free(block);
		return NULL;
	}
	m->requests++;
	if (m->fail_at && (m->requests == m->fail_at || (m->sticky && m->requests > m->fail_at)))
		return NULL;
	void *got = realloc(block, size);
	if (!block && got)
		m->live++;
	return got;
}

rpv_allocator test_memory_allocator(test_memory *memory)
{
	return (rpv_allocator){ memory, memory_resize };
}

void test_memory_fail(test_memory *memory, size_t fail_at, bool sticky)
{
	memory->requests = 0;
	memory->fail_at = fail_at;
	memory->sticky = sticky;
}

bool test_memory_failed(const test_memory *memory)
{
	return memory->fail_at && memory->requests >= memory->fail_at;
}

/* --- storage that fails --- */
static bool fails_now(test_storage *s, unsigned call, rpv_error *error)
{
	if (!(s->mask & call))
		return false;
	s->calls++;
	if (!s->fail_at || (s->sticky ? s->calls < s->fail_at : s->calls != s->fail_at))
		return false;
	s->failed = true;
	if (error) {
		error->host_code = 4711;
		snprintf(error->message, sizeof error->message, "the test makes call %zu fail", s->calls);
	}
	return true;
}

static rpv_status storage_get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	test_storage *s = user;
	s->gets++;
	assert_false(s->feeding);
	if (fails_now(s, TEST_GET, error))
		return s->status;
	s->feeding = true;
	rpv_status status = s->inner.get(s->inner.user, key, sink, sink_user, error);
	s->feeding = false;
	return status;
}

typedef struct counting { test_storage *storage; rpv_storage_sink sink; void *user; } counting;

static rpv_status count_pair(void *user, rpv_bytes key, rpv_bytes value)
{
	counting *c = user;
	c->storage->pairs++;
	return c->sink(c->user, key, value);
}

static rpv_status storage_scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                               rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	test_storage *s = user;
	s->scans++;
	assert_false(s->feeding);
	if (fails_now(s, TEST_SCAN, error))
		return s->status;
	s->feeding = true;
	counting c = { s, sink, sink_user };
	rpv_status status = s->inner.scan(s->inner.user, from, to, reverse, limit, count_pair, &c, error);
	s->feeding = false;
	return status;
}

static rpv_status storage_commit(void *user, const rpv_write *writes, size_t write_count, const rpv_expect *expected,
                                 size_t expected_count, rpv_error *error)
{
	test_storage *s = user;
	assert_false(s->feeding);
	s->commits++;
	s->writes += write_count;
	if (s->before_commit)
		s->before_commit(s->before_commit_user);
	bool fails = fails_now(s, TEST_COMMIT, error);
	rpv_status status = RPV_OK;
	if (!fails || s->happens)
		status = s->inner.commit(s->inner.user, writes, write_count, expected, expected_count, error);
	return fails ? s->status : status;
}

static rpv_status storage_begin_read(void *user, rpv_error *error)
{
	test_storage *s = user;
	if (fails_now(s, TEST_BEGIN_READ, error))
		return s->status;
	return s->inner.begin_read(s->inner.user, error);
}

static void storage_end_read(void *user)
{
	test_storage *s = user;
	s->inner.end_read(s->inner.user);
}

static void storage_close(void *user)
{
	test_storage *s = user;
	if (s->inner.close)
		s->inner.close(s->inner.user);
}

rpv_storage test_storage_around(test_storage *wrapper, const rpv_storage *inner, bool snapshots)
{
	memset(wrapper, 0, sizeof *wrapper);
	wrapper->inner = *inner;
	rpv_storage out = *inner;
	out.user = wrapper;
	out.get = storage_get;
	out.scan = storage_scan;
	out.commit = storage_commit;
	out.begin_read = snapshots && inner->begin_read ? storage_begin_read : NULL;
	out.end_read = snapshots && inner->begin_read ? storage_end_read : NULL;
	out.close = storage_close;
	out.wait = NULL;
	return out;
}

void test_storage_fail(test_storage *wrapper, unsigned mask, size_t fail_at, rpv_status status)
{
	wrapper->calls = 0;
	wrapper->mask = mask;
	wrapper->fail_at = fail_at;
	wrapper->status = status;
	wrapper->failed = false;
}

/* --- chance --- */
uint64_t test_random_next(test_random *random)
{
	uint64_t z = random->state += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64 */
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

uint64_t test_random_below(test_random *random, uint64_t bound)
{
	return test_random_next(random) % bound;
}

/* --- places --- */
void test_temporary_path(char *out, size_t size, const char *name)
{
	const char *base = getenv("TMPDIR");
	char folder[256];
	snprintf(folder, sizeof folder, "%s/reprieve-test-XXXXXX", base && *base ? base : "/tmp");
	assert_non_null(mkdtemp(folder));
	snprintf(out, size, "%s/%s", folder, name);
}

void test_remove_folder(const char *path_in_it)
{
	char folder[512], path[1024];
	snprintf(folder, sizeof folder, "%s", path_in_it);
	char *slash = strrchr(folder, '/');
	if (!slash || !strstr(folder, "/reprieve-test-"))
		return;
	*slash = '\0';
	DIR *dir = opendir(folder);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (dir)
		closedir(dir);
	rmdir(folder);
}

/* --- values as stored --- */
/* CRC-32C, bit by bit as it is defined. */
static uint32_t crc(uint32_t sum, rpv_bytes bytes)
{
	sum = ~sum;
	for (size_t i = 0; i < bytes.size; i++) {
		sum ^= ((const uint8_t *)bytes.data)[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0x82F63B78u : 0);
	}
	return ~sum;
}

size_t test_summed(uint8_t *out, rpv_bytes key, rpv_bytes value)
{
	uint32_t sum = crc(crc(0, key), value);
	if (value.size == 0)
		return 0;
	*out++ = 0xFD;
	for (int shift = 24; shift >= 0; shift -= 8)
		*out++ = (uint8_t)(sum >> shift);
	memcpy(out, value.data, value.size);
	return value.size + 5;
}

rpv_bytes test_unsummed(rpv_bytes key, rpv_bytes stored)
{
	const uint8_t *bytes = stored.data;
	if (stored.size == 0)
		return stored;
	assert_true(stored.size > 5 && bytes[0] == 0xFD);
	rpv_bytes value = { bytes + 5, stored.size - 5 };
	assert_int_equal(crc(crc(0, key), value),
	                 (uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 8 | bytes[4]);
	return value;
}

/* --- rounds --- */
uint64_t test_rounds(uint64_t many, uint64_t few)
{
	return getenv("RPV_TEST_SHORT") ? few : many;
}

/* --- a hash --- */
static rpv_status digest(void *user, const void *data, size_t size, unsigned char *out)
{
	(void)user;
	for (unsigned lane = 0; lane < 4; lane++) {
		uint64_t hash = UINT64_C(14695981039346656037) + lane;
		for (size_t i = 0; i < size; i++)
			hash = (hash ^ ((const uint8_t *)data)[i]) * UINT64_C(1099511628211);
		hash ^= hash >> 31;
		memcpy(out + 8 * lane, &hash, sizeof hash);
	}
	return RPV_OK;
}

rpv_hash test_hash(void)
{
	return (rpv_hash){ NULL, "toy", 32, digest };
}

/* --- storages --- */
rpv_status test_copy_pair(void *user, rpv_bytes key, rpv_bytes value)
{
	const rpv_storage *to = user;
	rpv_write write = { key, value, 0 };
	rpv_error error = RPV_ERROR_INIT;
	return to->commit(to->user, &write, 1, NULL, 0, &error);
}

rpv_storage test_copy_storage(const rpv_storage *from)
{
	rpv_storage to = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	assert_ok(rpv_memory_storage(NULL, &to));
	assert_ok(from->scan(from->user, (rpv_bytes){ "\0", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, test_copy_pair, &to, &error));
	return to;
}

void test_dump_add(test_dump *dump, const void *data, size_t size)
{
	if (dump->cap - dump->size < size) {
		dump->cap = 2 * (dump->cap + size);
		dump->data = realloc(dump->data, dump->cap);
		assert_non_null(dump->data);
	}
	if (size)
		memcpy(dump->data + dump->size, data, size);
	dump->size += size;
}
