/* SPDX-License-Identifier: MIT */
/* Memory: the host's allocator or the C library's, growable arrays, and regions of pieces that are freed together. */
#include "base.h"

#include <stdlib.h>

static void *default_resize(void *user, void *block, size_t size)
{
	(void)user;
	if (size == 0) {
		free(block);
		return NULL;
	}
	return realloc(block, size);
}

rpv__alloc rpv__alloc_or_default(const rpv_allocator *given)
{
	rpv__alloc a = { NULL, default_resize };
	if (given && given->resize)
		a = *given;
	return a;
}

void *rpv__new(const rpv__alloc *a, size_t size)
{
	void *block = a->resize(a->user, NULL, size ? size : 1);
	if (block)
		memset(block, 0, size ? size : 1);
	return block;
}

void rpv__free(const rpv__alloc *a, void *block)
{
	if (block)
		a->resize(a->user, block, 0);
}

rpv_status rpv__grow(const rpv__alloc *a, void *array_ptr, size_t *cap, size_t need, size_t item)
{
	if (need <= *cap)
		return RPV_OK;
	size_t more = *cap + *cap / 2 + 8;
	if (more < need)
		more = need;
	if (more > SIZE_MAX / 2 / item)
		return RPV_E_NOMEM;
	void *array;
	memcpy(&array, array_ptr, sizeof array); /* the caller's pointer may be of any object type */
	array = a->resize(a->user, array, more * item);
	if (!array)
		return RPV_E_NOMEM;
	memcpy(array_ptr, &array, sizeof array);
	*cap = more;
	return RPV_OK;
}

rpv_status rpv__copy_text(const rpv__alloc *a, const char *text, char **out)
{
	char *copy = NULL;
	if (text) {
		size_t size = strlen(text) + 1;
		copy = rpv__new(a, size);
		if (!copy)
			return RPV_E_NOMEM;
		memcpy(copy, text, size);
	}
	*out = copy;
	return RPV_OK;
}

/* --- regions --- */
typedef struct rpv__chunk {
	struct rpv__chunk *next;
	size_t size, used;
	max_align_t bytes[];
} rpv__chunk;

#ifdef RPV_ARENA_EACH /* tests: each piece is an allocation of its own, and can fail */
#define CHUNK_FIRST ((size_t)1)
#define CHUNK_LARGEST ((size_t)1)
#else
#define CHUNK_FIRST ((size_t)1024)
#define CHUNK_LARGEST ((size_t)65536)
#endif

void rpv__arena_init(rpv__arena *r, const rpv__alloc *a)
{
	r->alloc = *a;
	r->chunks = NULL;
}

/* A piece that fits no ordinary chunk gets one of its own, behind the head, whose room stays in use. */
static rpv__chunk *add_chunk(rpv__arena *r, size_t need)
{
	size_t size = r->chunks ? r->chunks->size * 2 : CHUNK_FIRST;
	if (size > CHUNK_LARGEST)
		size = CHUNK_LARGEST;
	bool own = need > size / 4 && r->chunks;
	if (own || need > size)
		size = need;
	rpv__chunk *chunk = r->alloc.resize(r->alloc.user, NULL, sizeof *chunk + size);
	if (!chunk)
		return NULL;
	chunk->size = size;
	chunk->used = 0;
	chunk->next = own ? r->chunks->next : r->chunks;
	if (own)
		r->chunks->next = chunk;
	else
		r->chunks = chunk;
	return chunk;
}

void *rpv__arena_room(rpv__arena *r, size_t size)
{
	const size_t unit = _Alignof(max_align_t);
	if (size > SIZE_MAX / 2 - unit)
		return NULL; /* no object is that large */
	size_t need = (size + unit - 1) / unit * unit;
	if (need == 0)
		need = unit;
	rpv__chunk *chunk = r->chunks;
	if (!chunk || chunk->size - chunk->used < need)
		chunk = add_chunk(r, need);
	if (!chunk)
		return NULL;
	void *piece = (uint8_t *)chunk->bytes + chunk->used;
	chunk->used += need;
	return piece;
}

void *rpv__arena_get(rpv__arena *r, size_t size)
{
	void *piece = rpv__arena_room(r, size);
	if (piece)
		memset(piece, 0, size);
	return piece;
}

rpv_status rpv__arena_grow(rpv__arena *r, void *array_ptr, size_t *cap, size_t count, size_t item)
{
	void *old, *more;
	if (count < *cap)
		return RPV_OK;
	size_t next = 2 * *cap + 16;
	memcpy(&old, array_ptr, sizeof old);
	if (!(more = rpv__arena_get(r, next * item)))
		return RPV_E_NOMEM;
	if (count)
		memcpy(more, old, count * item);
	memcpy(array_ptr, &more, sizeof more);
	*cap = next;
	return RPV_OK;
}

char *rpv__arena_text(rpv__arena *r, const char *data, size_t size)
{
	if (size == SIZE_MAX)
		return NULL;
	char *copy = rpv__arena_get(r, size + 1);
	if (copy && size)
		memcpy(copy, data, size);
	return copy;
}

void rpv__arena_free(rpv__arena *r)
{
	while (r->chunks) {
		rpv__chunk *next = r->chunks->next;
		rpv__free(&r->alloc, r->chunks);
		r->chunks = next;
	}
}

void rpv__arena_reuse(rpv__arena *r)
{
	if (r->chunks && !r->chunks->next && r->chunks->size > CHUNK_FIRST / 2 && r->chunks->size <= CHUNK_LARGEST)
		r->chunks->used = 0;
	else
		rpv__arena_free(r);
}
