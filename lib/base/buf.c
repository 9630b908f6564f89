/* SPDX-License-Identifier: MIT */
/* Growable bytes, varints, and reading them back without ever leaving the input. */
#include "base.h"

void rpv__buf_init(rpv__buf *b, const rpv__alloc *a)
{
	*b = (rpv__buf){ a, NULL, 0, 0, RPV_OK };
}

void rpv__buf_free(rpv__buf *b)
{
	rpv__free(b->alloc, b->data);
	rpv__buf_init(b, b->alloc);
}

void rpv__buf_clear(rpv__buf *b)
{
	b->size = 0;
	b->status = RPV_OK;
}

void rpv__buf_put(rpv__buf *b, const void *data, size_t size)
{
	if (b->status || size == 0)
		return;
	if (size > SIZE_MAX - b->size || rpv__grow(b->alloc, &b->data, &b->cap, b->size + size, 1)) {
		b->status = RPV_E_NOMEM;
		return;
	}
	memcpy(b->data + b->size, data, size);
	b->size += size;
}

void rpv__buf_u8(rpv__buf *b, uint8_t v)
{
	rpv__buf_put(b, &v, 1);
}

void rpv__buf_be32(rpv__buf *b, uint32_t v)
{
	uint8_t bytes[4];
	for (int i = 3; i >= 0; i--, v >>= 8)
		bytes[i] = (uint8_t)v;
	rpv__buf_put(b, bytes, sizeof bytes);
}

void rpv__buf_be64(rpv__buf *b, uint64_t v)
{
	rpv__buf_be32(b, (uint32_t)(v >> 32));
	rpv__buf_be32(b, (uint32_t)v);
}

void rpv__buf_uint(rpv__buf *b, uint64_t v)
{
	uint8_t bytes[10];
	size_t size = 0;
	while (v >= 0x80) {
		bytes[size++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	bytes[size++] = (uint8_t)v;
	rpv__buf_put(b, bytes, size);
}

void rpv__buf_int(rpv__buf *b, int64_t v)
{
	rpv__buf_uint(b, v < 0 ? ~((uint64_t)v << 1) : (uint64_t)v << 1);
}

void rpv__buf_text(rpv__buf *b, const char *text)
{
	if (!text) {
		rpv__buf_uint(b, 0);
		return;
	}
	size_t size = strlen(text);
	rpv__buf_uint(b, (uint64_t)size + 1);
	rpv__buf_put(b, text, size);
}

void rpv__buf_bytes(rpv__buf *b, const void *data, size_t size)
{
	rpv__buf_uint(b, size);
	rpv__buf_put(b, data, size);
}

rpv_bytes rpv__buf_view(const rpv__buf *b)
{
	return (rpv_bytes){ b->data, b->size };
}

/* --- reading --- */
rpv__reader rpv__reader_of(rpv_bytes bytes)
{
	const uint8_t *at = bytes.data;
	return (rpv__reader){ at, at ? at + bytes.size : at, false };
}

/* The next `size` bytes, or NULL and nothing more to read. */
static const uint8_t *take(rpv__reader *r, uint64_t size)
{
	if (r->bad || size > (uint64_t)(r->end - r->at)) {
		r->bad = true;
		r->at = r->end;
		return NULL;
	}
	const uint8_t *at = r->at;
	r->at += size;
	return at;
}

uint8_t rpv__read_u8(rpv__reader *r)
{
	const uint8_t *at = take(r, 1);
	return at ? *at : 0;
}

static uint64_t read_be(rpv__reader *r, int size)
{
	const uint8_t *at = take(r, (uint64_t)size);
	uint64_t v = 0;
	for (int i = 0; at && i < size; i++)
		v = v << 8 | at[i];
	return v;
}

uint32_t rpv__read_be32(rpv__reader *r)
{
	return (uint32_t)read_be(r, 4);
}

uint64_t rpv__read_be64(rpv__reader *r)
{
	return read_be(r, 8);
}

static uint64_t read_long(rpv__reader *r)
{
	const uint8_t *at = r->at;
	uint64_t v = 0;
	for (unsigned shift = 0; !r->bad && at < r->end; shift += 7) {
		uint8_t byte = *at++;
		if ((shift == 63 && byte > 1) || (byte == 0 && shift > 0))
			break; /* more than 64 bits, not the shortest form */
		v |= (uint64_t)(byte & 0x7F) << shift;
		if (byte < 0x80) {
			r->at = at;
			return v;
		}
	}
	r->bad = true;
	r->at = r->end;
	return 0;
}

uint64_t rpv__read_uint(rpv__reader *r)
{
	if (!r->bad && r->at < r->end && *r->at < 0x80)
		return *r->at++;
	return read_long(r);
}

uint64_t rpv__read_uint_max(rpv__reader *r, uint64_t max)
{
	uint64_t v = rpv__read_uint(r);
	if (v > max) {
		r->bad = true;
		return 0;
	}
	return v;
}

int64_t rpv__read_int(rpv__reader *r)
{
	uint64_t v = rpv__read_uint(r);
	uint64_t half = v >> 1;
	return v & 1 ? -(int64_t)half - 1 : (int64_t)half;
}

rpv_bytes rpv__read_bytes(rpv__reader *r)
{
	uint64_t size = rpv__read_uint(r);
	const uint8_t *at = take(r, size);
	return at ? (rpv_bytes){ at, (size_t)size } : (rpv_bytes){ NULL, 0 };
}

const char *rpv__read_text(rpv__reader *r, rpv__arena *into)
{
	uint64_t size = rpv__read_uint(r);
	if (size == 0)
		return NULL;
	const uint8_t *at = take(r, size - 1);
	char *text = NULL;
	if (at && !memchr(at, 0, (size_t)(size - 1)))
		text = rpv__arena_text(into, (const char *)at, (size_t)(size - 1));
	if (!text)
		r->bad = true;
	return text;
}

bool rpv__reader_done(const rpv__reader *r)
{
	return !r->bad && r->at == r->end;
}
