/* SPDX-License-Identifier: MIT */
/* Scores as a session sees them. */
#include "lister.h"

typedef struct reading {
	rpv_session *session;
	rpv_score_query query;
	rpv_score got;
} reading;

static rpv_status read_scores(reading *r, rpv_error *error)
{
	rpv__view *view;
	rpv__lens lens;
	rpv__scores scores;
	rpv__arena arena;
	int64_t now;
	rpv_status status = rpv__session_view(r->session, &view, &now);
	if (status)
		return status;
	rpv__arena_init(&arena, &view->alloc);
	status = rpv__session_lens(r->session, view, now, &arena, &lens);
	if (!status)
		status = rpv__lens_narrow(r->session, view, r->query.group, &arena, &lens);
	lens.category = r->query.category;
	if (!status)
		status = rpv__evaluate_scores(view, &lens, &scores, error);
	if (!status)
		rpv__scores_to_public(view, &lens, &scores, &r->got);
	rpv__arena_free(&arena);
	return status;
}

rpv_status rpv__score_read(rpv_session *session, const rpv_score_query *query, rpv_score *out)
{
	reading r = { .session = session, .query = RPV_SCORE_QUERY_INIT };
	size_t size = out->struct_size;
	rpv_error *error = &session->error;
	rpv_status status = rpv__take_struct(query, sizeof r.query, &r.query, sizeof r.query, "score query", error);
	if (!status && (size < sizeof size || size > 4096))
		status = rpv__fail(error, RPV_E_INVALID, "the size of the score struct is %zu", size);
	if (!status && ((int)r.query.category < RPV_CATEGORY_UNCHANGED ||
	                (int)r.query.category > RPV_CATEGORY_SECURITY_CONTROLS))
		status = rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "category", "there is no such category");
	if (!status)
		status = rpv__session_require(session, RPV_PERMIT_VIEW, NULL);
	if (!status)
		status = read_scores(&r, error);
	if (!status) {
		r.got.struct_size = size;
		memcpy(out, &r.got, size < sizeof r.got ? size : sizeof r.got);
	}
	return status;
}
