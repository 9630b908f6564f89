/* SPDX-License-Identifier: MIT */
/* Memory and files for the interop library, jansson and zlib that fail with the run at work; else they are as usual. */
#define _GNU_SOURCE
#include "faults.h"

#include "below_interop.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

/* --- memory: counted and failed as the core's is --- */
static void *take(void *block, size_t size)
{
	if (!working)
		return realloc(block, size);
	rpv_allocator a = test_memory_allocator(&working->memory);
	return a.resize(a.user, block, size);
}

void *below_malloc(size_t size)
{
	return take(NULL, size ? size : 1);
}

void *below_calloc(size_t count, size_t size)
{
	size_t all = count && size ? count * size : 1;
	void *out = take(NULL, all);
	return out ? memset(out, 0, all) : NULL;
}

void *below_realloc(void *block, size_t size)
{
	return take(block, size ? size : 1);
}

void below_free(void *block)
{
	if (block)
		(void)(working ? take(block, 0) : (free(block), NULL));
}

char *below_strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *out = below_malloc(size);
	return out ? memcpy(out, text, size) : NULL;
}

static voidpf z_get(voidpf user, uInt count, uInt size)
{
	(void)user;
	return below_calloc(count, size);
}

static void z_free(voidpf user, voidpf block)
{
	(void)user;
	below_free(block);
}

int below_inflate_init(z_stream *z, int bits, const char *version, int size)
{
	z->zalloc = z_get;
	z->zfree = z_free;
	return inflateInit2_(z, bits, version, size);
}

void below_begin(void)
{
	json_set_alloc_funcs(below_malloc, below_free);
}

/* --- files --- */
static bool file_fails(void)
{
	bool yes = working && strikes(working, FAULT_FILE);
	if (yes)
		errno = EIO;
	return yes;
}

static ssize_t file_read(void *file, char *out, size_t size)
{
	return file_fails() ? -1 : (ssize_t)fread(out, 1, size, file);
}

static int file_seek(void *file, off64_t *at, int from)
{
	if (file_fails() || fseek(file, (long)*at, from))
		return -1;
	*at = ftell(file);
	return 0;
}

static int file_close(void *file)
{
	return fclose(file);
}

FILE *below_fopen(const char *path, const char *mode)
{
	const cookie_io_functions_t calls = { file_read, NULL, file_seek, file_close };
	FILE *file = file_fails() ? NULL : fopen(path, mode);
	return file ? fopencookie(file, mode, calls) : NULL;
}
