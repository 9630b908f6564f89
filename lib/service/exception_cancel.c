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

static rpv_status body(rpv__txn *txn, void *user, rpv_error *error)
{
	canceling *c = user;
	rpv__exception texts;
	rpv__cover cover;
	uint32_t group = RPV__NO_NUMBER;
	size_t all = 0, seen = 0;
	rpv_status st = rpv__txn_exception(txn, c->number, rpv__txn_arena(txn), &texts, &cover, error);
	if (st == RPV_OK)
		st = rpv__txn_cover_seen(txn, c->session, &cover, &all, &seen, error);
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
	rpv__withdrawal w = { c->group ? RPV__CAUSE_LAST_GROUP_CANCELED : RPV__CAUSE_CANCELED, group, c->reason };
	return rpv__txn_withdraw(txn, &cover, &texts, &w, error);
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
