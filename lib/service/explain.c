/* SPDX-License-Identifier: MIT */
/* Explaining one finding: all of it is read in one revision, straight from the records. */
#include "explain.h"

void rpv__explanation_free(rpv_explanation *explanation)
{
	if (!explanation)
		return;
	rpv__alloc alloc = explanation->arena.alloc;
	rpv__arena_free(&explanation->arena);
	rpv__free(&alloc, explanation);
}

/* May run again when others commit meanwhile. */
static rpv_status explain(void *user, const rpv__source *source, const rpv__revision *revision, rpv_error *error)
{
	rpv__explaining *e = user;
	rpv_explanation *out = e->out;
	rpv__policy policy;
	rpv__arena_free(&out->arena);
	memset(&out->outcome, 0, sizeof out->outcome);
	e->source = source;
	e->error = error;
	e->found = NULL;
	e->entries = NULL;
	e->found_count = e->entry_count = e->entry_cap = 0;
	e->decided_by = 0;
	rpv__map_clear(&e->known);
	rpv_status st = rpv__session_now(e->session, revision, &e->place.now_ms);
	if (st == RPV_OK)
		st = rpv__source_policy(source, &policy, error);
	if (st)
		return st;
	e->inactive_after_ms = policy.inactive_after_ms;
	st = rpv__explain_find(e);
	if (st == RPV_OK)
		st = rpv__explain_decide(e);
	return st == RPV_OK ? rpv__explain_text(e) : st;
}

rpv_status rpv__explain(rpv_session *session, const char *device, const char *recommendation, const char *weakness,
                        rpv_explanation **out)
{
	rpv__explaining e = { .session = session, .device_id = device, .recommendation_id = recommendation,
	                      .weakness_id = weakness };
	rpv__source source = rpv__session_source(session);
	rpv__alloc alloc = session->store->port.alloc;
	rpv_error *error = &session->error;
	rpv_status st = rpv__session_require(session, RPV_PERMIT_VIEW, device);
	if (st == RPV_OK)
		st = rpv__check_id(device, "device", error);
	if (st == RPV_OK)
		st = rpv__check_id(recommendation, "recommendation", error);
	if (st == RPV_OK && weakness)
		st = rpv__check_id(weakness, "weakness", error);
	if (st)
		return st;
	e.out = rpv__new(&alloc, sizeof *e.out);
	if (!e.out)
		return rpv__fail_nomem(error);
	rpv__arena_init(&e.out->arena, &alloc);
	rpv__map_init(&e.known, &alloc);
	st = rpv__source_consistent(&source, explain, &e, error);
	rpv__map_free(&e.known);
	if (st == RPV_OK)
		*out = e.out;
	else
		rpv__explanation_free(e.out);
	return st;
}
