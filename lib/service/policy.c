/* SPDX-License-Identifier: MIT */
/* Changing policies: record, events and what the triggers make of it, in one commit. */
#include "exception.h"
#include "watch.h"
#include "policy.h"

typedef struct changing {
	rpv_session *session;
	const rpv_policy_change *changes; size_t count;
	bool dry;
	rpv_policy_outcome outcome;
	rpv_list *list;            /* what changed; made anew by each run of the body */
} changing;

rpv_status rpv__policy_take_all(rpv__policy *policy, const rpv_policy_change *changes, size_t count, rpv_error *error)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		rpv__policy_name name;
		if (!changes[i].name || !rpv__policy_find(changes[i].name, &name))
			return rpv__fail_field(error, RPV_E_INVALID, i, "name", "there is no policy \"%s\"",
			                       changes[i].name ? changes[i].name : "");
		st = rpv__policy_take(policy, name, changes[i].value, i, error);
	}
	return st == RPV_OK ? rpv__policy_check(policy, error) : st;
}

rpv_status rpv__txn_put_policy(rpv__txn *txn, const rpv__policy *policy, rpv_error *error)
{
	rpv__policy_record record;
	rpv__key key;
	rpv__buf buf;
	rpv_status st;
	if (rpv__policy_to_record(policy, rpv__txn_arena(txn), &record))
		return rpv__fail_nomem(error);
	rpv__buf_init(&buf, &rpv__txn_port(txn)->alloc);
	rpv__put_policy(&buf, &record);
	st = buf.status ? rpv__fail_nomem(error)
	                : rpv__txn_put(txn, rpv__key1(&key, RPV__K_POLICY), rpv__buf_view(&buf), error);
	rpv__buf_free(&buf);
	return st;
}

/* One row of the table: itself, or the only one of its members, that differs. */
static bool differs(const rpv__policy *before, const rpv__policy *now, const rpv__policy_row *row, rpv__policy_name *out)
{
	uint32_t count = 0, last = 0;
	for (uint32_t m = 0; row->members >> m; m++)
		if (row->members & 1u << m && !rpv__policy_equal(before, now, row, m)) {
			count++;
			last = m;
		}
	*out = (rpv__policy_name){ row, count == 1 ? last : RPV__POLICY_ALL };
	return count > 0;
}

static rpv_status find_changes(changing *c, const rpv__policy *before, const rpv__policy *now, rpv_error *error)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < rpv__policy_row_count; i++) {
		rpv__policy_name name;
		if (differs(before, now, &rpv__policy_rows[i], &name))
			st = rpv__policy_row_add(c->list, now, before, name, error);
	}
	c->outcome.changed = c->list->count;
	return st;
}

static rpv_status write_events(const changing *c, rpv__txn *txn, rpv_error *error)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < c->list->count; i++) {
		const rpv_policy *p = rpv__list_row(c->list, RPV__LIST_POLICY, i);
		rpv__event event = { .type = RPV_EVENT_POLICY_CHANGED, .policy = p->name, .before = p->previous,
		                     .after = p->value };
		st = rpv__txn_event(txn, &event, error);
	}
	return st;
}

static rpv_status begin_run(changing *c, rpv__txn *txn, rpv_error *error)
{
	rpv_list_free(c->list);
	c->list = NULL;
	if (rpv__list_new(&c->session->store->port.alloc, RPV__LIST_POLICY, sizeof(rpv_policy), rpv__txn_now(txn),
	                  rpv__txn_revision(txn)->revision + !c->dry, &c->list))
		return rpv__fail_nomem(error);
	return RPV_OK;
}

static rpv_status change_body(rpv__txn *txn, void *user, rpv_error *error)
{
	changing *c = user;
	const rpv__policy *before;
	rpv__policy now;
	rpv_status st = begin_run(c, txn, error);
	if (st == RPV_OK)
		st = rpv__txn_policy(txn, &before, error);
	if (st)
		return st;
	now = *before;
	c->outcome = (rpv_policy_outcome){ sizeof c->outcome, before->revision, 0, 0, 0 };
	st = rpv__policy_take_all(&now, c->changes, c->count, error);
	if (st == RPV_OK)
		st = find_changes(c, before, &now, error);
	if (st || c->outcome.changed == 0)
		return st;
	c->outcome.revision = ++now.revision;
	st = rpv__txn_put_policy(txn, &now, error);
	if (st == RPV_OK)
		st = write_events(c, txn, error);
	size_t told = rpv__txn_told_count(txn);
	if (st == RPV_OK)
		st = rpv__resurface_policy(txn, before, &now, &c->outcome.voided, &c->outcome.warned, error);
	if (st == RPV_OK)
		st = rpv__watch_policy(txn, before, &now, error);
	if (st == RPV_OK)
		st = rpv__controls_policy(txn, before, &now, &c->outcome.voided, &c->outcome.warned, error);
	if (st == RPV_OK)
		st = rpv__txn_tell_returns(txn, told, error);
	return st == RPV_OK && c->dry ? RPV_STOP : st;
}

static rpv_status check(rpv_session *session, const rpv_policy_change *changes, size_t count,
                        const rpv_policy_outcome *outcome)
{
	rpv_error *error = &session->error;
	rpv_status st = rpv__session_require_write(session, RPV_PERMIT_SETTINGS, NULL);
	if (st == RPV_OK && !session->all_groups)
		st = rpv__fail(error, RPV_E_DENIED, "changing policies needs a session that sees all device groups");
	if (st == RPV_OK && count && !changes)
		st = rpv__fail(error, RPV_E_INVALID, "changes is NULL, but count is not 0");
	if (st == RPV_OK && outcome && !rpv__can_give(outcome))
		st = rpv__fail(error, RPV_E_INVALID, "the size of the policy outcome struct is %zu", outcome->struct_size);
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		if (rpv__check_text(changes[i].name, "name", error) || rpv__check_text(changes[i].value, "value", error)) {
			error->index = i;
			st = RPV_E_INVALID;
		}
	}
	return st;
}

rpv_status rpv__policy_change(rpv_session *session, const rpv_policy_change *changes, size_t count, bool dry,
                              rpv_policy_outcome *outcome, rpv_list **out)
{
	changing c = { .session = session, .changes = changes, .count = count, .dry = dry };
	rpv_status st = check(session, changes, count, outcome);
	if (st == RPV_OK)
		st = dry ? rpv__session_try(session, change_body, &c) : rpv__session_write(session, change_body, &c, NULL);
	if (st == RPV_OK && outcome) {
		size_t size = outcome->struct_size;
		memcpy(outcome, &c.outcome, size < sizeof c.outcome ? size : sizeof c.outcome);
		outcome->struct_size = size;
	}
	if (st == RPV_OK && out)
		*out = c.list;
	else
		rpv_list_free(c.list);
	return st;
}
