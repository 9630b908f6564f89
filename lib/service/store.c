/* SPDX-License-Identifier: MIT */
/* Opening and closing stores, taking callers' structs, checking ids and texts. */
#include "store.h"

static const rpv_limits default_limits = { 1000000, 1000, 5000, 1000000, 1000000, 100000 };

rpv_status rpv__take_struct(const void *given, size_t oldest, void *out, size_t size, const char *what, rpv_error *error)
{
	size_t given_size;
	const unsigned char *bytes = given;
	size_t known;

	if (!given)
		return RPV_OK; /* the defaults that `out` holds */
	memcpy(&given_size, given, sizeof given_size);
	if (given_size < oldest || given_size > 4096)
		return rpv__fail(error, RPV_E_INVALID, "the size of the %s struct is %zu: initialise it with its INIT macro",
		                 what, given_size);
	for (size_t i = size; i < given_size; i++)
		if (bytes[i] != 0)
			return rpv__fail(error, RPV_E_VERSION, "the %s struct asks for something newer than this library", what);
	known = given_size < size ? given_size : size;
	memcpy(out, given, known);
	memcpy(out, &size, sizeof size);
	return RPV_OK;
}

bool rpv__category_ok(rpv_category category)
{
	return (int)category >= RPV_CATEGORY_UNCHANGED && (int)category <= RPV_CATEGORY_SECURITY_CONTROLS;
}

static size_t size_of(const void *given)
{
	size_t size;

	memcpy(&size, given, sizeof size);
	return size;
}

bool rpv__can_give(const void *out)
{
	return size_of(out) >= sizeof(size_t) && size_of(out) <= 4096;
}

void rpv__give_struct(void *out, const void *answer, size_t size)
{
	size_t room = size_of(out);

	memcpy(out, answer, room < size ? room : size);
	memcpy(out, &room, sizeof room);
}

rpv_status rpv__check_id(const char *id, const char *field, rpv_error *error)
{
	size_t size;

	if (!id || !*id)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, field, "%s is missing", field);
	size = strlen(id);
	if (size > RPV_ID_MAX)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, field, "%s has %zu bytes, at most %d are allowed",
		                       field, size, RPV_ID_MAX);
	if (!rpv__utf8_ok(id, size))
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, field, "%s is not UTF-8", field);
	return RPV_OK;
}

rpv_status rpv__check_text(const char *text, const char *field, rpv_error *error)
{
	size_t size = text ? strlen(text) : 0;

	if (size > RPV_TEXT_MAX)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, field, "%s has %zu bytes, at most %d are allowed",
		                       field, size, RPV_TEXT_MAX);
	if (text && !rpv__utf8_ok(text, size))
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, field, "%s is not UTF-8", field);
	return RPV_OK;
}

const char *rpv__group_name(const char *name)
{
	if (!name || !*name || rpv__equal_fold(name, "Unassigned") || rpv__equal_fold(name, RPV__DEFAULT_GROUP_NAME) ||
	    rpv__equal_fold(name, "None"))
		return RPV__DEFAULT_GROUP_NAME;
	return name;
}

rpv_status rpv__store_enter(rpv_store *store, rpv_error *error)
{
	rpv_status st = rpv__lock_take(store->lock);

	if (st != RPV_OK)
		return rpv__fail(error, st, "called from within a callback of the same store");
	rpv__store_base(store)->starved = false;
	return RPV_OK;
}

rpv_status rpv__store_leave(rpv_store *store, rpv_status status, rpv_error *error)
{
	if (status == RPV_E_CORRUPT && rpv__store_base(store)->starved)
		status = rpv__fail_nomem(error); /* what cannot be decoded for lack of memory is not damaged */
	rpv__lock_give(store->lock);
	return status;
}

static rpv_status check_options(const rpv_store_options *o, rpv_error *error)
{
	const rpv_storage *s = &o->storage;

	if (s->struct_size != sizeof *s)
		return rpv__fail_field(error, s->struct_size < sizeof *s ? RPV_E_INVALID : RPV_E_VERSION, RPV_NO_INDEX, "storage",
		                       "the size of the storage struct is %zu, not %zu", s->struct_size, sizeof *s);
	if (!s->get || !s->scan || !s->commit)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "storage", "the storage lacks get, scan or commit");
	if (!s->begin_read != !s->end_read)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "storage",
		                       "the storage has one of begin_read and end_read only");
	if (s->max_commit && s->max_commit < 1024 * 1024)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "storage", "the storage takes less than 1 MiB a commit");
	if (s->reserved || (s->capabilities & ~(uint32_t)(RPV_STORAGE_VOLATILE | RPV_STORAGE_READ_ONLY)))
		return rpv__fail_field(error, RPV_E_VERSION, RPV_NO_INDEX, "storage",
		                       "the storage has capabilities that this version does not know");
	if (o->reserved || o->accept_clock_jump < 0 || o->accept_clock_jump > 1)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "accept_clock_jump",
		                       "accept_clock_jump is neither 0 nor 1, or what is reserved is not 0");
	if (o->executor.threads > RPV_EXECUTOR_THREADS_MAX || o->executor.reserved)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "executor",
		                       "the executor asks for %lu pieces, which is more than %d, or what is reserved is not 0",
		                       (unsigned long)o->executor.threads, RPV_EXECUTOR_THREADS_MAX);
	if (o->hash.digest && (!o->hash.name || !rpv__hash_name_ok(rpv__bytes_of(o->hash.name)) || o->hash.size < 16 ||
	                       o->hash.size > RPV_HASH_MAX))
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "hash", "the hash has no name of a-z, 0-9 and '-', or no "
		                       "size of 16 to %d bytes", RPV_HASH_MAX);
	if (!o->clock.now)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "clock", "there is no clock");
	return RPV_OK;
}

static void fill_limits(rpv_limits *limits)
{
	if (!limits->devices) limits->devices = default_limits.devices;
	if (!limits->groups) limits->groups = default_limits.groups;
	if (!limits->recommendations) limits->recommendations = default_limits.recommendations;
	if (!limits->weaknesses) limits->weaknesses = default_limits.weaknesses;
	if (!limits->exceptions) limits->exceptions = default_limits.exceptions;
	if (!limits->remediations) limits->remediations = default_limits.remediations;
}

/* The host's allocator, noting when it gives no memory: a decoder cannot say whether bytes were bad or memory short. */
static void *watched_resize(void *user, void *block, size_t size)
{
	rpv_store *store = user;
	void *got = store->host_alloc.resize(store->host_alloc.user, block, size);

	if (size && !got)
		store->starved = true;
	return got;
}

/* An empty storage is an empty store; one that holds something else is none. What is there may also be the first commit of
 * somebody who opened it at the same time: then there is a revision record by now. */
static rpv_status check_empty(const rpv__source *source, rpv__revision *revision, rpv_error *error)
{
	const uint8_t first = 0;
	bool any = false;
	rpv_status st = rpv__source_any(source, (rpv_bytes){ &first, 1 }, (rpv_bytes){ NULL, 0 }, &any, error);

	if (st == RPV_OK && any)
		st = rpv__source_revision(source, revision, error);
	if (st == RPV_E_NOT_FOUND)
		st = rpv__fail(error, RPV_E_CORRUPT, "the storage holds something else than a store");
	return st;
}

/* The storage is the store's from the moment it is called with it: closed on every failure from then on. */
static rpv_status open_store(const rpv_store_options *o, rpv_store **out, rpv_error *error)
{
	rpv__alloc alloc = rpv__alloc_or_default(&o->allocator);
	rpv_store *store = rpv__new(&alloc, sizeof *store);
	rpv__revision revision;
	rpv__source source = { NULL, NULL };
	rpv_status st;

	if (!store)
		return rpv__fail_nomem(error);
	store->limits = o->limits;
	fill_limits(&store->limits);
	store->host_alloc = alloc;
	store->port.alloc = (rpv__alloc){ store, watched_resize };
	store->port.storage = o->storage;
	store->port.clock = o->clock;
	store->port.log = o->log;
	store->port.authorise = o->authorise;
	store->port.executor = o->executor;
	store->port.hash = o->hash;
	if (o->hash.digest)
		memcpy(store->port.hash_name, o->hash.name, strlen(o->hash.name));
	store->port.hash.name = store->port.hash_name;
	store->port.accept_clock_jump = o->accept_clock_jump != 0;
	store->port.max_commit = o->storage.max_commit ? o->storage.max_commit : RPV_STORAGE_COMMIT_MAX;
	source.port = &store->port;
	st = rpv__lock_new(&alloc, &store->lock);
	if (st != RPV_OK)
		st = rpv__fail_nomem(error);
	else
		st = rpv__source_revision(&source, &revision, error);
	if (st == RPV_E_NOT_FOUND)
		st = check_empty(&source, &revision, error);
	if (st != RPV_OK) {
		rpv__lock_free(&alloc, store->lock);
		rpv__free(&alloc, store);
		return st;
	}
	*out = store;
	return RPV_OK;
}

rpv_status rpv__store_open(const rpv_store_options *options, rpv_store **out, rpv_error *error)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_status st;

	st = rpv__take_struct(options, offsetof(rpv_store_options, executor), &o, sizeof o, "store options", error);
	if (st != RPV_OK)
		return st;
	st = check_options(&o, error);
	if (st == RPV_OK)
		st = open_store(&o, out, error);
	if (st != RPV_OK && o.storage.close)
		o.storage.close(o.storage.user);
	return st;
}

void rpv__store_close(rpv_store *store)
{
	rpv__alloc alloc = store->host_alloc;

	if (store->base) {
		rpv__what_if_close(store);
		return;
	}
	rpv__view_free(store->view);
	if (store->port.storage.close)
		store->port.storage.close(store->port.storage.user);
	rpv__lock_free(&alloc, store->lock);
	rpv__free(&alloc, store);
}

rpv_status rpv__store_read_info(rpv_store *store, rpv_store_info *info, rpv_error *error)
{
	rpv__source source = { &store->port, NULL };
	rpv__revision revision;
	rpv_store_info got = { 0 };
	rpv_status st;

	if (!rpv__can_give(info))
		return rpv__fail(error, RPV_E_INVALID, "the size of the store info struct is %zu", info->struct_size);
	st = rpv__port_now(&store->port, &got.now_ms, error);
	if (st != RPV_OK)
		return st;
	got.format = RPV__FORMAT;
	st = rpv__source_revision(&source, &revision, error);
	if (st == RPV_OK) {
		got.revision = revision.revision;
		got.sequence = revision.sequence;
		got.mark_ms = revision.mark_ms;
		got.format = revision.format;
		if (got.now_ms < got.mark_ms)
			got.now_ms = got.mark_ms;
		st = rpv__next_deadline(&source, &got.next_deadline_ms, error);
	} else if (st == RPV_E_NOT_FOUND) {
		st = RPV_OK;
	}
	if (st != RPV_OK)
		return st;
	rpv__give_struct(info, &got, sizeof got);
	return RPV_OK;
}

static rpv_status read_present(const rpv__source *source, uint64_t *present, rpv_error *error)
{
	rpv__revision revision;
	rpv_status st = rpv__source_revision(source, &revision, error);

	if (st == RPV_OK)
		*present = revision.revision;
	return st == RPV_E_NOT_FOUND ? RPV_OK : st;
}

rpv_status rpv__store_wait(rpv_store *store, uint64_t revision, int32_t timeout_ms, uint64_t *present, rpv_error *error)
{
	rpv__source source = { &store->port, NULL };
	uint64_t got = 0;
	rpv_status st = read_present(&source, &got, error);

	if (st == RPV_OK && got <= revision) {
		st = rpv__source_wait(&source, timeout_ms, error);
		if (st == RPV_OK)
			st = read_present(&source, &got, error);
	}
	if (st == RPV_OK && present)
		*present = got;
	return st;
}
