/* SPDX-License-Identifier: MIT */
/* What the interop library is compiled with in place of memory, zlib's memory and files: they fail with the run at work. */
#ifndef BELOW_INTEROP_H
#define BELOW_INTEROP_H

#include <stddef.h>
#include <stdio.h>
#include <zlib.h>

void *below_malloc(size_t size);
void *below_calloc(size_t count, size_t size);
void *below_realloc(void *block, size_t size);
void below_free(void *block);
char *below_strdup(const char *text);
FILE *below_fopen(const char *path, const char *mode);
int below_inflate_init(z_stream *z, int bits, const char *version, int size);
void below_begin(void); /* jansson takes its memory from here too */

#endif
