/* SPDX-License-Identifier: MIT */
/* A host's own storage: a sorted map in memory and in one file, which every commit replaces as a whole. Good for a small
 * store that one process uses at a time. The page "Storage" of the documentation walks through it. */
#include <errno.h>
#include <fcntl.h>
#include <reprieve/reprieve.h>
#include <reprieve/system-clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* [map] */
typedef struct pair { rpv_bytes key, value; } pair; /* both point into the image */

typedef struct map {
	int directory, lock;
	char *image; /* the file: for each pair, in key order, two uint32_t sizes, the key, the value */
	size_t size;
	pair *pairs;
	size_t count;
	int broken; /* a commit may or may not be on the disk: nothing more until the store is opened again */
} map;
/* [map] */

static rpv_status say(rpv_error *error, rpv_status status, int code, const char *where, const char *what)
{
	if (error) {
		error->host_code = code;
		snprintf(error->message, sizeof error->message, "%s: %s", where, what);
	}
	return status;
}

static rpv_status failed(rpv_error *error, rpv_status status, const char *where)
{
	return say(error, status, errno, where, strerror(errno));
}

static rpv_status broken_off(rpv_error *error)
{
	return say(error, RPV_E_STORAGE, 0, "store", "an earlier commit broke off, open the store again");
}

/* Finds the pairs of an image. */
static rpv_status find_pairs(map *m)
{
	uint32_t sizes[2];
	size_t at = 0;

	m->count = 0;
	m->pairs = malloc((m->size / sizeof sizes + 1) * sizeof *m->pairs);
	if (!m->pairs)
		return RPV_E_NOMEM;
	while (m->size - at >= sizeof sizes) {
		const char *key = m->image + at + sizeof sizes;

		memcpy(sizes, m->image + at, sizeof sizes);
		if ((uint64_t)sizes[0] + sizes[1] > m->size - at - sizeof sizes)
			break;
		m->pairs[m->count++] = (pair){ { key, sizes[0] }, { key + sizes[0], sizes[1] } };
		at += sizeof sizes + sizes[0] + sizes[1];
	}
	return at == m->size ? RPV_OK : RPV_E_CORRUPT;
}

/* [order] */
static int compare(rpv_bytes a, rpv_bytes b)
{
	size_t shorter = a.size < b.size ? a.size : b.size;
	int order = shorter ? memcmp(a.data, b.data, shorter) : 0; /* as unsigned bytes */

	return order ? order : (a.size > b.size) - (a.size < b.size);
}
/* [order] */

/* Index of the first pair whose key is not below `key`; whether it is that key. */
static size_t find(const map *m, rpv_bytes key, int *found)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(m->pairs[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*found = low < m->count && compare(m->pairs[low].key, key) == 0;
	return low;
}

/* [reads] */
static rpv_status get(void *user, rpv_bytes key, rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	const map *m = user;
	int found;
	size_t i = find(m, key, &found);
	rpv_status status;

	if (m->broken)
		return broken_off(error);
	if (!found)
		return RPV_E_NOT_FOUND;
	status = sink(sink_user, m->pairs[i].key, m->pairs[i].value);
	return status == RPV_STOP ? RPV_OK : status;
}

static rpv_status scan(void *user, rpv_bytes from, rpv_bytes to, int32_t reverse, uint64_t limit,
                       rpv_storage_sink sink, void *sink_user, rpv_error *error)
{
	const map *m = user;
	int found;
	size_t low = find(m, from, &found), high = to.size ? find(m, to, &found) : m->count;
	rpv_status status = RPV_OK;

	if (m->broken)
		return broken_off(error);
	for (uint64_t given = 0; status == RPV_OK && low < high && (limit == 0 || given < limit); given++) {
		const pair *p = reverse ? &m->pairs[--high] : &m->pairs[low++];

		status = sink(sink_user, p->key, p->value);
	}
	return status == RPV_STOP ? RPV_OK : status;
}
/* [reads] */

/* [save] */
/* Replaces the file: bytes first, then the name, then the directory. RPV_E_OUTCOME: the new file has its name, but
 * perhaps no longer after a power failure. */
static rpv_status save(const map *m, const map *next, rpv_error *error)
{
	int fd = openat(m->directory, "store.new", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
	int done = file && fwrite(next->image, 1, next->size, file) == next->size && fflush(file) == 0 && fsync(fd) == 0;

	if (file ? fclose(file) != 0 : fd >= 0 && close(fd) != 0)
		done = 0;
	if (!done || renameat(m->directory, "store.new", m->directory, "store") != 0)
		return failed(error, errno == ENOSPC ? RPV_E_FULL : RPV_E_STORAGE, "store.new");
	return fsync(m->directory) == 0 ? RPV_OK : failed(error, RPV_E_OUTCOME, "store");
}
/* [save] */

static int by_key(const void *a, const void *b)
{
	return compare(((const rpv_write *)a)->key, ((const rpv_write *)b)->key);
}

static void append(map *m, rpv_bytes key, rpv_bytes value)
{
	const uint32_t sizes[] = { (uint32_t)key.size, (uint32_t)value.size };

	memcpy(m->image + m->size, sizes, sizeof sizes);
	memcpy(m->image + m->size + sizeof sizes, key.data, key.size);
	if (value.size)
		memcpy(m->image + m->size + sizeof sizes + key.size, value.data, value.size);
	m->size += sizeof sizes + key.size + value.size;
}

/* What the map will be; `writes` are in order. */
static rpv_status merge(const map *m, const rpv_write *writes, size_t write_count, map *next)
{
	size_t most = m->size + 1, i = 0, w = 0;

	for (size_t k = 0; k < write_count; k++)
		most += 2 * sizeof(uint32_t) + writes[k].key.size + writes[k].value.size;
	next->image = malloc(most);
	if (!next->image)
		return RPV_E_NOMEM;
	while (i < m->count || w < write_count) {
		int order = i == m->count ? 1 : w == write_count ? -1 : compare(m->pairs[i].key, writes[w].key);

		if (order < 0)
			append(next, m->pairs[i].key, m->pairs[i].value);
		else if (!writes[w].remove)
			append(next, writes[w].key, writes[w].value);
		i += order <= 0;
		w += order >= 0;
	}
	return find_pairs(next);
}

/* [commit] */
static rpv_status commit(void *user, const rpv_write *writes, size_t write_count, const rpv_expect *expected,
                         size_t expected_count, rpv_error *error)
{
	map *m = user, next = { .directory = m->directory, .lock = m->lock }, before = *m;
	rpv_write *sorted;
	rpv_status status;

	if (m->broken)
		return broken_off(error);
	for (size_t k = 0; k < expected_count; k++) {
		int found;
		size_t i = find(m, expected[k].key, &found);

		if (expected[k].absent ? found : !found || compare(m->pairs[i].value, expected[k].value) != 0)
			return RPV_E_CONFLICT;
	}
	sorted = malloc((write_count + 1) * sizeof *sorted);
	if (!sorted)
		return RPV_E_NOMEM;
	if (write_count)
		memcpy(sorted, writes, write_count * sizeof *sorted);
	qsort(sorted, write_count, sizeof *sorted, by_key);
	status = merge(m, sorted, write_count, &next);
	free(sorted);
	if (status == RPV_OK)
		status = save(m, &next, error);
	if (status == RPV_OK) { /* durable: now, and only now, visible */
		*m = next;
		next = before;
	}
	m->broken = status == RPV_E_OUTCOME;
	free(next.image);
	free(next.pairs);
	return status;
}
/* [commit] */

static void close_map(void *user)
{
	map *m = user;

	if (m->lock >= 0)
		close(m->lock);
	if (m->directory >= 0)
		close(m->directory);
	free(m->image);
	free(m->pairs);
	free(m);
}

static rpv_status load(map *m, rpv_error *error)
{
	int fd = openat(m->directory, "store", O_RDONLY);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "rb");
	struct stat about;
	rpv_status status = RPV_OK;

	if (fd < 0 && errno == ENOENT) /* a new store */
		return find_pairs(m);
	if (!file || fstat(fd, &about) != 0) {
		status = failed(error, RPV_E_STORAGE, "store");
	} else {
		m->image = malloc((size_t)about.st_size + 1);
		if (!m->image)
			status = RPV_E_NOMEM;
		else if (fread(m->image, 1, (size_t)about.st_size, file) != (size_t)about.st_size)
			status = failed(error, RPV_E_STORAGE, "store");
		else
			m->size = (size_t)about.st_size;
	}
	if (file)
		fclose(file);
	else if (fd >= 0)
		close(fd);
	return status == RPV_OK ? find_pairs(m) : status;
}

/* [open] */
static rpv_status open_map(const char *path, rpv_storage *storage, rpv_error *error)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	map *m = calloc(1, sizeof *m);
	rpv_status status;

	if (!m)
		return RPV_E_NOMEM;
	m->lock = -1;
	mkdir(path, 0700); /* when it is not there afterwards, the next call says so */
	m->directory = open(path, O_RDONLY | O_DIRECTORY);
	if (m->directory >= 0)
		m->lock = openat(m->directory, "lock", O_RDWR | O_CREAT, 0600);
	if (m->lock < 0)
		status = failed(error, RPV_E_STORAGE, path);
	else if (fcntl(m->lock, F_SETLK, &whole) != 0) /* the map is a copy of the file: one process at a time */
		status = failed(error, RPV_E_BUSY, path);
	else
		status = load(m, error);
	if (status == RPV_E_CORRUPT)
		say(error, status, 0, path, "the file is not a store, or damaged");
	if (status != RPV_OK) {
		close_map(m);
		return status;
	}
	*storage = (rpv_storage){ .struct_size = sizeof *storage, .user = m, .get = get, .scan = scan, .commit = commit,
		.close = close_map };
	return RPV_OK;
}
/* [open] */

static rpv_status report_and_file(rpv_session *session)
{
	static const char *const weaknesses[] = { "CVE-2026-0001" };
	const rpv_weakness_facts weakness = { .id = "CVE-2026-0001", .severity = RPV_SEVERITY_CRITICAL };
	const rpv_recommendation_facts editor = { .id = "va-_-acme-_-editor", .title = "Update Acme Editor" };
	const rpv_device_facts device = { .id = "pc-1" };
	rpv_exception_request request = RPV_EXCEPTION_REQUEST_INIT;
	rpv_batch *facts;
	rpv_status status = rpv_batch_begin(session, NULL, &facts);

	if (status == RPV_OK)
		status = rpv_batch_weakness(facts, &weakness);
	if (status == RPV_OK)
		status = rpv_batch_recommendation(facts, &editor);
	if (status == RPV_OK)
		status = rpv_batch_device(facts, &device);
	if (status == RPV_OK)
		status = rpv_batch_assess(facts, "pc-1", editor.id, weaknesses, 1);
	if (status == RPV_OK)
		status = rpv_batch_commit(facts, NULL);
	rpv_batch_free(facts);
	if (status != RPV_OK)
		return status;
	request.recommendation = editor.id;
	request.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	request.context = "isolated test device";
	request.duration_ms = RPV_DAYS(30);
	request.supersede = 1; /* takes over what an earlier run filed */
	return rpv_exception_file(session, &request, NULL);
}

static rpv_status show(rpv_session *session)
{
	rpv_exception_query query = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list;
	rpv_status status;

	query.statuses = 1u << RPV_EXCEPTION_IN_EFFECT;
	status = rpv_exception_list(session, &query, &list);
	for (size_t i = 0; status == RPV_OK && i < rpv_list_count(list); i++)
		printf("%s: %s, %s\n", rpv_exception_at(list, i)->id, rpv_exception_at(list, i)->recommendation,
		       rpv_exception_at(list, i)->context);
	if (status == RPV_OK)
		rpv_list_free(list);
	return status;
}

/* Opens the store in a directory, does something with it, and closes it. */
static rpv_status with_store(const char *path, rpv_status (*work)(rpv_session *session))
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal ana = RPV_PRINCIPAL_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *store = NULL;
	rpv_session *session = NULL;
	rpv_status status;

	options.clock = rpv_clock_system();
	ana.id = "ana@corp.example";
	ana.permissions = RPV_PERMIT_ALL;
	status = open_map(path, &options.storage, &error);
	if (status == RPV_OK)
		status = rpv_store_open(&options, &store, &error);
	if (status == RPV_OK)
		status = rpv_session_open(store, &ana, &session, &error);
	if (status == RPV_OK)
		status = work(session);
	if (status != RPV_OK)
		fprintf(stderr, "%s: %s\n", rpv_status_name(status),
		        session ? rpv_session_error(session)->message : error.message);
	rpv_session_close(session);
	rpv_store_close(store);
	return status;
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "custom-store";
	rpv_status status = with_store(path, report_and_file);

	if (status == RPV_OK)
		status = with_store(path, show); /* read back from the file */
	return status == RPV_OK ? 0 : 1;
}
