/* SPDX-License-Identifier: MIT */
/* Partials as bytes; the page Scores shows the layout. Reading is total: what it accepts has one form only, and keeps what
 * partial.h promises. */
#include "partial.h"

static const char magic[] = { 'R', 'P', 'V', 'P' };
enum { HASH_SIZE = 8, CONSTANTS = sizeof(rpv__exposure_model) / sizeof(uint32_t) };

/* --- writing --- */
static void put_wide(rpv__buf *b, rpv__wide w)
{
	rpv__buf_uint(b, w.hi);
	rpv__buf_uint(b, w.lo);
}

/* The library's model is known by its name; one of a host's is written out. */
static bool is_default(const char *name)
{
	return strcmp(name, RPV_EXPOSURE_MODEL) == 0;
}

static void put_asked(rpv__buf *b, const rpv__asked *asked)
{
	uint32_t constants[CONSTANTS];
	bool own = !is_default(asked->name);
	rpv__buf_text(b, asked->name);
	rpv__buf_text(b, RPV_SECURE_MODEL);
	rpv__buf_uint(b, own ? CONSTANTS : 0);
	memcpy(constants, &asked->model, sizeof constants);
	for (unsigned i = 0; own && i < CONSTANTS; i++)
		rpv__buf_uint(b, constants[i]);
	rpv__buf_text(b, asked->group);
	rpv__buf_uint(b, (uint64_t)asked->inactive_after_ms);
}

static void put_share(rpv__buf *b, const rpv__named_share *s)
{
	const rpv__share *share = &s->share;
	rpv__buf_text(b, s->id);
	rpv__buf_uint(b, share->assessed);
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		rpv__buf_uint(b, share->left[k]);
	for (unsigned c = 0; c < RPV__VALUES; c++) {
		put_wide(b, share->alone[c]);
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			put_wide(b, share->x[k][c]);
	}
	rpv__buf_uint(b, share->applicable);
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		rpv__buf_uint(b, share->compliant[k]);
	rpv__buf_uint(b, share->points);
	rpv__buf_uint(b, (uint64_t)share->category);
}

rpv_status rpv__partial_write(rpv_partial *partial)
{
	rpv__buf *b = &partial->bytes;
	rpv__buf_clear(b);
	rpv__buf_put(b, magic, sizeof magic);
	rpv__buf_u8(b, RPV__PARTIAL_VERSION);
	put_asked(b, &partial->asked);
	rpv__buf_uint(b, (uint64_t)partial->oldest_ms);
	rpv__buf_uint(b, (uint64_t)partial->newest_ms);
	rpv__buf_uint(b, (uint64_t)partial->valid_until_ms);
	for (unsigned c = 0; c < RPV__VALUES; c++) {
		rpv__buf_uint(b, partial->total[0].n[c]);
		for (unsigned k = 0; k < RPV__VIEWS; k++)
			put_wide(b, partial->total[k].a[c]);
	}
	rpv__buf_uint(b, partial->count);
	for (size_t i = 0; i < partial->count; i++)
		put_share(b, &partial->shares[i]);
	if (b->status == RPV_OK)
		rpv__buf_be64(b, rpv__hash(b->data, b->size));
	return b->status;
}

/* --- reading --- */
typedef struct reading {
	rpv__reader in;
	const uint8_t *start;
	const rpv__alloc *alloc;
	rpv_error *error;
} reading;

static rpv_status corrupt(const reading *r, const char *what)
{
	return rpv__fail(r->error, RPV_E_CORRUPT, "the partial is damaged before byte %zu: %s",
	                 (size_t)(r->in.at - r->start), what);
}

static rpv__wide read_wide(rpv__reader *in)
{
	rpv__wide w;
	w.hi = rpv__read_uint(in);
	w.lo = rpv__read_uint(in);
	return w;
}

/* A text of 1 to RPV_ID_MAX bytes, without its NUL; borrowed. False: none (size 0), or a bad one. */
static bool read_name(rpv__reader *in, rpv_bytes *out)
{
	rpv__reader at = *in;
	uint64_t size = rpv__read_uint_max(&at, RPV_ID_MAX + 1);
	*in = at;
	*out = (rpv_bytes){ at.at, size ? (size_t)size - 1 : 0 };
	if (at.bad || size == 0)
		return false;
	if (size == 1 || out->size > (size_t)(at.end - at.at) || !rpv__utf8_ok(out->data, out->size)) {
		in->bad = true;
		return false;
	}
	in->at += out->size;
	return true;
}

static bool is_text(rpv_bytes got, const char *text)
{
	return rpv__bytes_compare(got, rpv__bytes_of(text)) == 0;
}

static const char *copy_name(char *to, rpv_bytes name)
{
	memcpy(to, name.data, name.size);
	to[name.size] = '\0';
	return to;
}

/* `model` and `group` have room for a name. */
static rpv_status read_asked(reading *r, rpv__asked *asked, char *model, char *group)
{
	uint32_t constants[CONSTANTS];
	rpv_bytes exposure, secure, name;
	bool named = read_name(&r->in, &exposure) && read_name(&r->in, &secure);
	if (r->in.bad || !named)
		return corrupt(r, "the names of the models");
	if (!is_text(secure, RPV_SECURE_MODEL))
		return rpv__fail_field(r->error, RPV_E_VERSION, RPV_NO_INDEX, "model",
		                       "the partial was taken with a score model that this version does not know");
	if (exposure.size == 0 || exposure.size > RPV_MODEL_NAME_MAX)
		return corrupt(r, "the names of the models");
	asked->name = copy_name(model, exposure);
	asked->model = rpv__exposure_model_default;
	uint64_t count = rpv__read_uint(&r->in);
	if (count != (is_default(asked->name) ? 0 : CONSTANTS))
		return corrupt(r, "the constants of the exposure model");
	for (unsigned i = 0; count && i < CONSTANTS; i++)
		constants[i] = (uint32_t)rpv__read_uint_max(&r->in, UINT32_MAX);
	if (count)
		memcpy(&asked->model, constants, sizeof constants);
	if (r->in.bad || !rpv__exposure_model_ok(&asked->model))
		return corrupt(r, "the constants of the exposure model");
	if (read_name(&r->in, &name))
		asked->group = copy_name(group, name);
	asked->inactive_after_ms = (int64_t)rpv__read_uint_max(&r->in, INT64_MAX);
	return r->in.bad ? corrupt(r, "the device group, or inactive_after") : RPV_OK;
}

/* 0 <= w <= count x 2^40 */
static bool within(rpv__wide w, uint64_t count)
{
	rpv__wide most = rpv__mul64(count, RPV__SURVIVAL_ONE);
	return w.hi < most.hi || (w.hi == most.hi && w.lo <= most.lo);
}

static bool at_most(rpv__wide w, rpv__wide most)
{
	return w.hi < most.hi || (w.hi == most.hi && w.lo <= most.lo);
}

static rpv_status read_totals(reading *r, rpv_partial *p)
{
	rpv__reader *in = &r->in;
	p->oldest_ms = (int64_t)rpv__read_uint_max(in, INT64_MAX);
	p->newest_ms = (int64_t)rpv__read_uint_max(in, INT64_MAX);
	p->valid_until_ms = (int64_t)rpv__read_uint_max(in, INT64_MAX);
	if (in->bad || p->oldest_ms > p->newest_ms)
		return corrupt(r, "its times");
	for (unsigned c = 0; c < RPV__VALUES; c++) {
		uint64_t n = rpv__read_uint_max(in, RPV_PARTIAL_DEVICES_MAX);
		bool good = true;
		for (unsigned k = 0; k < RPV__VIEWS; k++) {
			rpv__wide a = read_wide(in);
			good = good && within(a, n) && (k == 0 || at_most(a, p->total[k - 1].a[c]));
			p->total[k].n[c] = n;
			p->total[k].a[c] = a;
		}
		if (in->bad || !good)
			return corrupt(r, "the sums of its devices");
	}
	return rpv__sums_devices(&p->total[0]) > RPV_PARTIAL_DEVICES_MAX ? corrupt(r, "too many devices") : RPV_OK;
}

static bool read_findings(rpv__reader *in, const rpv_partial *p, rpv__share *s)
{
	bool good = true;
	s->assessed = rpv__read_uint_max(in, 2 * rpv__sums_devices(&p->total[0]));
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		s->left[k] = rpv__read_uint_max(in, k == 0 ? s->assessed : s->left[k - 1]);
	for (unsigned c = 0; c < RPV__VALUES; c++) {
		s->alone[c] = read_wide(in);
		good = good && within(s->alone[c], p->total[0].n[c]);
		for (unsigned k = 0; k < RPV__VIEWS; k++) {
			s->x[k][c] = read_wide(in);
			good = good && at_most(s->x[k][c], p->total[k].a[c]);
		}
	}
	return !in->bad && good && s->assessed > 0;
}

static bool read_states(rpv__reader *in, rpv__share *s)
{
	s->applicable = rpv__read_uint_max(in, s->assessed - s->left[RPV__NO_IMPACT]);
	for (unsigned k = 0; k < RPV__VIEWS; k++)
		s->compliant[k] = rpv__read_uint_max(in, s->applicable);
	s->points = (uint32_t)rpv__read_uint_max(in, s->applicable ? 10 : 0);
	s->category = (rpv_category)rpv__read_uint_max(in, s->applicable ? RPV_CATEGORY_SECURITY_CONTROLS : 0);
	return !in->bad && s->compliant[RPV__NO_IMPACT] <= s->compliant[RPV__OFFICIAL] &&
	       s->compliant[RPV__OFFICIAL] <= s->compliant[RPV__MITIGATION_LIKE];
}

static rpv_status read_share(reading *r, rpv_partial *p)
{
	char id[RPV_ID_MAX + 1];
	rpv_bytes name;
	rpv__share share;
	if (!read_name(&r->in, &name))
		return corrupt(r, "the id of a recommendation");
	memcpy(id, name.data, name.size);
	id[name.size] = '\0';
	if (p->count && rpv__bytes_compare(rpv__bytes_of(p->shares[p->count - 1].id), rpv__bytes_of(id)) >= 0)
		return corrupt(r, "recommendations out of order");
	if (!read_findings(&r->in, p, &share) || !read_states(&r->in, &share))
		return corrupt(r, "the sums of a recommendation");
	return rpv__partial_add(p, id, &share, r->error);
}

static rpv_status read_all(reading *r, rpv_partial **out)
{
	char model[RPV_MODEL_NAME_MAX + 1], group[RPV_ID_MAX + 1];
	rpv__asked asked = { .group = NULL };
	rpv_status status = read_asked(r, &asked, model, group);
	if (status)
		return status;
	rpv_partial *p = rpv__partial_new(r->alloc, &asked);
	if (!p)
		return rpv__fail_nomem(r->error);
	status = read_totals(r, p);
	uint64_t count = status ? 0 : rpv__read_uint(&r->in);
	if (!status && (r->in.bad || count > RPV_PARTIAL_RECOMMENDATIONS_MAX))
		status = corrupt(r, "the number of its recommendations");
	for (uint64_t i = 0; !status && i < count; i++)
		status = read_share(r, p);
	if (!status && !rpv__reader_done(&r->in))
		status = corrupt(r, "there is more than a partial");
	if (status)
		rpv__partial_free(p);
	else
		*out = p;
	return status;
}

rpv_status rpv__partial_read(rpv_bytes bytes, const rpv__alloc *alloc, rpv_partial **out, rpv_error *error)
{
	const uint8_t *data = bytes.data;
	size_t before = sizeof magic + 1;
	if (bytes.size < before || memcmp(data, magic, sizeof magic) != 0)
		return rpv__fail(error, RPV_E_CORRUPT, "these bytes are not a partial");
	if (data[sizeof magic] > RPV__PARTIAL_VERSION)
		return rpv__fail(error, RPV_E_VERSION, "the partial has version %u, this library reads up to %u",
		                 data[sizeof magic], RPV__PARTIAL_VERSION);
	if (data[sizeof magic] != RPV__PARTIAL_VERSION || bytes.size < before + HASH_SIZE)
		return rpv__fail(error, RPV_E_CORRUPT, "the partial is cut short");
	size_t size = bytes.size - HASH_SIZE;
	rpv__reader hash = { data + size, data + bytes.size, false };
	if (rpv__read_be64(&hash) != rpv__hash(data, size))
		return rpv__fail(error, RPV_E_CORRUPT, "the partial was damaged or cut short on its way: its checksum differs");
	reading r = { { data + before, data + size, false }, data, alloc, error };
	return read_all(&r, out);
}
