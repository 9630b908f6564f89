/* SPDX-License-Identifier: MIT */
/* Remediation activities follow the facts (R39-R41), inside the transaction of a batch. Costs what changed: activities are
 * read once per batch and by recommendation, targets one by one. All memory is the transaction's. */
#include "activity.h"

/* An active activity that the batch has met. */
typedef struct live {
	struct live *next;         /* on the same recommendation */
	struct live *next_touched;
	uint32_t number;
	bool touched;
	rpv__activity activity;
} live;

typedef struct subject { /* a recommendation, with all its active activities */
	struct subject *next;
	uint32_t recommendation;
	bool again; /* all targets are to be looked at again */
	live *lives;
} subject;

typedef struct returned { /* a target that counts again: what it has is looked at when all is written */
	struct returned *next;
	uint32_t device, recommendation;
} returned;

struct rpv__progress {
	rpv__txn *txn;
	rpv__known_variants frozen; /* what targets had: unnamed variants, which no batch changes */
	subject *subjects[256];
	returned *returned;
	live *touched; size_t touched_count;
};

rpv_status rpv__progress_begin(rpv__txn *txn, rpv__progress **out, rpv_error *error)
{
	rpv__progress *p = rpv__arena_get(rpv__txn_arena(txn), sizeof *p);

	if (!p)
		return rpv__fail_nomem(error);
	p->txn = txn;
	p->frozen.txn = txn;
	*out = p;
	return RPV_OK;
}

/* --- active activities by recommendation --- */
typedef struct loading { rpv__progress *progress; subject *subject; } loading;

static rpv_status live_sink(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	loading *l = user;
	uint32_t recommendation;
	live *found = rpv__arena_get(rpv__txn_arena(l->progress->txn), sizeof *found);
	rpv_status st;

	(void)value;
	if (!found)
		return rpv__fail_nomem(error);
	if (!rpv__key_is32_32(key, RPV__K_REC_ACTIVITY, &recommendation, &found->number))
		return rpv__fail_corrupt(error, "index of remediation activities", key);
	st = rpv__txn_activity(l->progress->txn, found->number, &found->activity, error);
	if (st == RPV_E_NOT_FOUND)
		return rpv__fail_corrupt(error, "missing remediation activity", key);
	found->next = l->subject->lives;
	l->subject->lives = found;
	return st;
}

static rpv_status find_subject(rpv__progress *p, uint32_t recommendation, subject **out, rpv_error *error)
{
	subject **bucket = &p->subjects[recommendation % RPV__COUNT(p->subjects)], *found = *bucket;
	loading l = { p, NULL };
	rpv__key key;
	rpv_status st;

	while (found && found->recommendation != recommendation)
		found = found->next;
	*out = found;
	if (found)
		return RPV_OK;
	l.subject = rpv__arena_get(rpv__txn_arena(p->txn), sizeof *l.subject);
	if (!l.subject)
		return rpv__fail_nomem(error);
	l.subject->recommendation = recommendation;
	st = rpv__txn_scan_prefix(p->txn, rpv__key32(&key, RPV__K_REC_ACTIVITY, recommendation), live_sink, &l, error);
	if (st != RPV_OK)
		return st;
	l.subject->next = *bucket;
	*out = *bucket = l.subject;
	return RPV_OK;
}

/* --- targets --- */
static rpv_status set_target(rpv__progress *p, live *l, uint32_t device, rpv__target *target, bool fixed, bool gone,
                             rpv_error *error)
{
	if (target->fixed == fixed && target->gone == gone)
		return RPV_OK;
	rpv__activity_set_target(&l->activity, target, fixed, gone);
	if (!l->touched) {
		l->touched = true;
		l->next_touched = p->touched;
		p->touched = l;
		p->touched_count++;
	}
	return rpv__txn_put_target(p->txn, l->number, device, target, error);
}

typedef struct has { const uint32_t *weaknesses; size_t count; bool exposed; } has; /* what a device has now */

static rpv_status judge(rpv__progress *p, live *l, uint32_t device, rpv__target *target, const has *now,
                        rpv_error *error)
{
	rpv__known_variant *had;
	bool open = now->exposed;

	if (target->variant) {
		rpv_status st = rpv__known_variant_get(&p->frozen, target->variant, &had, error);

		if (st != RPV_OK)
			return st;
		open = rpv__weaknesses_meet(had->weaknesses, had->weakness_count, now->weaknesses, now->count);
	}
	return set_target(p, l, device, target, !open, target->gone, error);
}

rpv_status rpv__progress_finding(rpv__progress *p, uint32_t device, uint32_t recommendation, const uint32_t *weaknesses,
                                 size_t count, bool exposed, rpv_error *error)
{
	has now = { weaknesses, count, exposed };
	subject *s;
	rpv_status st = find_subject(p, recommendation, &s, error);

	for (live *l = st == RPV_OK ? s->lives : NULL; st == RPV_OK && l; l = l->next) {
		rpv__target target;

		st = rpv__txn_target(p->txn, l->number, device, &target, error);
		if (st == RPV_OK)
			st = judge(p, l, device, &target, &now, error);
		else if (st == RPV_E_NOT_FOUND)
			st = RPV_OK;
	}
	return st;
}

rpv_status rpv__progress_recommendation(rpv__progress *p, uint32_t recommendation, rpv_error *error)
{
	subject *s;
	rpv_status st = find_subject(p, recommendation, &s, error);

	if (st == RPV_OK)
		s->again = true; /* when all is written */
	return st;
}

/* --- devices that leave or come back --- */
typedef struct leaving { rpv__progress *progress; uint32_t device; bool counted; } leaving;

static rpv_status note_return(rpv__progress *p, uint32_t device, uint32_t recommendation, rpv_error *error)
{
	returned *r = rpv__arena_get(rpv__txn_arena(p->txn), sizeof *r);

	if (!r)
		return rpv__fail_nomem(error);
	*r = (returned){ p->returned, device, recommendation };
	p->returned = r;
	return RPV_OK;
}

/* One activity that the device is a target of. Those of ended ones linger until they are met here: a big activity can
 * end without as many writes. */
static rpv_status device_sink(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	const leaving *l = user;
	rpv__progress *p = l->progress;
	uint32_t device, number;
	rpv__activity activity;
	rpv__target target;
	subject *s;
	live *found;
	rpv_status st;

	(void)value;
	if (!rpv__key_is32_32(key, RPV__K_DEVICE_ACTIVITY, &device, &number))
		return rpv__fail_corrupt(error, "index of targets", key);
	st = rpv__txn_activity(p->txn, number, &activity, error);
	if (st == RPV_OK)
		st = rpv__txn_target(p->txn, number, device, &target, error);
	if (st == RPV_E_NOT_FOUND)
		return rpv__fail_corrupt(error, "index of targets", key);
	if (st == RPV_OK && activity.status != RPV_REMEDIATION_ACTIVE)
		return rpv__txn_remove(p->txn, key, error);
	if (st == RPV_OK)
		st = find_subject(p, activity.recommendation, &s, error);
	if (st != RPV_OK)
		return st;
	for (found = s->lives; found && found->number != number;)
		found = found->next;
	if (!found)
		return rpv__fail_corrupt(error, "index of remediation activities", key);
	st = set_target(p, found, device, &target, target.fixed, !l->counted, error);
	return st == RPV_OK && l->counted ? note_return(p, device, activity.recommendation, error) : st;
}

rpv_status rpv__progress_device(rpv__progress *p, uint32_t device, bool counted, rpv_error *error)
{
	leaving l = { p, device, counted };
	rpv__key key;

	return rpv__txn_scan_prefix(p->txn, rpv__key32(&key, RPV__K_DEVICE_ACTIVITY, device), device_sink, &l, error);
}

/* --- the end of the batch --- */
typedef struct looking { rpv__progress *progress; rpv__known_variants known; subject *subject; live *live; } looking;

static rpv_status look(looking *k, uint32_t device, uint32_t recommendation, has *now, rpv_error *error)
{
	rpv__finding finding;
	rpv_status st = rpv__finding_read(&k->known, device, recommendation, &finding, error);

	if (st != RPV_OK)
		return st;
	*now = (has){ NULL, 0, finding.exposed };
	if (finding.variant) {
		now->weaknesses = finding.variant->weaknesses;
		now->count = finding.variant->weakness_count;
	}
	return RPV_OK;
}

static rpv_status look_sink(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	looking *k = user;
	uint32_t number, device;
	rpv__target target;
	has now;
	rpv_status st;

	if (!rpv__key_is32_32(key, RPV__K_TARGET, &number, &device) || !rpv__get_target(value, &target))
		return rpv__fail_corrupt(error, "target", key);
	st = look(k, device, k->subject->recommendation, &now, error);
	return st == RPV_OK ? judge(k->progress, k->live, device, &target, &now, error) : st;
}

/* What could not be judged while the batch was written: targets that are back, and those of changed sets. */
static rpv_status look_again(rpv__progress *p, rpv_error *error)
{
	looking *k = rpv__arena_get(rpv__txn_arena(p->txn), sizeof *k);
	rpv__key key;
	has now;
	rpv_status st = RPV_OK;

	if (!k)
		return rpv__fail_nomem(error);
	k->progress = p;
	k->known.txn = p->txn;
	for (const returned *r = p->returned; st == RPV_OK && r; r = r->next) {
		st = look(k, r->device, r->recommendation, &now, error);
		if (st == RPV_OK)
			st = rpv__progress_finding(p, r->device, r->recommendation, now.weaknesses, now.count, now.exposed, error);
	}
	for (size_t i = 0; i < RPV__COUNT(p->subjects); i++)
		for (k->subject = p->subjects[i]; k->subject; k->subject = k->subject->next)
			for (k->live = k->subject->again ? k->subject->lives : NULL; st == RPV_OK && k->live; k->live = k->live->next)
				st = rpv__txn_scan_prefix(p->txn, rpv__key32(&key, RPV__K_TARGET, k->live->number), look_sink, k, error);
	return st;
}

static rpv_status write_live(rpv__progress *p, live *l, rpv_error *error)
{
	if (!rpv__activity_done(&l->activity))
		return rpv__txn_put_activity(p->txn, l->number, &l->activity, error);
	l->activity.status = RPV_REMEDIATION_COMPLETED;
	l->activity.ended_ms = rpv__txn_now(p->txn);
	l->activity.ended_by = RPV__SYSTEM_CONFIRMATION;
	return rpv__activity_finish(p->txn, RPV_EVENT_REMEDIATION_COMPLETED, l->number, &l->activity, error);
}

static int compare_lives(const void *a, const void *b, const void *context)
{
	const live *const *x = a, *const *y = b;

	(void)context;
	return (*x)->number < (*y)->number ? -1 : (*x)->number > (*y)->number;
}

rpv_status rpv__progress_finish(rpv__progress *p, rpv_error *error)
{
	live **touched;
	size_t count = 0;
	rpv_status st = look_again(p, error);

	if (st != RPV_OK)
		return st;
	touched = rpv__arena_get(rpv__txn_arena(p->txn), p->touched_count * sizeof(live *));
	if (!touched)
		return rpv__fail_nomem(error);
	for (live *l = p->touched; l; l = l->next_touched)
		touched[count++] = l;
	/* The order of numbers is that of the events. */
	if (rpv__sort(&rpv__txn_port(p->txn)->alloc, touched, count, sizeof(live *), compare_lives, NULL) != RPV_OK)
		return rpv__fail_nomem(error);
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = write_live(p, touched[i], error);
	return st;
}
