/* SPDX-License-Identifier: MIT */
/* Lists of policies. */
#include "facts.h"
#include "policy.h"

static rpv_status keep(rpv_list *list, const char *text, const char **out, rpv_error *error)
{
	*out = rpv__arena_text(&list->arena, text, strlen(text));
	return *out ? RPV_OK : rpv__fail_nomem(error);
}

rpv_status rpv__policy_row_add(rpv_list *list, const rpv__policy *policy, const rpv__policy *previous,
                               rpv__policy_name name, rpv_error *error)
{
	char text[RPV__POLICY_TEXT_SIZE], full[RPV__POLICY_NAME_SIZE];
	rpv_policy row = { .description = name.row->description };
	rpv_status st;

	rpv__policy_name_text(name, full);
	st = keep(list, full, &row.name, error);
	rpv__policy_text(policy, name, text);
	if (st == RPV_OK)
		st = keep(list, text, &row.value, error);
	rpv__policy_text(&rpv__policy_default, name, text);
	if (st == RPV_OK)
		st = keep(list, text, &row.default_value, error);
	if (st == RPV_OK && previous) {
		rpv__policy_text(previous, name, text);
		st = keep(list, text, &row.previous, error);
	}
	if (st != RPV_OK)
		return st;
	row.part_of = rpv__policy_member(name.row, name.member) ? name.row->name : NULL;
	row.is_default = strcmp(row.value, row.default_value) == 0;
	rpv_policy *added = rpv__list_add(list);
	if (!added)
		return rpv__fail_nomem(error);
	*added = row;
	return RPV_OK;
}

typedef struct reading { rpv__facts facts; const char *name; } reading;

static rpv_status add_row(rpv__facts *f, const rpv__policy *policy, const rpv__policy_row *row, uint32_t member)
{
	rpv_status st = RPV_OK;

	if (member != RPV__POLICY_ALL)
		return rpv__policy_row_add(f->list, policy, NULL, (rpv__policy_name){ row, member }, f->error);
	st = rpv__policy_row_add(f->list, policy, NULL, (rpv__policy_name){ row, RPV__POLICY_ALL }, f->error);
	for (uint32_t m = 0; st == RPV_OK && row->members >> m; m++)
		if (rpv__policy_member(row, m))
			st = rpv__policy_row_add(f->list, policy, NULL, (rpv__policy_name){ row, m }, f->error);
	return st;
}

static rpv_status read_policies(rpv__facts *f, const rpv__revision *revision)
{
	const char *name = ((reading *)f)->name;
	rpv__policy_name one = { NULL, 0 };
	rpv__policy policy;
	int64_t now = f->session->as_of_ms;
	rpv_status st = RPV_OK;

	if (name && !rpv__policy_find(name, &one))
		return rpv__fail(f->error, RPV_E_NOT_FOUND, "there is no policy \"%s\"", name);
	if (!now)
		st = rpv__port_now(&f->session->store->port, &now, f->error);
	if (st == RPV_OK)
		st = rpv__facts_begin(f, RPV__LIST_POLICY, sizeof(rpv_policy), now > revision->mark_ms ? now : revision->mark_ms,
		                      revision);
	if (st == RPV_OK)
		st = rpv__source_policy(f->source, &policy, f->error);
	if (st == RPV_OK && name)
		return add_row(f, &policy, one.row, one.member);
	for (size_t i = 0; st == RPV_OK && i < rpv__policy_row_count; i++) {
		const rpv__policy_row *row = &rpv__policy_rows[i];
		st = add_row(f, &policy, row, row->by == RPV__POLICY_ONE ? 0 : RPV__POLICY_ALL);
	}
	return st;
}

rpv_status rpv__policy_list(rpv_session *session, const char *name, rpv_list **out)
{
	reading r = { .facts = { .session = session }, .name = name };

	return rpv__facts_read(&r.facts, read_policies, out);
}
