/* SPDX-License-Identifier: MIT */
/* References of native records. A single commit finds unknown ones by itself; where there will be several, they are
 * looked for before the first. */
#include "native.h"
#include <stdlib.h>
#include <string.h>

static rpv_status reference(rpv__io_import *import, rpv__io_references *refs, const char *id, rpv__io_reference **out)
{
	rpv__io_reference *rows;
	uint32_t n;
	rpv_status st = rpv__io_name(&refs->names, id, &n, import->error);
	if (st != RPV_OK)
		return st;
	rows = rpv__io_rows(refs->rows, &refs->cap, n, sizeof(*rows));
	if (rows == NULL)
		return rpv__io_nomem(import->error);
	refs->rows = rows;
	*out = &rows[n];
	return RPV_OK;
}

rpv_status rpv__io_define(rpv__io_import *import, rpv__io_references *refs, const char *id, uint64_t *counter)
{
	rpv__io_reference *row = NULL;
	rpv_status st = reference(import, refs, id, &row);
	if (st != RPV_OK)
		return st;
	*counter += !row->defined;
	row->defined = true;
	return RPV_OK;
}

rpv_status rpv__io_refer(rpv__io_import *import, rpv__io_references *refs, const char *id, const rpv__io_where *where)
{
	rpv__io_reference *row = NULL;
	rpv_status st = reference(import, refs, id, &row);
	if (st == RPV_OK && row->record == 0) {
		row->record = where->record;
		row->line = where->line;
		row->source = where->source;
	}
	return st;
}

void rpv__io_references_free(rpv__io_references *refs)
{
	rpv__io_names_free(&refs->names);
	free(refs->rows);
}

static bool any_open(const rpv__io_references *refs)
{
	for (uint32_t i = 0; i < refs->names.count; i++)
		if (!refs->rows[i].defined && refs->rows[i].record != 0)
			return true;
	return false;
}

static void found(rpv__io_references *refs, const char *id)
{
	uint32_t n = rpv__io_name_find(&refs->names, id);
	if (n != RPV__IO_NO_NAME)
		refs->rows[n].defined = true;
}

static rpv_status refuse_open(rpv__io_import *import, const rpv__io_references *refs, const char *what)
{
	for (uint32_t i = 0; i < refs->names.count; i++)
		if (!refs->rows[i].defined && refs->rows[i].record != 0) {
			rpv__io_where where = { refs->rows[i].source, refs->rows[i].record, refs->rows[i].line, 1, 0 };
			rpv__io_fail(import->error, RPV_E_INVALID, what, "\"%.200s\" is known neither to the input nor to the store",
			             refs->names.text[i]);
			rpv__io_place(import->error, &where);
			return RPV_E_INVALID;
		}
	return RPV_OK;
}

static rpv_status known_weaknesses(rpv_session *session, rpv__io_references *refs)
{
	rpv_weakness_query query = RPV_WEAKNESS_QUERY_INIT;
	rpv_list *list = NULL, *before = NULL;
	rpv_status st;
	query.limit = 10000;
	do {
		st = rpv_weakness_list(session, &query, &list);
		rpv_list_free(before);                 /* its cursor was needed until now */
		before = list;
		for (size_t i = 0; st == RPV_OK && i < rpv_list_count(list); i++)
			found(refs, rpv_weakness_at(list, i)->id);
		query.after = st == RPV_OK ? rpv_list_cursor(list) : NULL;
	} while (query.after != NULL);
	rpv_list_free(before);
	return st;
}

static rpv_status known_recommendations(rpv_session *session, rpv__io_references *refs)
{
	rpv_recommendation_query query = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *list = NULL;
	rpv_status st;
	query.states = RPV_STATE_ALL;
	query.sort = RPV_RECOMMENDATION_BY_ID;
	st = rpv_recommendation_list(session, &query, &list);
	for (size_t i = 0; i < rpv_list_count(list); i++)
		found(refs, rpv_recommendation_at(list, i)->id);
	rpv_list_free(list);
	return st;
}

static rpv_status known_devices(rpv_session *session, rpv__io_references *refs)
{
	rpv_device_query query = RPV_DEVICE_QUERY_INIT;
	rpv_list *list = NULL, *before = NULL;
	rpv_status st;
	query.limit = 10000;
	do {
		st = rpv_device_list(session, &query, &list);
		rpv_list_free(before);
		before = list;
		for (size_t i = 0; st == RPV_OK && i < rpv_list_count(list); i++)
			found(refs, rpv_device_at(list, i)->id);
		query.after = st == RPV_OK ? rpv_list_cursor(list) : NULL;
	} while (query.after != NULL);
	rpv_list_free(before);
	return st;
}

static rpv_status check_kind(rpv__io_import *import, rpv__io_references *refs, const char *what,
                             rpv_status (*known)(rpv_session *, rpv__io_references *))
{
	rpv_status st;
	if (!any_open(refs))
		return RPV_OK;
	st = known(import->session, refs);
	if (st == RPV_E_DENIED)
		return RPV_OK;                         /* may write, but not look: the commit will tell */
	return st == RPV_OK ? refuse_open(import, refs, what) : rpv__io_fail_core(import->error, import->session);
}

rpv_status rpv__io_references_check(rpv__io_import *import)
{
	rpv__io_native_state *s = import->state;
	rpv_status st;
	if (import->options.lenient || import->restore || import->result.records <= import->queue.limit)
		return RPV_OK;
	st = check_kind(import, &s->weaknesses, "weaknesses", known_weaknesses);
	if (st == RPV_OK)
		st = check_kind(import, &s->recommendations, "recommendation", known_recommendations);
	return st == RPV_OK ? check_kind(import, &s->devices, "device", known_devices) : st;
}
