/* SPDX-License-Identifier: MIT */
/* Lists of what was assessed on a device, and of the named sets of weaknesses. */
#include "facts.h"

static rpv_status present(const rpv__facts *f, const rpv__revision *revision, int64_t *out)
{
	rpv_status st = RPV_OK;

	if (f->session->as_of_ms)
		*out = f->session->as_of_ms;
	else
		st = rpv__port_now(&f->session->store->port, out, f->error);
	if (st == RPV_OK && *out < revision->mark_ms)
		*out = revision->mark_ms;
	return st;
}

/* --- assessments --- */
static rpv_status group_name(rpv__facts *f, uint32_t number, const char **out)
{
	rpv__group group;
	rpv__key key;
	rpv_bytes value;
	rpv_status st;

	*out = RPV__DEFAULT_GROUP_NAME;
	if (number == RPV__DEFAULT_GROUP)
		return RPV_OK;
	st = rpv__source_get(f->source, rpv__key32(&key, RPV__K_GROUP, number), &f->scratch, &value, f->error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_group(value, &f->scratch, &group)))
		return rpv__fail_corrupt(f->error, "device group", rpv__key_view(&key));
	if (st == RPV_OK)
		*out = group.name;
	return st;
}

/* The device as far as the session sees it. */
static rpv_status find_device(rpv__facts *f, uint32_t *device, rpv__device_hot *hot)
{
	const char *group;
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__name_find(f->source, RPV__N_DEVICE, 0, f->device, device, f->error);

	if (st == RPV_OK)
		st = rpv__source_get(f->source, rpv__key32(&key, RPV__K_DEVICE_HOT, *device), &f->scratch, &value, f->error);
	if (st == RPV_OK && !rpv__get_device_hot(value, &f->scratch, hot))
		return rpv__fail_corrupt(f->error, "device", rpv__key_view(&key));
	if (st == RPV_OK && hot->flags & RPV__DEVICE_REMOVED)
		st = RPV_E_NOT_FOUND;
	if (st == RPV_OK)
		st = group_name(f, hot->group, &group);
	if (st == RPV_OK && !rpv__session_sees(f->session, group))
		st = RPV_E_NOT_FOUND;
	if (st == RPV_E_NOT_FOUND)
		return rpv__fail_field(f->error, st, RPV_NO_INDEX, "device", "there is no device \"%s\"", f->device);
	return st;
}

static rpv_status fill_row(rpv__facts *f, const rpv__holding *h, const rpv__device_hot *hot, rpv_assessment *row)
{
	const char *source, *version;
	rpv__variant variant = { 0 };
	rpv__texts weaknesses = { NULL, 0 };
	rpv_status st = rpv__text_of(f->source, h->source, &f->scratch, &source, f->error);

	row->device = f->shown;
	if (st == RPV_OK)
		st = rpv__facts_text(f, source, &row->source);
	if (st == RPV_OK)
		st = rpv__text_of(f->source, h->version, &f->scratch, &version, f->error);
	if (st == RPV_OK)
		st = rpv__facts_text(f, version, &row->version);
	if (st == RPV_OK && h->variant)
		st = rpv__facts_variant(f, h->variant, &variant, &weaknesses);
	if (st == RPV_OK)
		st = rpv__facts_text(f, variant.set, &row->set);
	row->weaknesses = weaknesses.items;
	row->weakness_count = weaknesses.count;
	row->first_seen_ms = h->first_seen_ms;
	row->last_seen_ms = h->last_seen_ms ? h->last_seen_ms : hot->last_seen_ms;
	row->follows_device = !h->last_seen_ms;
	row->state = h->configuration ? h->state : RPV_CONFIGURATION_NONE;
	row->user_impact = h->user_impact;
	for (size_t i = 0; i < hot->report_count; i++)
		if (hot->reports[i].source == h->source)
			row->reported_ms = hot->reports[i].newest_ms;
	return st;
}

/* What is held of a recommendation that was taken out means nothing any more. */
static rpv_status add_row(rpv__facts *f, const rpv__holding *h, const rpv__device_hot *hot)
{
	rpv__recommendation recommendation;
	const char *id;
	rpv_assessment *row;
	rpv__key key;
	rpv_status st = rpv__read_recommendation(f->source, h->recommendation, &f->scratch, &recommendation, f->error);

	if (st == RPV_E_NOT_FOUND)
		return rpv__fail_corrupt(f->error, "recommendation",
		                         rpv__key32(&key, RPV__K_RECOMMENDATION, h->recommendation));
	if (st != RPV_OK || recommendation.removed)
		return st;
	st = rpv__facts_text(f, recommendation.id, &id);
	if (st != RPV_OK)
		return st;
	row = rpv__list_add(f->list);
	if (!row)
		return rpv__fail_nomem(f->error);
	row->recommendation = id;
	return fill_row(f, h, hot, row);
}

static int compare_assessments(const void *a, const void *b, const void *context)
{
	const rpv_assessment *x = a, *y = b;
	int order = strcmp(x->recommendation, y->recommendation);
	(void)context;
	return order ? order : strcmp(x->source, y->source);
}

static rpv_status read_assessments(rpv__facts *f, const rpv__revision *revision)
{
	rpv__holdings holdings = { NULL, 0 };
	rpv__device_hot hot;
	uint32_t device;
	int64_t now;
	rpv_status st = present(f, revision, &now);

	if (st == RPV_OK)
		st = rpv__facts_begin(f, RPV__LIST_ASSESSMENT, sizeof(rpv_assessment), now, revision);
	if (st == RPV_OK)
		st = find_device(f, &device, &hot);
	if (st == RPV_OK)
		st = rpv__facts_text(f, f->device, &f->shown);
	if (st == RPV_OK)
		st = rpv__read_holdings(f->source, device, &f->scratch, &holdings, f->error);
	if (st == RPV_E_NOT_FOUND && f->error->status == RPV_OK)
		st = RPV_OK; /* nothing was assessed */
	for (size_t i = 0; st == RPV_OK && i < holdings.count; i++)
		st = add_row(f, &holdings.items[i], &hot);
	if (st == RPV_OK && rpv__sort(&f->scratch.alloc, f->list->rows, f->list->count, sizeof(rpv_assessment),
	                              compare_assessments, NULL) != RPV_OK)
		st = rpv__fail_nomem(f->error);
	return st;
}

rpv_status rpv__assessment_list(rpv_session *session, const char *device, rpv_list **out)
{
	rpv__facts facts = { .session = session, .device = device };
	rpv_status st = rpv__check_id(device, "device", &session->error);

	return st == RPV_OK ? rpv__facts_read(&facts, read_assessments, out) : st;
}

/* --- weakness sets --- */
typedef struct named { const rpv__alloc *alloc; uint32_t *variants; size_t count, cap; } named;

static rpv_status collect(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	named *n = user;
	rpv__reader r = rpv__reader_of(value);
	uint32_t variant = rpv__read_be32(&r);

	if (!rpv__reader_done(&r))
		return rpv__fail_corrupt(error, "name", key);
	if (rpv__grow(n->alloc, &n->variants, &n->cap, n->count + 1, sizeof *n->variants) != RPV_OK)
		return rpv__fail_nomem(error);
	n->variants[n->count++] = variant;
	return RPV_OK;
}

static rpv_status add_set(rpv__facts *f, uint32_t number)
{
	rpv__variant variant = { 0 };
	rpv__texts weaknesses;
	rpv__recommendation recommendation;
	rpv_weakness_set *row;
	rpv__key key;
	rpv_status st = rpv__facts_variant(f, number, &variant, &weaknesses);

	if (st == RPV_OK)
		st = rpv__read_recommendation(f->source, variant.recommendation, &f->scratch, &recommendation, f->error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !variant.set))
		return rpv__fail_corrupt(f->error, "weakness set", rpv__key32(&key, RPV__K_VARIANT, number));
	if (st != RPV_OK || recommendation.removed)
		return st;
	row = rpv__list_add(f->list);
	if (!row)
		return rpv__fail_nomem(f->error);
	row->weaknesses = weaknesses.items;
	row->weakness_count = weaknesses.count;
	st = rpv__facts_text(f, recommendation.id, &row->recommendation);
	if (st == RPV_OK)
		st = rpv__facts_text(f, variant.set, &row->id);
	rpv__arena_free(&f->scratch);
	return st;
}

static int compare_sets(const void *a, const void *b, const void *context)
{
	const rpv_weakness_set *x = a, *y = b;
	int order = strcmp(x->recommendation, y->recommendation);
	(void)context;
	return order ? order : strcmp(x->id, y->id);
}

static rpv_status read_sets(rpv__facts *f, const rpv__revision *revision)
{
	named n = { &f->scratch.alloc, NULL, 0, 0 };
	rpv__key prefix = { { RPV__K_NAME, RPV__N_SET }, 2 };
	int64_t now;
	rpv_status st = present(f, revision, &now);

	if (st == RPV_OK)
		st = rpv__facts_begin(f, RPV__LIST_WEAKNESS_SET, sizeof(rpv_weakness_set), now, revision);
	if (st == RPV_OK)
		st = rpv__source_scan_prefix(f->source, rpv__key_view(&prefix), collect, &n, f->error);
	for (size_t i = 0; st == RPV_OK && i < n.count; i++)
		st = add_set(f, n.variants[i]);
	rpv__free(&f->scratch.alloc, n.variants);
	if (st == RPV_OK && rpv__sort(&f->scratch.alloc, f->list->rows, f->list->count, sizeof(rpv_weakness_set),
	                              compare_sets, NULL) != RPV_OK)
		st = rpv__fail_nomem(f->error);
	return st;
}

rpv_status rpv__weakness_set_list(rpv_session *session, rpv_list **out)
{
	rpv__facts facts = { .session = session };

	return rpv__facts_read(&facts, read_sets, out);
}
