/* SPDX-License-Identifier: MIT */
/* Canceling an exception, whole or for one device group. */
#include "exception.h"

typedef struct canceling {
	rpv_session *session;
	uint64_t number;
	const char *id, *group, *reason;
} canceling;

static rpv_status not_found(const canceling *c, rpv_error *error)
{
	return rpv__fail(error, RPV_E_NOT_FOUND, "there is no exception \"%s\"", c->id);
}

/* How many of its groups there are, how many of them the session sees. A global one is seen by all. */
static rpv_status visibility(canceling *c, rpv__txn *txn, const rpv__cover *cover, size_t *all, size_t *seen,
                             rpv_error *error)
{
	rpv__group_count_pair *groups = NULL;
	rpv_status st;
	*all = *seen = 1;
	if (cover->scope == RPV_SCOPE_GLOBAL || c->session->all_groups)
		return RPV_OK;
	st = rpv__txn_cover_groups(txn, cover, rpv__txn_arena(txn), &groups, all, error);
	*seen = 0;
	for (size_t i = 0; st == RPV_OK && i < *all; i++) {
		const char *name;
		if (groups[i].group == RPV__NO_NUMBER)
			continue;
		st = rpv__txn_group_name(txn, groups[i].group, rpv__txn_arena(txn), &name, error);
		*seen += st == RPV_OK && rpv__session_sees(c->session, name);
	}
	return st;
}

/* R5: ended stays ended. */
static rpv_status refuse_ended(const canceling *c, const rpv__cover *cover, int64_t now, rpv_error *error)
{
	rpv_exception_status status = rpv__exception_status_alone(cover, now);
	char when[RPV_TIME_TEXT_SIZE] = "";
	if (rpv__exception_live(status))
		return RPV_OK;
	rpv__time_text(rpv__exception_ended_ms(cover, now), when);
	return rpv__fail(error, RPV_E_REFUSED, "%s has ended: %s since %s", c->id,
	                 rpv_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)status), when);
}

/* Number of the group to take out. */
static rpv_status find_group(const canceling *c, rpv__txn *txn, const rpv__cover *cover, uint32_t *out,
                             rpv_error *error)
{
	const char *name = rpv__group_name(c->group);
	rpv_status st = RPV_OK;
	*out = RPV__DEFAULT_GROUP;
	if (strcmp(name, RPV__DEFAULT_GROUP_NAME) != 0)
		st = rpv__txn_name_find(txn, RPV__N_GROUP, 0, name, out, error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__session_sees(c->session, name)))
		return rpv__fail_field(error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "group", "there is no device group \"%s\"", name);
	if (st)
		return st;
	if (cover->scope == RPV_SCOPE_GLOBAL)
		return rpv__fail(error, RPV_E_REFUSED, "%s is global: it cannot be canceled for one device group", c->id);
	if (!rpv__exception_covers_group(cover, *out))
		return rpv__fail(error, RPV_E_REFUSED, "the device group \"%s\" is not in the scope of %s", name, c->id);
	return RPV_OK;
}

static rpv_status cancel_whole(const canceling *c, rpv__txn *txn, rpv__cover *cover, rpv__exception *texts,
                               rpv_error *error)
{
	const rpv__event event = { .reason = c->reason };
	rpv__cause cause = c->group ? RPV__CAUSE_LAST_GROUP_CANCELED : RPV__CAUSE_CANCELED;
	if (!rpv__life_end(cover, cause, rpv__txn_now(txn)))
		return rpv__fail(error, RPV_E_REFUSED, "%s cannot be canceled as it stands", c->id);
	texts->status_reason = c->reason;
	return rpv__txn_exception_ended(txn, cover, cause, texts, &event, error);
}

/* R15: the others stay, and what the exception rests on is frozen anew for them. */
static rpv_status cancel_group(const canceling *c, rpv__txn *txn, rpv__cover *cover, rpv__exception *texts,
                               uint32_t group, rpv_error *error)
{
	rpv__arena *arena = rpv__txn_arena(txn);
	uint32_t *rest = rpv__arena_get(arena, cover->group_count * sizeof *rest);
	uint32_t *gone = rpv__arena_get(arena, (texts->canceled_group_count + 1) * sizeof *gone);
	rpv__group_count_pair pair = { group, 0 };
	rpv__event event = { .type = RPV_EVENT_EXCEPTION_CANCELED, .reason = c->reason, .groups = &pair, .group_count = 1 };
	size_t kept = 0;
	if (!rest || !gone)
		return rpv__fail_nomem(error);
	for (size_t i = 0; i < cover->group_count; i++)
		if (cover->groups[i] != group)
			rest[kept++] = cover->groups[i];
	cover->groups = rest;
	cover->group_count = kept;
	if (texts->canceled_group_count)
		memcpy(gone, texts->canceled_groups, texts->canceled_group_count * sizeof *gone);
	gone[texts->canceled_group_count] = group;
	texts->canceled_group_count = rpv__sort_unique_u32(gone, texts->canceled_group_count + 1);
	texts->canceled_groups = gone;
	rpv_status st = rpv__txn_group_name(txn, group, arena, &event.group, error);
	if (st == RPV_OK)
		st = rpv__baseline_freeze(txn, cover, arena, &cover->baseline, NULL, NULL, error);
	if (st == RPV_OK)
		st = rpv__txn_put_cover(txn, cover, error);
	if (st == RPV_OK)
		st = rpv__txn_put_exception(txn, cover->exception, texts, error);
	return st == RPV_OK ? rpv__txn_exception_event(txn, cover, &event, error) : st;
}

static rpv_status body(rpv__txn *txn, void *user, rpv_error *error)
{
	canceling *c = user;
	rpv__exception texts;
	rpv__cover cover;
	uint32_t group = RPV__NO_NUMBER;
	size_t all = 0, seen = 0;
	rpv_status st = rpv__txn_exception(txn, c->number, rpv__txn_arena(txn), &texts, &cover, error);
	if (st == RPV_OK)
		st = visibility(c, txn, &cover, &all, &seen, error);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && seen == 0))
		return not_found(c, error);
	if (st == RPV_OK && cover.scope == RPV_SCOPE_GLOBAL) {
		st = rpv__session_require(c->session, RPV_PERMIT_GLOBAL_EXCEPTIONS, c->id);
		if (st == RPV_OK && !c->session->all_groups)
			st = rpv__fail(error, RPV_E_DENIED, "a global exception needs a session that sees all device groups");
	}
	if (st == RPV_OK)
		st = refuse_ended(c, &cover, rpv__txn_now(txn), error);
	if (st == RPV_OK && c->group)
		st = find_group(c, txn, &cover, &group, error);
	else if (st == RPV_OK && seen < all)
		st = rpv__fail(error, RPV_E_REFUSED, "%s also covers what the session does not see: cancel it group by group",
		               c->id);
	if (st)
		return st;
	if (c->group && cover.group_count > 1)
		return cancel_group(c, txn, &cover, &texts, group, error);
	return cancel_whole(c, txn, &cover, &texts, error);
}

rpv_status rpv__exception_cancel(rpv_session *session, const char *id, const char *group, const char *reason)
{
	rpv_error *error = &session->error;
	canceling c = { session, rpv__number_of_id(id, 'E'), id, group, reason };
	rpv_status st = rpv__session_require_write(session, RPV_PERMIT_EXCEPTIONS, id);
	if (st == RPV_OK)
		st = rpv__check_id(id, "id", error);
	if (st == RPV_OK && (!reason || !*reason))
		st = rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "reason", "the reason is missing: say why, in words");
	if (st == RPV_OK)
		st = rpv__check_text(reason, "reason", error);
	if (st == RPV_OK && !c.number)
		st = not_found(&c, error);
	return st == RPV_OK ? rpv__session_write(session, body, &c, NULL) : st;
}
