/* SPDX-License-Identifier: MIT */
/* Exported functions of partial.h. Partials hang on no store: only taking one needs a session. */
#include "../service/partials.h"
#include "../service/scores.h"

rpv_status rpv_partial_take(rpv_score_engine *engine, const rpv_score_query *query, rpv_partial **partial)
{
	rpv_session *session = engine ? engine->session : NULL;
	rpv_status st;

	if (partial)
		*partial = NULL;
	st = session ? rpv__enter(session) : RPV_E_INVALID;
	if (st != RPV_OK)
		return st;
	st = partial ? rpv__partial_take(engine, query, partial)
	             : rpv__fail(&session->error, RPV_E_INVALID, "partial is NULL");
	return rpv__leave(session, st);
}

rpv_status rpv_partial_bytes(rpv_partial *partial, const void **data, size_t *size)
{
	rpv_status st;

	if (data)
		*data = NULL;
	if (size)
		*size = 0;
	if (!partial || !data || !size)
		return RPV_E_INVALID;
	st = rpv__partial_write(partial);
	if (st == RPV_OK) {
		*data = partial->bytes.data;
		*size = partial->bytes.size;
	}
	return st;
}

rpv_status rpv_partial_read(const void *data, size_t size, const rpv_allocator *allocator, rpv_partial **partial,
                            rpv_error *error)
{
	rpv__alloc alloc = rpv__alloc_or_default(allocator);

	rpv__error_clear(error);
	if (partial)
		*partial = NULL;
	if (!data || !partial)
		return rpv__fail(error, RPV_E_INVALID, "data or partial is NULL");
	return rpv__partial_read((rpv_bytes){ data, size }, &alloc, partial, error);
}

rpv_status rpv_partial_merge(rpv_partial *into, const rpv_partial *from, rpv_error *error)
{
	rpv__error_clear(error);
	if (!into || !from)
		return rpv__fail(error, RPV_E_INVALID, "into or from is NULL");
	if (into == from)
		return rpv__fail(error, RPV_E_INVALID, "a partial cannot be merged into itself");
	return rpv__partial_merge(into, from, error);
}

rpv_status rpv_partial_score(const rpv_partial *partial, rpv_category category, rpv_score *score)
{
	return partial && score ? rpv__partial_score(partial, category, score) : RPV_E_INVALID;
}

rpv_status rpv_partial_read_info(const rpv_partial *partial, rpv_partial_info *info)
{
	return partial && info ? rpv__partial_read_info(partial, info) : RPV_E_INVALID;
}

uint64_t rpv_partial_count(const rpv_partial *partial)
{
	return partial ? partial->count : 0;
}

rpv_status rpv_partial_impact_at(const rpv_partial *partial, uint64_t index, rpv_partial_impact *impact)
{
	if (!partial || !impact)
		return RPV_E_INVALID;
	return index < partial->count ? rpv__partial_impact_at(partial, (size_t)index, impact) : RPV_E_NOT_FOUND;
}

void rpv_partial_free(rpv_partial *partial)
{
	rpv__partial_free(partial);
}
