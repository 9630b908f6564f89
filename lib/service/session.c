/* SPDX-License-Identifier: MIT */
/* Sessions: permissions, visible device groups, the view and the time that a session looks at. */
#include "store.h"

static void free_visible(const rpv__alloc *a, rpv_session *session)
{
	for (size_t i = 0; i < session->visible_count; i++)
		rpv__free(a, session->visible[i]);
	rpv__free(a, session->visible);
}

void rpv__session_close(rpv_session *session)
{
	rpv__alloc alloc = session->store->port.alloc;

	rpv__view_free(session->past_view);
	rpv__past_close(&session->store->port, session->past);
	free_visible(&alloc, session);
	rpv__free(&alloc, session->principal);
	rpv__free(&alloc, session);
}

static rpv_status copy_visible(const rpv__alloc *a, const rpv_principal *p, rpv_session *session, rpv_error *error)
{
	rpv_status st = RPV_OK;

	session->all_groups = !p->visible_groups;
	if (session->all_groups || p->visible_group_count == 0)
		return RPV_OK;
	if (p->visible_group_count > SIZE_MAX / sizeof *session->visible)
		return rpv__fail_nomem(error);
	session->visible = rpv__new(a, p->visible_group_count * sizeof *session->visible);
	if (!session->visible)
		return rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < p->visible_group_count; i++) {
		const char *name = rpv__group_name(p->visible_groups[i]);

		st = rpv__check_id(name, "visible_groups", error);
		if (st == RPV_OK && rpv__copy_text(a, name, &session->visible[i]) != RPV_OK)
			st = rpv__fail_nomem(error);
		if (st == RPV_OK)
			session->visible_count++;
	}
	return st;
}

rpv_status rpv__session_open(rpv_store *store, const rpv_principal *principal, rpv_session **out, rpv_error *error)
{
	const rpv__alloc *a = &store->port.alloc;
	rpv_principal p = RPV_PRINCIPAL_INIT;
	rpv_session *session;
	rpv_status st = rpv__take_struct(principal, sizeof p, &p, sizeof p, "principal", error);

	if (st == RPV_OK)
		st = rpv__check_id(p.id, "id", error);
	if (st == RPV_OK && (p.permissions & ~(uint32_t)RPV_PERMIT_ALL))
		st = rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "permissions", "there are unknown permission bits");
	if (st != RPV_OK)
		return st;
	session = rpv__new(a, sizeof *session);
	if (!session)
		return rpv__fail_nomem(error);
	session->store = store;
	session->permissions = p.permissions;
	session->error.struct_size = sizeof session->error;
	session->error.index = RPV_NO_INDEX;
	st = copy_visible(a, &p, session, error);
	if (st == RPV_OK && rpv__copy_text(a, p.id, &session->principal) != RPV_OK)
		st = rpv__fail_nomem(error);
	if (st != RPV_OK) {
		rpv__session_close(session);
		return st;
	}
	*out = session;
	return RPV_OK;
}

rpv_status rpv__enter(rpv_session *session)
{
	rpv_status st = rpv__store_enter(session->store, NULL);

	if (st == RPV_OK) /* else the session is in use by the call that we are inside of: its error record stays */
		rpv__error_clear(&session->error);
	return st;
}

rpv_status rpv__leave(rpv_session *session, rpv_status status)
{
	status = rpv__store_leave(session->store, status, &session->error);
	session->error.status = status;
	return status;
}

static const char *permission_name(uint32_t permission)
{
	switch (permission) {
	case RPV_PERMIT_VIEW: return "view";
	case RPV_PERMIT_EXCEPTIONS: return "exception handling";
	case RPV_PERMIT_GLOBAL_EXCEPTIONS: return "global exceptions";
	case RPV_PERMIT_APPROVE: return "approve";
	case RPV_PERMIT_REMEDIATION: return "remediation handling";
	case RPV_PERMIT_SETTINGS: return "settings";
	default: return "ingest";
	}
}

rpv_status rpv__session_require(rpv_session *session, uint32_t permission, const char *object)
{
	for (uint32_t bit = 1; bit <= permission; bit <<= 1) {
		rpv_status st;

		if (!(permission & bit))
			continue;
		if (!(session->permissions & bit))
			return rpv__fail(&session->error, RPV_E_DENIED, "\"%s\" lacks the permission \"%s\"", session->principal,
			                 permission_name(bit));
		st = rpv__port_authorise(&session->store->port, session->principal, bit, object, &session->error);
		if (st != RPV_OK)
			return st;
	}
	return RPV_OK;
}

rpv_status rpv__session_require_write(rpv_session *session, uint32_t permission, const char *object)
{
	if (session->as_of_ms)
		return rpv__fail(&session->error, RPV_E_READ_ONLY, "the session looks at the past: nothing can be changed there");
	return rpv__session_require(session, permission, object);
}

rpv__source rpv__session_source(rpv_session *session)
{
	rpv__source source = { &session->store->port, session->past };

	return source;
}

/* The store's time: the later of the mark and the host's clock (R1). */
rpv_status rpv__session_now(rpv_session *session, const rpv__revision *revision, int64_t *now_ms)
{
	rpv__port *port = &session->store->port;
	rpv_status st;

	if (revision->restoring)
		return rpv__fail(&session->error, RPV_E_REFUSED,
		                 "a restore is under way or broke off: restore into an empty storage again");
	if (session->as_of_ms) {
		*now_ms = session->as_of_ms;
		return RPV_OK;
	}
	st = rpv__port_now(port, now_ms, &session->error);
	if (st == RPV_OK && *now_ms < revision->mark_ms) {
		rpv__port_log_behind(port, *now_ms, revision->mark_ms);
		*now_ms = revision->mark_ms;
	}
	return st;
}

/* The store's view of the present, or the session's of the past. */
static rpv_status bring_view(rpv_session *session, rpv__view **kept, bool light)
{
	rpv__source source = rpv__session_source(session);

	if (!*kept && light)
		return rpv__view_load_light(&source, kept, &session->error);
	if (!*kept)
		return rpv__view_load(&source, kept, &session->error);
	return light ? rpv__view_follow(*kept, &session->error) : rpv__view_complete(*kept, &session->error);
}

static rpv_status session_view(rpv_session *session, bool light, rpv__view **view, int64_t *now_ms)
{
	rpv__view **kept = session->as_of_ms ? &session->past_view : &rpv__store_base(session->store)->view;
	rpv_status st = session->as_of_ms ? RPV_OK : rpv__store_turn_view(session->store, &session->error);

	if (st == RPV_OK && (!session->as_of_ms || !*kept || (*kept)->stale || (!light && (*kept)->light)))
		st = bring_view(session, kept, light); /* what was does not change */
	if (st == RPV_OK)
		st = rpv__session_now(session, &(*kept)->revision, now_ms);
	if (st == RPV_OK)
		*view = *kept;
	return st;
}

rpv_status rpv__session_view(rpv_session *session, rpv__view **view, int64_t *now_ms)
{
	return session_view(session, false, view, now_ms);
}

rpv_status rpv__session_light_view(rpv_session *session, rpv__view **view, int64_t *now_ms)
{
	return session_view(session, true, view, now_ms);
}

rpv_status rpv__session_set_as_of(rpv_session *session, int64_t time_ms)
{
	rpv__port *port = &session->store->port;
	struct rpv__past *past = NULL;
	rpv_status st = RPV_OK;

	if (time_ms < 0)
		return rpv__fail_field(&session->error, RPV_E_INVALID, RPV_NO_INDEX, "time_ms", "the time lies before 1970");
	if (time_ms)
		st = rpv__past_open(port, time_ms, &past, &session->error);
	if (st != RPV_OK)
		return st;
	rpv__view_free(session->past_view);
	session->past_view = NULL;
	rpv__past_close(port, session->past);
	session->past = past;
	session->as_of_ms = time_ms;
	return RPV_OK;
}

bool rpv__session_sees(const rpv_session *session, const char *group_name)
{
	const char *name = rpv__group_name(group_name);

	for (size_t i = 0; !session->all_groups && i < session->visible_count; i++)
		if (strcmp(session->visible[i], name) == 0)
			return true;
	return session->all_groups;
}

rpv_status rpv__session_group(rpv_session *session, const rpv__source *source, const char *given, const char **name,
                              uint32_t *number)
{
	rpv_status st = rpv__session_sees(session, given) ? RPV_OK : RPV_E_NOT_FOUND;

	*name = rpv__group_name(given);
	*number = RPV__DEFAULT_GROUP;
	if (st == RPV_OK && strcmp(*name, RPV__DEFAULT_GROUP_NAME) != 0)
		st = rpv__name_find(source, RPV__N_GROUP, 0, *name, number, &session->error);
	if (st == RPV_E_NOT_FOUND)
		return rpv__fail_field(&session->error, st, RPV_NO_INDEX, "group", "there is no device group \"%.255s\"", given);
	return st;
}

rpv_status rpv__session_groups(rpv_session *session, const rpv__view *view, rpv__arena *arena, const uint8_t **groups,
                               size_t *count)
{
	uint8_t *seen;

	*groups = NULL;
	*count = view->group_count;
	if (session->all_groups)
		return RPV_OK;
	seen = rpv__arena_get(arena, view->group_count + 1);
	if (!seen)
		return rpv__fail_nomem(&session->error);
	for (size_t i = 0; i < view->group_count; i++)
		seen[i] = view->groups[i].name && rpv__session_sees(session, view->groups[i].name);
	if (view->group_count > 0)
		seen[RPV__DEFAULT_GROUP] = rpv__session_sees(session, RPV__DEFAULT_GROUP_NAME);
	*groups = seen;
	return RPV_OK;
}

rpv_status rpv__session_lens(rpv_session *session, const rpv__view *view, int64_t now_ms, rpv__arena *arena,
                             rpv__lens *out)
{
	memset(out, 0, sizeof *out);
	out->now_ms = now_ms;
	out->category = RPV_CATEGORY_UNCHANGED;
	return rpv__session_groups(session, view, arena, &out->groups, &out->group_count);
}

typedef struct guarded { rpv__txn_body body; void *user; } guarded;

/* Runs the caller's body unless the store is being restored. */
static rpv_status guarded_body(rpv__txn *txn, void *user, rpv_error *error)
{
	guarded *g = user;

	if (rpv__txn_revision(txn)->restoring)
		return rpv__fail(error, RPV_E_REFUSED,
		                 "a restore is under way or broke off: restore into an empty storage again");
	return g->body(txn, g->user, error);
}

rpv_status rpv__session_write(rpv_session *session, rpv__txn_body body, void *user, rpv__revision *out)
{
	rpv__due_before before = { session->store, 0 };
	rpv__txn_options options = { .actor = session->principal, .due = rpv__due, .due_user = &before };
	guarded g = { body, user };
	rpv_status st = rpv__txn_run(&session->store->port, &options, guarded_body, &g, out, &session->error);

	/* too much fell due to fit beside what is written */
	while (st == RPV_E_LIMIT && strcmp(session->error.field, "max_commit") == 0 && before.done) {
		before.done = 0;
		st = rpv__due_catch_up(session->store, &session->error);
		if (st == RPV_OK)
			st = rpv__txn_run(&session->store->port, &options, guarded_body, &g, out, &session->error);
	}
	return st;
}

rpv_status rpv__session_try(rpv_session *session, rpv__txn_body body, void *user)
{
	rpv__due_before before = { session->store, 0 };
	rpv__txn_options options = { .actor = session->principal, .due = rpv__due, .due_user = &before };
	guarded g = { body, user };
	rpv_status st = rpv__txn_run(&session->store->port, &options, guarded_body, &g, NULL, &session->error);

	if (st != RPV_E_LIMIT)
		return st;
	options.due = NULL; /* too much for one commit: then without */
	return rpv__txn_run(&session->store->port, &options, guarded_body, &g, NULL, &session->error);
}
