/* SPDX-License-Identifier: MIT */
/* A disk for SQLite that loses power. */
#include "torn_disk.h"

#include <sqlite3.h>
#include <stdlib.h>

#define FILES 8
#define REGIONS 8
#define SECTOR 512
#define CHECKPOINT_PAGES 6 /* a checkpoint every few commits, so that crashes fall into them, too */

typedef struct blob { unsigned char *data; sqlite3_int64 size; } blob;

/* A write that no sync made safe. Without data it cuts the file to `at` bytes. */
typedef struct unsafe { sqlite3_int64 at; blob what; } unsafe;

typedef struct content {
	char name[512];
	bool there, safe;       /* its name: now; and what a sync of the folder made safe */
	blob now, synced;
	unsafe *list;
	size_t count, cap;
	void *regions[REGIONS]; /* memory that connections share */
} content;

typedef struct handle { sqlite3_file base; content *file; } handle;

static torn_disk *inserted;
static content files[FILES];
static sqlite3_vfs *below;

/* --- bytes --- */
static void reach(blob *b, sqlite3_int64 size)
{
	if (size <= b->size)
		return;
	b->data = realloc(b->data, (size_t)size);
	assert_non_null(b->data);
	memset(b->data + b->size, 0, (size_t)(size - b->size));
	b->size = size;
}

static void place(blob *b, sqlite3_int64 at, const void *data, sqlite3_int64 size)
{
	reach(b, at + size);
	if (size)
		memcpy(b->data + at, data, (size_t)size);
}

static void drop(blob *b)
{
	free(b->data);
	*b = (blob){ NULL, 0 };
}

static void copy(blob *to, const blob *from)
{
	drop(to);
	place(to, 0, from->data, from->size);
}

static void forget(content *f)
{
	for (size_t i = 0; i < f->count; i++)
		drop(&f->list[i].what);
	f->count = 0;
}

static void note(content *f, sqlite3_int64 at, const void *data, sqlite3_int64 size)
{
	if (f->count == f->cap) {
		f->cap = 2 * f->cap + 16;
		f->list = realloc(f->list, f->cap * sizeof *f->list);
		assert_non_null(f->list);
	}
	f->list[f->count] = (unsafe){ at, { NULL, 0 } };
	if (data)
		place(&f->list[f->count].what, 0, data, size);
	f->count++;
}

/* Whether the power is off; this call may be the one that it goes at. */
static bool strikes(void)
{
	if (!inserted->dead && inserted->fuse && --inserted->fuse == 0)
		inserted->dead = true;
	return inserted->dead;
}

/* --- one file --- */
static content *of(sqlite3_file *file)
{
	return ((handle *)file)->file;
}

static int file_close(sqlite3_file *file)
{
	(void)file;
	return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *out, int size, sqlite3_int64 at)
{
	const content *f = of(file);
	if (inserted->dead)
		return SQLITE_IOERR_READ;
	sqlite3_int64 there = f->now.size > at ? f->now.size - at : 0;
	if (there > size)
		there = size;
	if (there)
		memcpy(out, f->now.data + at, (size_t)there);
	if (there < size)
		memset((char *)out + there, 0, (size_t)(size - there));
	return there < size ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static int file_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at)
{
	content *f = of(file);
	bool was_dead = inserted->dead;
	if (strikes() && was_dead)
		return SQLITE_IOERR_WRITE;
	note(f, at, data, size); /* also the one that the power goes at: it may have come through */
	place(&f->now, at, data, size);
	return inserted->dead ? SQLITE_IOERR_WRITE : SQLITE_OK;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	content *f = of(file);
	bool was_dead = inserted->dead;
	if (strikes() && was_dead)
		return SQLITE_IOERR_TRUNCATE;
	note(f, size, NULL, 0);
	if (f->now.size > size)
		f->now.size = size;
	return inserted->dead ? SQLITE_IOERR_TRUNCATE : SQLITE_OK;
}

static int file_sync(sqlite3_file *file, int flags)
{
	content *f = of(file);
	(void)flags;
	if (strikes())
		return SQLITE_IOERR_FSYNC;
	if (inserted->lies)
		return SQLITE_OK;
	copy(&f->synced, &f->now);
	forget(f);
	for (int i = 0; i < FILES && !f->safe; i++) /* the first sync of a new file syncs its folder, too */
		if (&files[i] != f)
			files[i].safe = files[i].there;
	f->safe = true;
	return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
	*out = of(file)->now.size;
	return inserted->dead ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

/* One connection is all there is. */
static int file_lock(sqlite3_file *file, int level)
{
	(void)file, (void)level;
	return SQLITE_OK;
}

static int file_reserved(sqlite3_file *file, int *out)
{
	(void)file;
	*out = 0;
	return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
	(void)file, (void)what, (void)argument;
	return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *file)
{
	(void)file;
	return 4096;
}

static int file_promises(sqlite3_file *file)
{
	(void)file;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE; /* as the system's own says: bytes beside a torn write stay */
}

/* --- memory that connections share; it ends with the process --- */
static int shared_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
	content *f = of(file);
	*out = NULL;
	if (region >= REGIONS)
		return SQLITE_IOERR_SHMMAP;
	if (!f->regions[region] && extend)
		f->regions[region] = calloc(1, (size_t)size);
	*out = f->regions[region];
	return SQLITE_OK;
}

static int shared_lock(sqlite3_file *file, int offset, int count, int flags)
{
	(void)file, (void)offset, (void)count, (void)flags;
	return SQLITE_OK;
}

static void shared_barrier(sqlite3_file *file)
{
	(void)file;
}

static int shared_unmap(sqlite3_file *file, int remove)
{
	content *f = of(file);
	(void)remove;
	for (int i = 0; i < REGIONS; i++) {
		free(f->regions[i]);
		f->regions[i] = NULL;
	}
	return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
	2, file_close, file_read, file_write, file_truncate, file_sync, file_size, file_lock, file_lock, file_reserved,
	file_control, file_sector, file_promises, shared_map, shared_lock, shared_barrier, shared_unmap, NULL, NULL
};

/* --- the disk --- */
static content *look_up(const char *name, bool create)
{
	for (int i = 0; i < FILES; i++)
		if (strcmp(files[i].name, name) == 0)
			return &files[i];
	for (int i = 0; i < FILES && create; i++)
		if (!files[i].name[0]) {
			snprintf(files[i].name, sizeof files[i].name, "%s", name);
			return &files[i];
		}
	return NULL;
}

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	(void)vfs;
	content *f = look_up(name ? name : "temporary", true);
	file->pMethods = NULL;
	if (!f || inserted->dead || (!f->there && !(flags & SQLITE_OPEN_CREATE)))
		return SQLITE_CANTOPEN;
	if (!f->there) { /* what lay under the name before is another file */
		f->safe = false;
		f->synced.size = 0;
	}
	f->there = true;
	((handle *)file)->file = f;
	file->pMethods = &methods;
	if (out)
		*out = flags;
	return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	content *f = look_up(name, false);
	(void)vfs;
	if (!f || !f->there)
		return SQLITE_IOERR_DELETE_NOENT;
	if (strikes())
		return SQLITE_IOERR_DELETE;
	f->there = false;
	f->safe = f->safe && !(sync_folder && !inserted->lies); /* else it may come back */
	f->now.size = 0;
	forget(f);
	return SQLITE_OK;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	const content *f = look_up(name, false);
	(void)vfs, (void)flags;
	*out = f && f->there;
	return inserted->dead ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

static int disk_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
	(void)vfs;
	sqlite3_snprintf(size, out, "%s", name);
	return SQLITE_OK;
}

static int disk_random(sqlite3_vfs *vfs, int size, char *out)
{
	(void)vfs; /* the same at every run of a seed */
	for (int i = 0; i < size; i++)
		out[i] = (char)test_random_next(&inserted->chance);
	return size;
}

static int disk_sleep(sqlite3_vfs *vfs, int microseconds)
{
	(void)vfs;
	return microseconds;
}

static int disk_time(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
	(void)vfs;
	*out = INT64_C(212000000000000);
	return SQLITE_OK;
}

static int disk_error(sqlite3_vfs *vfs, int size, char *out)
{
	(void)vfs, (void)size, (void)out;
	return 0;
}

static sqlite3_vfs disk_vfs = {
	.iVersion = 2, .szOsFile = sizeof(handle), .mxPathname = 500, .zName = "torn", .xOpen = disk_open,
	.xDelete = disk_delete, .xAccess = disk_access, .xFullPathname = disk_path, .xRandomness = disk_random,
	.xSleep = disk_sleep, .xGetLastError = disk_error, .xCurrentTimeInt64 = disk_time,
};

static int often_checkpoint(sqlite3 *db, char **words, const void *api)
{
	(void)words, (void)api;
	return sqlite3_wal_autocheckpoint(db, CHECKPOINT_PAGES);
}

void torn_disk_insert(torn_disk *disk, uint64_t seed)
{
	memset(disk, 0, sizeof *disk);
	disk->chance.state = seed;
	inserted = disk;
	assert_int_equal(SQLITE_OK, sqlite3_initialize());
	below = sqlite3_vfs_find(NULL);
	assert_int_equal(SQLITE_OK, sqlite3_vfs_register(&disk_vfs, 1));
	assert_int_equal(SQLITE_OK, sqlite3_auto_extension((void (*)(void))often_checkpoint));
}

/* --- the crash --- */
/* A torn write: some sectors came through, in any order, and one of the others holds rubbish. */
static void tear(torn_disk *disk, blob *into, const unsafe *u)
{
	for (sqlite3_int64 at = 0; at < u->what.size; at += SECTOR) {
		sqlite3_int64 size = u->what.size - at < SECTOR ? u->what.size - at : SECTOR;
		uint64_t fate = test_random_below(&disk->chance, 16);
		if (fate < 9)
			place(into, u->at + at, u->what.data + at, size);
		else if (fate == 9)
			for (sqlite3_int64 i = 0; i < size; i++)
				place(into, u->at + at + i, &(unsigned char){ (unsigned char)test_random_next(&disk->chance) }, 1);
	}
}

static void settle(torn_disk *disk, blob *into, const unsafe *u)
{
	uint64_t fate = test_random_below(&disk->chance, 3);
	if (!u->what.data) {
		if (fate && into->size > u->at)
			into->size = u->at;
	} else if (fate == 0) {
		disk->dropped++;
	} else if (fate == 1) {
		disk->kept++;
		place(into, u->at, u->what.data, u->what.size);
	} else {
		disk->torn++;
		tear(disk, into, u);
	}
}

static void crash_file(torn_disk *disk, content *f)
{
	bool maybe = test_random_below(&disk->chance, 2) != 0;
	f->there = f->safe ? f->there || maybe : f->there && maybe;
	for (size_t i = 0; i < f->count && f->there; i++)
		settle(disk, &f->synced, &f->list[i]);
	if (!f->there)
		f->synced.size = 0;
	f->safe = f->there;
	copy(&f->now, &f->synced);
	forget(f);
}

void torn_disk_crash(torn_disk *disk)
{
	for (int i = 0; i < FILES; i++)
		crash_file(disk, &files[i]);
	disk->dead = false;
	disk->fuse = 0;
}

void torn_disk_remove(torn_disk *disk)
{
	(void)disk;
	for (int i = 0; i < FILES; i++) {
		forget(&files[i]);
		free(files[i].list);
		drop(&files[i].now);
		drop(&files[i].synced);
		files[i] = (content){ .there = false };
	}
	sqlite3_cancel_auto_extension((void (*)(void))often_checkpoint);
	sqlite3_vfs_unregister(&disk_vfs);
	sqlite3_vfs_register(below, 1);
	inserted = NULL;
}
