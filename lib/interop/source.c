/* SPDX-License-Identifier: MIT */
/* Inputs as bytes: files or memory, plain or gzip of any number of members. Can be read again from the beginning. */
#include "io.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 16 };

static rpv_status prepare(rpv__io_source *s, rpv_import_error *error)
{
	s->in = malloc(CHUNK);
	s->out = malloc(CHUNK);
	s->where.source = s->name;
	if (s->in == NULL || s->out == NULL)
		return rpv__io_nomem(error);
	return rpv__io_source_rewind(s, error);
}

static rpv_status file_failed(const char *what, rpv_import_error *error)
{
	int code = errno;
	rpv__io_fail(error, RPV_E_STORAGE, NULL, "cannot be %s: %s", what, strerror(code));
	error->host_code = code;
	return RPV_E_STORAGE;
}

rpv_status rpv__io_source_file(rpv__io_source *s, const char *path, rpv_import_error *error)
{
	rpv__io_where where = { path, 0, 0, 0, 0 };
	long size = -1;
	rpv_status st = RPV_OK;
	memset(s, 0, sizeof(*s));
	s->name = path;
	errno = 0;
	s->file = fopen(path, "rb");
	if (s->file == NULL) {
		st = file_failed("opened", error);
		if (error->host_code == ENOENT)
			st = error->status = RPV_E_NOT_FOUND;
	} else if (fseek(s->file, 0, SEEK_END) != 0 || (size = ftell(s->file)) < 0) {
		if (errno == ESPIPE)
			st = rpv__io_fail(error, RPV_E_INVALID, NULL, "not a regular file: it must be read more than once");
		else
			st = file_failed("read", error);
	} else {
		s->raw_total = (uint64_t)size;
		st = prepare(s, error);
	}
	if (st != RPV_OK)
		rpv__io_place(error, &where);
	return st;
}

rpv_status rpv__io_source_memory(rpv__io_source *s, const char *name, const void *data, size_t size,
                                 rpv_import_error *error)
{
	memset(s, 0, sizeof(*s));
	s->name = name;
	s->data = data;
	s->size = size;
	s->raw_total = size;
	return prepare(s, error);
}

void rpv__io_source_close(rpv__io_source *s)
{
	if (s->z_open)
		inflateEnd(&s->z);
	if (s->file != NULL)
		fclose(s->file);
	free(s->in);
	free(s->out);
	memset(s, 0, sizeof(*s));
}

/* The next bytes as they are stored. */
static rpv_status raw(rpv__io_source *s, const unsigned char **data, size_t *size, rpv_import_error *error)
{
	if (s->file == NULL) {
		size_t left = s->size - (size_t)s->raw_done;
		*data = left > 0 ? s->data + s->raw_done : s->in;
		*size = left < CHUNK ? left : CHUNK;
	} else {
		errno = 0;
		*data = s->in;
		*size = fread(s->in, 1, CHUNK, s->file);
		if (ferror(s->file))
			return file_failed("read", error);
	}
	s->raw_done += *size;
	return RPV_OK;
}

static rpv_status broken(rpv__io_source *s, const char *reason, rpv_import_error *error)
{
	rpv_status st = rpv__io_fail(error, RPV_E_INVALID, NULL, "%s", reason);
	rpv__io_place(error, &s->where);
	return st;
}

/* Behind the end of a gzip member: another member, zeros that pad the file, or nothing. */
static rpv_status next_member(rpv__io_source *s, rpv_import_error *error)
{
	while (s->z.avail_in > 0 && *s->z.next_in == 0) {
		s->z.next_in++;
		s->z.avail_in--;
	}
	if (s->z.avail_in == 0)
		return RPV_OK;
	if (*s->z.next_in != 0x1f)
		return broken(s, "bytes behind the end of the gzip data", error);
	s->z_done = false;
	return inflateReset(&s->z) == Z_OK ? RPV_OK : broken(s, "not gzip data", error);
}

static rpv_status inflate_more(rpv__io_source *s, rpv_import_error *error)
{
	s->z.next_out = s->out;
	s->z.avail_out = CHUNK;
	while (s->z.avail_out == CHUNK) {
		rpv_status st;
		int code;
		if (s->z.avail_in == 0) {
			const unsigned char *data;
			size_t size;
			if ((st = raw(s, &data, &size, error)) != RPV_OK)
				return st;
			if (size == 0)
				return s->z_done ? RPV_OK : broken(s, "the gzip data is cut short", error);
			s->z.next_in = (unsigned char *)(uintptr_t)data;
			s->z.avail_in = (uInt)size;
		}
		if (s->z_done && (st = next_member(s, error)) != RPV_OK)
			return st;
		if (s->z_done)
			continue;
		code = inflate(&s->z, Z_NO_FLUSH);
		if (code == Z_MEM_ERROR)
			return rpv__io_nomem(error);
		if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
			return broken(s, "the gzip data is damaged", error);
		s->z_done = code == Z_STREAM_END;
	}
	s->at = s->out;
	s->end = s->out + (CHUNK - s->z.avail_out);
	return RPV_OK;
}

rpv_status rpv__io_source_fill(rpv__io_source *s, rpv_import_error *error)
{
	const unsigned char *data;
	size_t size;
	rpv_status st;
	if (s->at < s->end)
		return RPV_OK;
	if (s->gzip) {
		s->at = s->end = s->out;
		return inflate_more(s, error);
	}
	st = raw(s, &data, &size, error);
	if (st == RPV_OK) {
		s->at = data;
		s->end = data + size;
	} else {
		rpv__io_place(error, &s->where);
	}
	return st;
}

static rpv_status open_gzip(rpv__io_source *s, rpv_import_error *error)
{
	s->gzip = true;
	s->z_done = false;
	if (s->z_open)
		inflateEnd(&s->z);
	memset(&s->z, 0, sizeof(s->z));
	s->z_open = inflateInit2(&s->z, 16 + MAX_WBITS) == Z_OK;
	if (!s->z_open)
		return rpv__io_nomem(error);
	s->z.next_in = (unsigned char *)(uintptr_t)s->at;
	s->z.avail_in = (uInt)(s->end - s->at);
	s->at = s->end = s->out;
	return inflate_more(s, error);
}

rpv_status rpv__io_source_rewind(rpv__io_source *s, rpv_import_error *error)
{
	rpv_status st;
	s->raw_done = 0;
	s->gzip = false;
	s->at = s->end = NULL;
	s->where = (rpv__io_where){ s->name, 0, 1, 1, 0 };
	st = s->file != NULL && fseek(s->file, 0, SEEK_SET) != 0 ? file_failed("read", error) : rpv__io_source_fill(s, error);
	if (st == RPV_OK && s->end - s->at >= 2 && s->at[0] == 0x1f && s->at[1] == 0x8b)
		st = open_gzip(s, error);
	if (st == RPV_OK && s->end - s->at >= 2 &&
	    ((s->at[0] == 0xff && s->at[1] == 0xfe) || (s->at[0] == 0xfe && s->at[1] == 0xff)))
		st = broken(s, "UTF-16: save it as UTF-8", error);
	if (st == RPV_OK && s->end - s->at >= 3 && memcmp(s->at, "\xef\xbb\xbf", 3) == 0) {
		s->at += 3;
		s->where.offset = 3;
	}
	return st;
}
