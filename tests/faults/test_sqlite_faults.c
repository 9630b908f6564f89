/* SPDX-License-Identifier: MIT */
/* A store in a SQLite file, with each call that SQLite makes of the system and each allocation of its failing, once and from
 * then on: the status is right and has words, the store is as before or as after, and a repetition succeeds. */
#include "decisions.h"

#include <reprieve-sqlite/reprieve-sqlite.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

/* --- what goes wrong --- */
typedef enum kind { KIND_NONE, KIND_CALL, KIND_FULL, KIND_SHORT, KIND_MEMORY } kind;
typedef struct fault { kind kind; bool sticky; const char *name; } fault;

static fault now_failing;
static uint64_t countdown;
static bool met;

static bool strikes(bool counts)
{
	if (!counts || !countdown || (countdown > 1 && --countdown))
		return false;
	met = true;
	if (!now_failing.sticky)
		countdown = 0;
	return true;
}

static bool call_fails(void)
{
	return strikes(now_failing.kind == KIND_CALL);
}

static void arm(const fault *f, uint64_t k)
{
	now_failing = *f;
	countdown = k;
	met = false;
}

static bool disarm(void)
{
	bool was_met = met;
	arm(&(fault){ KIND_NONE, false, NULL }, 0);
	return was_met;
}

/* --- the system that SQLite asks --- */
typedef struct handle { sqlite3_file base; sqlite3_file *real; } handle;

static sqlite3_vfs *real_system;

static sqlite3_file *below(sqlite3_file *file)
{
	return ((handle *)file)->real;
}

static int io_close(sqlite3_file *file)
{
	int result = below(file)->pMethods ? below(file)->pMethods->xClose(below(file)) : SQLITE_OK;
	free(below(file));
	return result;
}

static int io_read(sqlite3_file *file, void *out, int size, sqlite3_int64 at)
{
	return call_fails() ? SQLITE_IOERR_READ : below(file)->pMethods->xRead(below(file), out, size, at);
}

static int io_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at)
{
	if (call_fails())
		return SQLITE_IOERR_WRITE;
	if (strikes(now_failing.kind == KIND_FULL))
		return SQLITE_FULL;
	if (strikes(now_failing.kind == KIND_SHORT)) { /* half of it is there all the same */
		int result = below(file)->pMethods->xWrite(below(file), data, size / 2, at);
		return result ? result : SQLITE_IOERR_WRITE;
	}
	return below(file)->pMethods->xWrite(below(file), data, size, at);
}

static int io_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return call_fails() ? SQLITE_IOERR_TRUNCATE : below(file)->pMethods->xTruncate(below(file), size);
}

static int io_sync(sqlite3_file *file, int flags)
{
	(void)file, (void)flags; /* no power goes here: not to wait for the disk makes it quick */
	return call_fails() ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int io_size(sqlite3_file *file, sqlite3_int64 *out)
{
	return call_fails() ? SQLITE_IOERR_FSTAT : below(file)->pMethods->xFileSize(below(file), out);
}

static int io_lock(sqlite3_file *file, int level)
{
	return call_fails() ? SQLITE_IOERR_LOCK : below(file)->pMethods->xLock(below(file), level);
}

static int io_unlock(sqlite3_file *file, int level)
{
	return below(file)->pMethods->xUnlock(below(file), level);
}

static int io_reserved(sqlite3_file *file, int *out)
{
	return below(file)->pMethods->xCheckReservedLock(below(file), out);
}

static int io_control(sqlite3_file *file, int what, void *argument)
{
	return below(file)->pMethods->xFileControl(below(file), what, argument);
}

static int io_sector(sqlite3_file *file)
{
	return below(file)->pMethods->xSectorSize(below(file));
}

static int io_device(sqlite3_file *file)
{
	return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int io_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return call_fails() ? SQLITE_IOERR_SHMMAP : below(file)->pMethods->xShmMap(below(file), page, size, extend, out);
}

static int io_map_lock(sqlite3_file *file, int offset, int count, int flags)
{
	bool unlocks = flags & SQLITE_SHM_UNLOCK;
	return !unlocks && call_fails() ? SQLITE_IOERR_SHMLOCK
	                                : below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}

static void io_barrier(sqlite3_file *file)
{
	below(file)->pMethods->xShmBarrier(below(file));
}

static int io_unmap(sqlite3_file *file, int remove)
{
	return below(file)->pMethods->xShmUnmap(below(file), remove);
}

static const sqlite3_io_methods methods = { .iVersion = 2, .xClose = io_close, .xRead = io_read, .xWrite = io_write,
	.xTruncate = io_truncate, .xSync = io_sync, .xFileSize = io_size, .xLock = io_lock, .xUnlock = io_unlock,
	.xCheckReservedLock = io_reserved, .xFileControl = io_control, .xSectorSize = io_sector,
	.xDeviceCharacteristics = io_device, .xShmMap = io_map, .xShmLock = io_map_lock, .xShmBarrier = io_barrier,
	.xShmUnmap = io_unmap };

static int system_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	handle *h = (handle *)file;
	(void)vfs;
	h->base.pMethods = NULL;
	if (call_fails())
		return SQLITE_CANTOPEN;
	h->real = calloc(1, (size_t)real_system->szOsFile);
	assert_non_null(h->real);
	int result = real_system->xOpen(real_system, name, h->real, flags, out_flags);
	if (result == SQLITE_OK)
		h->base.pMethods = &methods;
	else
		free(h->real);
	return result;
}

static sqlite3_vfs failing_system;

/* --- the memory that SQLite asks for --- */
static sqlite3_mem_methods real_memory;

static void *memory_get(int size)
{
	return strikes(now_failing.kind == KIND_MEMORY) ? NULL : real_memory.xMalloc(size);
}

static void *memory_resize(void *block, int size)
{
	return strikes(now_failing.kind == KIND_MEMORY) ? NULL : real_memory.xRealloc(block, size);
}

static void insert(void)
{
	sqlite3_mem_methods failing;
	assert_int_equal(SQLITE_OK, sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory));
	failing = real_memory;
	failing.xMalloc = memory_get;
	failing.xRealloc = memory_resize;
	assert_int_equal(SQLITE_OK, sqlite3_config(SQLITE_CONFIG_MALLOC, &failing));
	assert_int_equal(SQLITE_OK, sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0)); /* every allocation asks */
	assert_int_equal(SQLITE_OK, sqlite3_initialize());
	real_system = sqlite3_vfs_find(NULL);
	failing_system = *real_system;
	failing_system.zName = "failing";
	failing_system.szOsFile = sizeof(handle);
	failing_system.xOpen = system_open;
	failing_system.pNext = NULL;
	assert_int_equal(SQLITE_OK, sqlite3_vfs_register(&failing_system, 1));
}

/* --- a store in a file --- */
static char base_path[512], path[520];

typedef struct seat {
	int64_t now;
	test_memory memory;
	rpv_store *store;
	rpv_session *session;
	rpv_error error;
} seat;

static rpv_status open_seat(seat *s)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	s->error = (rpv_error)RPV_ERROR_INIT;
	rpv_status status = rpv_sqlite_storage(path, RPV_SQLITE_CREATE, 1, &o.storage, &s->error);
	if (status)
		return status;
	o.allocator = test_memory_allocator(&s->memory);
	rpv_clock_manual(&s->now, &o.clock);
	status = rpv_store_open(&o, &s->store, &s->error);
	if (status)
		return status;
	p.id = "ana@corp.example";
	p.permissions = RPV_PERMIT_ALL;
	assert_ok(rpv_session_open(s->store, &p, &s->session, NULL));
	return RPV_OK;
}

static void close_seat(seat *s)
{
	rpv_session_close(s->session);
	rpv_store_close(s->store);
	s->session = NULL;
	s->store = NULL;
	assert_int_equal(0, s->memory.live);
}

static void copy_file(const char *from, const char *to)
{
	char bytes[65536], other[600];
	size_t size;
	const char *const tails[] = { "-wal", "-shm", "-journal" };
	for (int i = 0; i < 3; i++) {
		snprintf(other, sizeof other, "%s%s", to, tails[i]);
		unlink(other);
	}
	unlink(to);
	FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wb") : NULL;
	while (in && (size = fread(bytes, 1, sizeof bytes, in)))
		assert_int_equal(size, fwrite(bytes, 1, size, out));
	if (out)
		fclose(out);
	if (in)
		fclose(in);
}

/* --- what it holds: all but Z and C, which tell attempts apart --- */
static rpv_status take(void *user, rpv_bytes key, rpv_bytes value)
{
	char first = *(const char *)key.data;
	test_dump_add(user, key.data, key.size);
	if (first != 'Z' && first != 'C')
		test_dump_add(user, value.data, value.size);
	return RPV_OK;
}

static test_dump dump_file(void)
{
	test_dump d = { NULL, 0, 0 };
	rpv_storage s = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	assert_status_error(RPV_OK, rpv_sqlite_storage(path, RPV_SQLITE_CREATE, 0, &s, &error), &error);
	assert_ok(s.scan(s.user, (rpv_bytes){ "", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, take, &d, &error));
	s.close(s.user);
	return d;
}

static bool is_same(const test_dump *a, const test_dump *b)
{
	return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

/* --- scenes --- */
static const char *const sales[] = { "Sales" };

static rpv_status say_why(seat *s, rpv_status status)
{
	if (status)
		s->error = *rpv_session_error(s->session);
	return status;
}

static rpv_status act_batch(seat *s)
{
	rpv_batch *batch;
	char id[32];
	const rpv_weakness_facts weakness = { .id = "CVE-3", .severity = RPV_SEVERITY_CRITICAL };
	assert_ok(rpv_batch_begin(s->session, NULL, &batch));
	for (int i = 0; i < 40; i++) {
		const rpv_device_facts device = { .id = id, .group = "Sales", .name = "a name" };
		snprintf(id, sizeof id, "new%d", i);
		assert_ok(rpv_batch_device(batch, &device));
	}
	assert_ok(rpv_batch_weakness(batch, &weakness));
	rpv_status status = say_why(s, rpv_batch_commit(batch, NULL));
	rpv_batch_free(batch);
	return status;
}

static rpv_status act_file(seat *s)
{
	rpv_exception_request r = accept_in(BROWSER, sales, 1);
	rpv_filing *filing = NULL;
	rpv_status status = say_why(s, rpv_exception_file(s->session, &r, &filing));
	assert_true(!status == (filing != NULL));
	rpv_filing_free(filing);
	return status;
}

static rpv_status act_list(seat *s)
{
	rpv_list *list = NULL;
	rpv_status status = say_why(s, rpv_recommendation_list(s->session, NULL, &list));
	assert_true(!status == (list != NULL));
	rpv_list_free(list);
	return status;
}

static rpv_status act_check(seat *s)
{
	return rpv_sqlite_check(path, &s->error);
}

static rpv_status act_reopen(seat *s)
{
	close_seat(s);
	return open_seat(s);
}

typedef struct scene {
	const char *name;
	rpv_status (*act)(seat *s);
	bool closed; /* it opens the file itself */
	bool none;   /* there is no file */
} scene;

static const scene scenes[] = {
	{ "a batch", act_batch, false, false }, { "a filing", act_file, false, false }, { "a list", act_list, false, false },
	{ "a check of the file", act_check, true, false }, { "opening", act_reopen, true, false },
	{ "creating", act_reopen, true, true },
};

static const fault faults[] = {
	{ KIND_CALL, false, "call" }, { KIND_CALL, true, "call from" }, { KIND_FULL, false, "no space at write" },
	{ KIND_FULL, true, "no space from write" }, { KIND_SHORT, false, "short write" },
	{ KIND_SHORT, true, "short from write" },
	{ KIND_MEMORY, false, "allocation" }, { KIND_MEMORY, true, "allocation from" },
};

static void begin_scene(const scene *s, seat *at)
{
	*at = (seat){ .now = START + DAY, .error = RPV_ERROR_INIT };
	copy_file(s->none ? "/there is no such file" : base_path, path);
	if (!s->closed)
		assert_status_error(RPV_OK, open_seat(at), &at->error);
}

static bool belongs(kind k, rpv_status status)
{
	switch (status) {
	case RPV_E_OUTCOME: case RPV_E_STORAGE: return true; /* SQLite does not tell every want of memory */
	case RPV_E_NOMEM: return k == KIND_MEMORY;
	case RPV_E_FULL: return k == KIND_FULL;
	default: return false;
	}
}

static bool try_fault(const scene *s, const fault *f, uint64_t k, const test_dump *before, const test_dump *after)
{
	seat at;
	begin_scene(s, &at);
	arm(f, k);
	rpv_status status = s->act(&at);
	bool was_met = disarm();
	if (status && (!was_met || !belongs(f->kind, status) || !at.error.message[0]))
		fail_msg("%s, %s %llu: %s \"%s\"", s->name, f->name, (unsigned long long)k, rpv_status_name(status),
		         at.error.message);
	test_dump now = dump_file();
	if (!is_same(&now, status ? before : after) && !(status == RPV_E_OUTCOME && is_same(&now, after)) &&
	    !(status && s->none && is_same(&now, after)))
		fail_msg("%s, %s %llu: %s, and neither as before nor as after", s->name, f->name, (unsigned long long)k,
		         rpv_status_name(status));
	free(now.data);
	if (status && status != RPV_E_OUTCOME)
		assert_status_error(RPV_OK, s->act(&at), &at.error);
	close_seat(&at);
	return was_met;
}

static uint64_t play(const scene *s, bool brief)
{
	seat at;
	uint64_t runs = 0;
	begin_scene(s, &at);
	test_dump before = { NULL, 0, 0 };
	if (!s->none)
		before = dump_file();
	assert_status_error(RPV_OK, s->act(&at), &at.error);
	close_seat(&at);
	test_dump after = dump_file();
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		for (uint64_t k = 1; try_fault(s, &faults[i], k, &before, &after); runs++)
			k += k < 60 && !brief ? 1 : 1 + k / 8; /* every one of the first, then ever fewer */
	free(before.data);
	free(after.data);
	return runs;
}

static void make_base(void)
{
	seat s = { .now = START };
	rpv_batch *batch;
	const rpv_weakness_facts weakness = { .id = "CVE-1", .severity = RPV_SEVERITY_HIGH };
	const rpv_recommendation_facts browser = { .id = BROWSER, .kind = RPV_KIND_UPDATE, .title = "Update it" };
	const rpv_device_facts device = { .id = "s1", .group = "Sales" };
	const char *const had[] = { "CVE-1" };
	snprintf(path, sizeof path, "%s", base_path);
	assert_status_error(RPV_OK, open_seat(&s), &s.error);
	assert_ok(rpv_batch_begin(s.session, NULL, &batch));
	assert_ok(rpv_batch_weakness(batch, &weakness));
	assert_ok(rpv_batch_recommendation(batch, &browser));
	assert_ok(rpv_batch_device(batch, &device));
	assert_ok(rpv_batch_assess(batch, "s1", BROWSER, had, 1));
	assert_ok(rpv_batch_commit(batch, NULL));
	rpv_batch_free(batch);
	close_seat(&s);
}

static void test_sqlite_when_a_call_or_memory_fails_then_before_or_after(void **unused)
{
	bool brief = getenv("RPV_TEST_SHORT") != NULL;
	uint64_t runs = 0;
	(void)unused;
	test_temporary_path(base_path, sizeof base_path, "base.db");
	make_base();
	snprintf(path, sizeof path, "%s.copy", base_path);
	for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++)
		runs += play(&scenes[i], brief);
	test_remove_folder(base_path);
	print_message("%llu runs\n", (unsigned long long)runs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sqlite_when_a_call_or_memory_fails_then_before_or_after),
	};
	insert();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
