/* SPDX-License-Identifier: MIT */
/* The exceptions of a subject that a commit concerns, judged with one field for all that share it. */
#include "resurface_inside.h"

enum { FEW_GROUPS = 64 }; /* counters of more are read in one walk */

/* --- which of them --- */
/* Devices that count otherwise than before on a recommendation, ascending. */
static rpv_status changed_devices(const rpv__world *w, uint32_t recommendation, rpv__arena *into, uint32_t **out,
                                  size_t *count)
{
	const rpv__intake *in = w->in;
	size_t low = 0, high = in ? in->pair_count : 0, end;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (in->pairs[middle].recommendation < recommendation)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; in && end < in->pair_count && in->pairs[end].recommendation == recommendation; end++)
		;
	*count = end - low;
	*out = rpv__arena_get(into, (*count + 1) * sizeof **out);
	if (!*out)
		return rpv__fail_nomem(w->error);
	for (size_t i = low; i < end; i++)
		(*out)[i - low] = in->pairs[i].device->number;
	return RPV_OK;
}

/* Device groups that the covers ask for; *out NULL for all. */
static rpv_status wanted_groups(rpv__world *w, const rpv__cover *covers, size_t count, const uint32_t **out,
                                size_t *out_count)
{
	uint32_t *all;
	size_t n = 0;
	*out = NULL;
	for (size_t i = 0; i < count; i++) {
		if (covers[i].scope == RPV_SCOPE_GLOBAL)
			return RPV_OK;
		n += covers[i].group_count;
	}
	if (!(all = rpv__arena_get(&w->scratch, (n + 1) * sizeof *all)))
		return rpv__fail_nomem(w->error);
	n = 0;
	for (size_t i = 0; i < count; i++) {
		if (covers[i].group_count)
			memcpy(all + n, covers[i].groups, covers[i].group_count * sizeof *all);
		n += covers[i].group_count;
	}
	*out_count = rpv__sort_unique_u32(all, n);
	*out = *out_count > FEW_GROUPS ? NULL : all;
	return RPV_OK;
}

/* --- judging them --- */
static rpv_status judge_devices(rpv__world *w, rpv__cover *cover, bool ended)
{
	rpv__field field;
	rpv__aspect *aspects;
	rpv__field_init(&field, w);
	rpv_status st = rpv__field_of_devices(&field, cover, false);
	if (st == RPV_OK)
		st = rpv__field_aspects(&field, cover->weakness, &aspects);
	if (st == RPV_OK)
		st = rpv__judge(&field, aspects, cover, ended);
	if (st == RPV_OK && cover->ending == RPV__NOT_ENDED)
		st = rpv__field_keep_devices(&field, cover->exception);
	rpv__field_free(&field);
	return st;
}

/* Those that do not name devices; all share a field, those of one weakness its aspects. */
static rpv_status judge_groups(rpv__field *f, rpv__cover *covers, size_t count, bool ended)
{
	rpv__aspect *aspects = NULL;
	uint32_t weakness = 0;
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < count; i++) {
		if (covers[i].scope == RPV_SCOPE_DEVICES)
			continue;
		if (!aspects || covers[i].weakness != weakness)
			st = rpv__field_aspects(f, weakness = covers[i].weakness, &aspects);
		if (st == RPV_OK)
			st = rpv__judge(f, aspects, &covers[i], ended);
	}
	return st;
}

static bool any_by_group(const rpv__cover *covers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (covers[i].scope != RPV_SCOPE_DEVICES)
			return true;
	return false;
}

static rpv_status judge_each_devices(rpv__world *w, rpv__cover *covers, size_t count, bool ended)
{
	rpv_status st = RPV_OK;
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		if (covers[i].scope == RPV_SCOPE_DEVICES)
			st = judge_devices(w, &covers[i], ended);
	return st;
}

static rpv_status judge_covers(rpv__world *w, uint32_t recommendation, rpv__cover *covers, size_t count)
{
	rpv__field field;
	const uint32_t *wanted;
	size_t wanted_count = 0;
	bool ended = false;
	rpv_status st = rpv__world_end_of_support(w, recommendation, &ended);
	rpv__field_init(&field, w);
	if (st == RPV_OK && any_by_group(covers, count)) {
		st = wanted_groups(w, covers, count, &wanted, &wanted_count);
		if (st == RPV_OK)
			st = rpv__field_of_recommendation(&field, recommendation, wanted, wanted_count);
		if (st == RPV_OK)
			st = judge_groups(&field, covers, count, ended);
	}
	rpv__field_free(&field);
	return st == RPV_OK ? judge_each_devices(w, covers, count, ended) : st;
}

rpv_status rpv__judge_recommendation(rpv__world *w, uint32_t recommendation, const uint32_t *groups, size_t count,
                                     bool all)
{
	rpv__reach what = { .everything = all, .groups = groups, .group_count = count };
	rpv__cover *covers;
	uint32_t *devices;
	size_t n;
	rpv_status st = changed_devices(w, recommendation, &w->scratch, &devices, &what.device_count);
	what.devices = devices;
	if (st == RPV_OK)
		st = rpv__world_reaching(w, recommendation, &what, &covers, &n);
	if (st == RPV_OK && n)
		st = judge_covers(w, recommendation, covers, n);
	rpv__arena_free(&w->scratch);
	return st;
}

rpv_status rpv__judge_weakness(rpv__world *w, uint32_t weakness)
{
	rpv__field field;
	rpv__cover *covers;
	rpv__key key;
	size_t n;
	rpv_status st = rpv__world_everywhere(w, weakness, &covers, &n);
	rpv__field_init(&field, w);
	if (st == RPV_OK && any_by_group(covers, n)) {
		st = rpv__field_of_weakness(&field, weakness);
		if (st == RPV_OK)
			st = rpv__field_keep_weakness(&field, weakness);
		if (st == RPV_OK)
			st = judge_groups(&field, covers, n, false);
	} else if (st == RPV_OK) { /* nobody keeps it up to date from now on */
		st = rpv__txn_remove(w->txn, rpv__key32(&key, RPV__K_WEAKNESS_CENSUS, weakness), w->error);
	}
	rpv__field_free(&field);
	if (st == RPV_OK)
		st = n ? judge_each_devices(w, covers, n, false) : rpv__everywhere_set(w->txn, weakness, false, w->error);
	rpv__arena_free(&w->scratch);
	return st;
}

/* --- another policy --- */
typedef struct subjects { rpv__world *w; uint32_t *recommendations, *weaknesses; size_t r_count, r_cap, w_count, w_cap; }
	subjects;

static rpv_status note(subjects *s, uint32_t **items, size_t *count, size_t *cap, uint32_t number)
{
	if (*count && (*items)[*count - 1] == number)
		return RPV_OK;
	if (rpv__grow(s->w->alloc, items, cap, *count + 1, sizeof **items))
		return rpv__fail_nomem(s->w->error);
	(*items)[(*count)++] = number;
	return RPV_OK;
}

static rpv_status take_subject(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	subjects *s = user;
	uint32_t recommendation, weakness;
	uint64_t exception;
	(void)value;
	if (!rpv__key_is_cover(key, &recommendation, &weakness, &exception))
		return rpv__fail_corrupt(error, "cover", key);
	return recommendation ? note(s, &s->recommendations, &s->r_count, &s->r_cap, recommendation)
	                      : note(s, &s->weaknesses, &s->w_count, &s->w_cap, weakness);
}

rpv_status rpv__resurface_policy(rpv__txn *txn, const rpv__policy *before, const rpv__policy *now, uint64_t *voided,
                                 uint64_t *warned, rpv_error *error)
{
	rpv__world w;
	subjects s = { .w = &w };
	rpv__key key;
	if (memcmp(&before->thresholds, &now->thresholds, sizeof now->thresholds) == 0 &&
	    memcmp(before->triggers, now->triggers, sizeof now->triggers) == 0 &&
	    memcmp(before->actions, now->actions, sizeof now->actions) == 0 && before->grown_rise == now->grown_rise &&
	    before->grown_percent == now->grown_percent)
		return RPV_OK;
	rpv_status st = rpv__world_open(&w, txn, NULL, now, error);
	if (st == RPV_OK)
		st = rpv__txn_scan_prefix(txn, rpv__key1(&key, RPV__K_COVER), take_subject, &s, error);
	for (size_t i = 0; st == RPV_OK && i < s.r_count; i++)
		st = rpv__judge_recommendation(&w, s.recommendations[i], NULL, 0, true);
	for (size_t i = 0; st == RPV_OK && i < s.w_count; i++)
		st = rpv__judge_weakness(&w, s.weaknesses[i]);
	*voided += w.voided;
	*warned += w.warned;
	rpv__free(w.alloc, s.recommendations);
	rpv__free(w.alloc, s.weaknesses);
	rpv__world_close(&w);
	return st;
}
