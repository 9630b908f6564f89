/* SPDX-License-Identifier: MIT */
/* A remediation activity as a row of a list: its texts, and its figures as far as the session sees them. */
#include "activity.h"

typedef struct rpv__activity_other { uint32_t number; rpv__activity activity; bool visible; } other;
typedef rpv__activity_subject subject;

rpv_status rpv__activity_rows_open(rpv__activity_rows *rows, rpv_session *session, rpv__noun noun, size_t row_size)
{
	const rpv__alloc *alloc = &session->store->port.alloc;
	rpv_status st;

	memset(rows, 0, sizeof *rows);
	rows->session = session;
	rows->source = rpv__session_source(session);
	st = rpv__session_view(session, &rows->view, &rows->now_ms);
	if (st != RPV_OK)
		return st;
	if (rpv__list_new(alloc, noun, row_size, rows->now_ms, rows->view->revision.revision, &rows->list) != RPV_OK)
		return rpv__fail_nomem(&session->error);
	st = rpv__session_groups(session, rows->view, &rows->list->arena, &rows->groups, &rows->group_count);
	rpv__map_init(&rows->subjects, alloc);
	if (st != RPV_OK) {
		rpv_list_free(rows->list);
		rows->list = NULL;
		rpv__activity_rows_close(rows);
	}
	return st;
}

void rpv__activity_rows_close(rpv__activity_rows *rows)
{
	rpv__map_free(&rows->subjects);
}

bool rpv__activity_sees_group(const rpv__activity_rows *rows, uint32_t group)
{
	return !rows->groups || (group < rows->group_count && rows->groups[group]);
}

bool rpv__activity_whole(const rpv__activity_rows *rows, const rpv__activity *activity)
{
	for (size_t i = 0; i < activity->group_count; i++)
		if (!rpv__activity_sees_group(rows, activity->groups[i]))
			return false;
	return !rows->groups || activity->group_count > 0;
}

const char *rpv__activity_group_name(const rpv__activity_rows *rows, uint32_t group)
{
	const rpv__view *view = rows->view;

	if (group == RPV__DEFAULT_GROUP || group >= view->group_count || !view->groups[group].name)
		return RPV__DEFAULT_GROUP_NAME;
	return view->groups[group].name;
}

/* --- figures --- */
bool rpv__target_exposed_again(const rpv__view *view, const rpv__activity *activity, uint32_t recommendation,
                               uint32_t device, const rpv__target *target)
{
	const rpv__view_device *d;
	const rpv__view_variant *had;

	if (activity->status != RPV_REMEDIATION_COMPLETED || !target->fixed || target->gone || device >= view->device_count)
		return false;
	d = &view->devices[device];
	if (d->flags & (RPV__DEVICE_REMOVED | RPV__DEVICE_EXCLUDED))
		return false;
	for (uint32_t i = 0; target->variant == 0 && i < d->state_count; i++)
		if (d->states[i].recommendation == recommendation && d->states[i].state == RPV_CONFIGURATION_EXPOSED)
			return true;
	if (target->variant == 0 || target->variant >= view->variant_count)
		return false;
	had = &view->variants[target->variant];
	for (uint32_t i = 0; i < rpv__device_variant_count(d); i++) {
		const rpv__view_variant *has = &view->variants[rpv__device_variant(d, i)];

		if (has->recommendation == recommendation &&
		    rpv__weaknesses_meet(had->weaknesses, had->weakness_count, has->weaknesses, has->weakness_count))
			return true;
	}
	return false;
}

typedef struct figures {
	const rpv__activity_rows *rows;
	const rpv__activity *activity;
	uint32_t recommendation; /* its number now */
	uint64_t seen, targets, fixed, exposed_again;
} figures;

static rpv_status figure_sink(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	figures *f = user;
	uint32_t number, device;
	rpv__target target;

	if (!rpv__key_is32_32(key, RPV__K_TARGET, &number, &device) || !rpv__get_target(value, &target))
		return rpv__fail_corrupt(error, "target", key);
	if (!rpv__activity_sees_group(f->rows, target.group))
		return RPV_OK;
	f->seen++;
	f->targets += !target.gone;
	f->fixed += target.fixed && !target.gone;
	f->exposed_again += rpv__target_exposed_again(f->rows->view, f->activity, f->recommendation, device, &target);
	return RPV_OK;
}

static rpv_status count(rpv__activity_rows *rows, uint32_t number, const rpv__activity *activity, figures *out)
{
	rpv__key key;
	subject *s;
	rpv_status st = rpv__activity_subject_of(rows, activity->recommendation, &s);

	if (st != RPV_OK)
		return st;
	*out = (figures){ .rows = rows, .activity = activity, .recommendation = s->current };
	return rpv__source_scan_prefix(&rows->source, rpv__key32(&key, RPV__K_TARGET, number), figure_sink, out,
	                               &rows->session->error);
}

rpv_status rpv__activity_visible(rpv__activity_rows *rows, uint32_t number, const rpv__activity *activity, bool *out)
{
	figures f;
	rpv_status st = RPV_OK;

	*out = !rows->groups || (activity->group_count == 0 && activity->requested_targets == 0);
	for (size_t i = 0; !*out && i < activity->group_count; i++)
		*out = rpv__activity_sees_group(rows, activity->groups[i]);
	if (!*out && activity->group_count == 0) {
		st = count(rows, number, activity, &f);
		*out = st == RPV_OK && f.seen > 0;
	}
	return st;
}

/* --- the recommendation and its other activities --- */
rpv_status rpv__activity_subject_of(rpv__activity_rows *rows, uint32_t recommendation, rpv__activity_subject **out)
{
	rpv_error *error = &rows->session->error;
	rpv__recommendation record;
	rpv__key key;
	uint64_t known;
	subject *s;
	rpv_status st;

	if (rpv__map_get_u64(&rows->subjects, recommendation, &known)) {
		*out = (subject *)(uintptr_t)known;
		return RPV_OK;
	}
	st = rpv__read_recommendation(&rows->source, recommendation, &rows->list->arena, &record, error);
	if (st == RPV_E_NOT_FOUND)
		return rpv__fail_corrupt(error, "missing recommendation",
		                         rpv__key32(&key, RPV__K_RECOMMENDATION, recommendation));
	if (st != RPV_OK)
		return st;
	s = rpv__arena_get(&rows->list->arena, sizeof *s);
	if (!s)
		return rpv__fail_nomem(error);
	st = rpv__name_find(&rows->source, RPV__N_RECOMMENDATION, 0, record.id, &s->current, error);
	if (st != RPV_OK && st != RPV_E_NOT_FOUND)
		return st;
	if (rpv__map_put_u64(&rows->subjects, recommendation, (uintptr_t)s) != RPV_OK)
		return rpv__fail_nomem(error);
	s->id = record.id;
	s->title = record.title ? record.title : record.id;
	s->component = record.component;
	*out = s;
	return RPV_OK;
}

typedef struct numbers { const rpv__alloc *alloc; uint32_t *items; size_t count, cap; } numbers;

static rpv_status number_sink(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	numbers *n = user;
	uint32_t recommendation, number;

	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_REC_ACTIVITY, &recommendation, &number))
		return rpv__fail_corrupt(error, "index of remediation activities", key);
	if (rpv__grow(n->alloc, &n->items, &n->cap, n->count + 1, sizeof *n->items) != RPV_OK)
		return rpv__fail_nomem(error);
	n->items[n->count++] = number;
	return RPV_OK;
}

static rpv_status read_others(rpv__activity_rows *rows, uint32_t recommendation, subject *s)
{
	rpv_error *error = &rows->session->error;
	rpv__arena *arena = &rows->list->arena;
	numbers n = { &arena->alloc, NULL, 0, 0 };
	rpv__key key;
	rpv_status st = rpv__source_scan_prefix(&rows->source, rpv__key32(&key, RPV__K_REC_ACTIVITY, recommendation),
	                                        number_sink, &n, error);

	if (st == RPV_OK && !(s->others = rpv__arena_get(arena, n.count * sizeof *s->others)))
		st = rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < n.count; i++) {
		other *o = &s->others[s->other_count];

		o->number = n.items[i];
		st = rpv__read_activity(&rows->source, o->number, arena, &o->activity, error);
		if (st == RPV_E_NOT_FOUND)
			st = rpv__fail_corrupt(error, "missing remediation activity", rpv__key32(&key, RPV__K_ACTIVITY, o->number));
		if (st == RPV_OK)
			st = rpv__activity_visible(rows, o->number, &o->activity, &o->visible);
		s->other_count++;
	}
	rpv__free(&arena->alloc, n.items);
	s->others_known = st == RPV_OK;
	return st;
}

static rpv_status set_overlaps(rpv__activity_rows *rows, uint32_t number, const rpv__activity *activity, subject *s,
                               rpv_remediation *row)
{
	rpv__arena *arena = &rows->list->arena;
	const char **ids;
	char id[24];
	rpv_status st = s->others_known ? RPV_OK : read_others(rows, activity->recommendation, s);

	if (st != RPV_OK)
		return st;
	ids = rpv__arena_get(arena, s->other_count * sizeof *ids);
	if (!ids)
		return rpv__fail_nomem(&rows->session->error);
	for (size_t i = 0; i < s->other_count; i++) {
		const other *o = &s->others[i];

		if (o->number == number || !o->visible || !rpv__activity_overlaps(activity, &o->activity))
			continue;
		rpv__id_of_number('R', o->number, id);
		ids[row->overlap_count] = rpv__arena_text(arena, id, strlen(id));
		if (!ids[row->overlap_count++])
			return rpv__fail_nomem(&rows->session->error);
	}
	row->overlaps = ids;
	return RPV_OK;
}

/* --- the row --- */
static rpv_status set_texts(rpv__activity_rows *rows, uint32_t number, const rpv__activity *a, rpv_remediation *row)
{
	rpv__arena *arena = &rows->list->arena;
	bool completed = a->status == RPV_REMEDIATION_COMPLETED;
	const char **groups = rpv__arena_get(arena, a->group_count * sizeof *groups);
	char id[24];
	struct { const char *from, **to; } texts[] = {
		{ id, &row->id }, { a->requester, &row->requester }, { completed ? a->ended_by : NULL, &row->completed_by },
		{ a->reason, &row->reason }, { a->notes, &row->notes }, { a->connector, &row->connector },
	};

	rpv__id_of_number('R', number, id);
	for (size_t i = 0; i < RPV__COUNT(texts); i++)
		if (texts[i].from && !(*texts[i].to = rpv__arena_text(arena, texts[i].from, strlen(texts[i].from))))
			return rpv__fail_nomem(&rows->session->error);
	if (!groups)
		return rpv__fail_nomem(&rows->session->error);
	for (size_t i = 0; i < a->group_count; i++) {
		const char *name = rpv__activity_group_name(rows, a->groups[i]);

		if (!rpv__activity_sees_group(rows, a->groups[i]))
			continue;
		groups[row->group_count] = rpv__arena_text(arena, name, strlen(name));
		if (!groups[row->group_count++])
			return rpv__fail_nomem(&rows->session->error);
	}
	row->groups = groups;
	return RPV_OK;
}

static rpv_status set_figures(rpv__activity_rows *rows, uint32_t number, const rpv__activity *a, rpv_remediation *row)
{
	figures f = { .targets = a->targets, .fixed = a->fixed };
	rpv_status st = RPV_OK;

	if (!rpv__activity_whole(rows, a) || a->status == RPV_REMEDIATION_COMPLETED)
		st = count(rows, number, a, &f);
	row->targets = f.targets;
	row->fixed = f.fixed;
	row->exposed_again = f.exposed_again;
	return st;
}

rpv_status rpv__activity_row(rpv__activity_rows *rows, uint32_t number, const rpv__activity *a)
{
	rpv_remediation *added, row = { .requested_ms = a->requested_ms, .due_ms = a->due_ms, .ended_ms = a->ended_ms,
		.status = a->status, .kind = a->kind, .priority = a->priority, .ticket = a->ticket,
		.overdue = rpv__activity_overdue(a, rows->now_ms), .only_without_user_impact = a->only_without_user_impact };
	subject *s;
	rpv_status st = rpv__activity_subject_of(rows, a->recommendation, &s);

	if (st == RPV_OK)
		st = set_texts(rows, number, a, &row);
	if (st == RPV_OK)
		st = set_figures(rows, number, a, &row);
	if (st == RPV_OK && a->status == RPV_REMEDIATION_ACTIVE)
		st = set_overlaps(rows, number, a, s, &row);
	if (st != RPV_OK)
		return st;
	row.recommendation = s->id;
	row.title = s->title;
	row.component = s->component;
	added = rpv__list_add(rows->list);
	if (!added)
		return rpv__fail_nomem(&rows->session->error);
	*added = row;
	return RPV_OK;
}
