/* SPDX-License-Identifier: MIT */
/* The store beside the model: batches of facts made up at random. */
#include "driver.h"

/* A batch being made up: the model's facts as they will be. */
typedef struct draft {
	rpv_batch *batch;
	ref_facts facts;
	unsigned touched, removed;   /* bits of devices */
	unsigned controls_touched;
	int64_t now;
} draft;

static const rpv_value values[] = { RPV_VALUE_LOW, RPV_VALUE_NORMAL, RPV_VALUE_HIGH };

static void sight(draft *b, int device)
{
	ref_device *f = &b->facts.devices[device];
	if (!f->known)
		*f = (ref_device){ .known = true, .value = RPV_VALUE_NORMAL };
	f->seen = b->now > f->seen ? b->now : f->seen;
	b->touched |= 1u << device;
}

static rpv_flag flag_of(bool yes)
{
	return yes ? RPV_FLAG_TRUE : RPV_FLAG_FALSE;
}

static void report_device(driver *d, draft *b, int device)
{
	rpv_device_facts f = { .id = device_ids[device] };
	ref_device *r = &b->facts.devices[device];
	bool is_new = !r->known;
	sight(b, device);
	if (is_new || one_in(d, 3)) {
		r->group = (int)pick(d, 5);
		f.group = group_names[r->group];
		b->facts.heard_of[r->group] = true;
	}
	if (is_new || one_in(d, 4))
		r->value = f.value = values[pick(d, 3)];
	if (one_in(d, 4))
		f.internet_facing = flag_of(r->internet = !r->internet);
	if (one_in(d, 4))
		f.active_alert = flag_of(r->alert = !r->alert);
	if (one_in(d, 8) || (r->excluded && one_in(d, 2)))
		f.excluded = flag_of(r->excluded = !r->excluded);
	say(d, "\tdevice %s in %s%s value %d internet %d alert %d excluded %d", device_ids[device], group_names[r->group],
	    is_new ? ", new," : "", (int)r->value, r->internet, r->alert, r->excluded);
	CALL(d, rpv_batch_device(b->batch, &f));
}

static void remove_device(driver *d, draft *b, int device)
{
	rpv_device_facts f = { .id = device_ids[device], .removed = 1 };
	say(d, "\tdevice %s removed", device_ids[device]);
	b->facts.devices[device] = (ref_device){ .known = false };
	b->removed |= 1u << device;
	CALL(d, rpv_batch_device(b->batch, &f));
}

static void assess(driver *d, draft *b, int device, int rec, unsigned has)
{
	const char *ids[REF_WEAKS];
	rpv_assessment_facts f = { .device = device_ids[device], .recommendation = rec_ids[rec], .weaknesses = ids };
	for (int w = 0; rec != REF_CONFIG && w < REF_WEAKS; w++)
		if (has >> w & 1)
			ids[f.weakness_count++] = weak_ids[w];
	if (rec == REF_CONFIG)
		f.state = has ? RPV_CONFIGURATION_EXPOSED : one_in(d, 3) ? RPV_CONFIGURATION_NOT_APPLICABLE
		                                                       : RPV_CONFIGURATION_COMPLIANT;
	b->facts.devices[device].has[rec] = has;
	say(d, "\t%s has %s: %s", device_ids[device], rec_ids[rec], rec == REF_CONFIG ? has ? "exposed" : "compliant"
	                                                                             : list_bits(weak_ids, has));
	CALL(d, rpv_batch_assessment(b->batch, &f));
	sight(b, device);
}

static unsigned some_weaknesses(driver *d, int rec)
{
	return rec == REF_CONFIG ? (unsigned)pick(d, 2) : (unsigned)(pick(d, 1u << REF_WEAKS) & pick(d, 1u << REF_WEAKS));
}

/* --- weaknesses --- */
static void report_epss(driver *d, rpv_weakness_facts *f, ref_weakness *w)
{
	static const long marks[] = { 10000, 20000, 25000, 40000, 50000, 50001, 100000, 150000, 290000, 299999, 300000, 301000,
		350000, 359999, 360000, 361000, 410000, 420000, 600000, 900000 };
	w->epss = one_in(d, 8) ? -1 : marks[pick(d, sizeof marks / sizeof *marks)];
	f->epss = w->epss < 0 ? -1 : (double)w->epss / 1000000;
	f->given |= RPV_WEAKNESS_EPSS;
}

static void report_weakness(driver *d, draft *b, int weak, bool is_new)
{
	static const char *const models[] = { "v3", "v4", "v5" };
	rpv_weakness_facts f = { .id = weak_ids[weak] };
	ref_weakness *w = &b->facts.weaks[weak];
	if (is_new || one_in(d, 4))
		w->severity = f.severity = (rpv_severity)(1 + pick(d, 5));
	if (is_new || one_in(d, 5))
		w->exploit = f.exploit = one_in(d, 3) ? (rpv_exploit)(1 + pick(d, 4)) : RPV_EXPLOIT_NONE;
	if (one_in(d, 6)) {
		w->exploited = !w->exploited;
		f.known_exploited_ms = w->exploited ? REF_START : 0;
		f.given |= RPV_WEAKNESS_KNOWN_EXPLOITED;
	}
	if (is_new)
		w->model = 1;
	if (!is_new && one_in(d, 6)) {
		w->model = 1 + w->model % 3;
		report_epss(d, &f, w);
	}
	f.epss_model = models[w->model - 1];
	if (one_in(d, 2))
		report_epss(d, &f, w);
	if (one_in(d, 5)) {
		w->fix = f.fix_available = (rpv_flag)pick(d, 3);
		f.given |= RPV_WEAKNESS_FIX_AVAILABLE;
	}
	if (one_in(d, 8))
		f.active_alert = flag_of(w->alert = !w->alert);
	say(d, "\t%s severity %d exploit %d exploited %d epss %ld of model %d fix %d alert %d", weak_ids[weak], (int)w->severity,
	    (int)w->exploit, w->exploited, w->epss, w->model, (int)w->fix, w->alert);
	CALL(d, rpv_batch_weakness(b->batch, &f));
}

static void report_support(driver *d, draft *b, int rec)
{
	static const char *const tags[] = { "EOS software", "EOS versions" };
	rpv_recommendation_facts f = { .id = rec_ids[rec], .given = RPV_RECOMMENDATION_TAGS };
	bool ends = b->facts.end_of_support[rec] = !b->facts.end_of_support[rec];
	f.tags = tags + pick(d, 2);
	f.tag_count = ends;
	say(d, "\t%s%s end of support", rec_ids[rec], ends ? "" : " no longer at");
	CALL(d, rpv_batch_recommendation(b->batch, &f));
}

/* --- groups --- */
/* R17: devices and scopes follow. A name that something bears, or once bore, is refused. */
static bool rename_group(driver *d, draft *b)
{
	ref *m = &d->m;
	int from = 1 + (int)pick(d, REF_GROUPS - 1), to = 1 + (int)pick(d, REF_GROUPS - 1);
	if (!ref_present(&m->facts, from) || m->facts.heard_of[to])
		return false;
	rpv_group_facts f = { .name = group_names[to], .previous_name = group_names[from] };
	say(d, "\tgroup %s is now %s", group_names[from], group_names[to]);
	CALL(d, rpv_batch_group(b->batch, &f));
	for (int i = 0; i < REF_DEVICES; i++)
		if (b->facts.devices[i].group == from)
			b->facts.devices[i].group = to;
	b->facts.declared[from] = b->facts.heard_of[from] = false;
	b->facts.declared[to] = b->facts.heard_of[to] = true;
	return true;
}

static void rename_in_scopes(ref *m, const ref_facts *after)
{
	int from = -1, to = -1;
	for (int g = 0; g < REF_GROUPS; g++)
		if (after->declared[g] && !ref_present(&m->facts, g))
			to = g;
	for (int g = 0; g < REF_GROUPS; g++)
		if (ref_present(&m->facts, g) && !ref_present(after, g))
			from = g;
	for (int i = 0; i < m->count; i++) {
		ref_exception *e = &m->all[i];
		if (e->scope != RPV_SCOPE_GROUPS)
			continue;
		if (e->units >> from & 1)
			e->units ^= 1u << from | 1u << to;
		if (e->canceled >> from & 1)
			e->canceled ^= 1u << from | 1u << to;
	}
}

static void declare_group(driver *d, draft *b)
{
	int group = 1 + (int)pick(d, 4);
	rpv_group_facts f = { .name = group_names[group], .removed = b->facts.declared[group] };
	b->facts.declared[group] = !b->facts.declared[group];
	b->facts.heard_of[group] = true;
	say(d, "\tgroup %s %s", group_names[group], f.removed ? "undeclared" : "declared");
	CALL(d, rpv_batch_group(b->batch, &f));
}

/* --- controls --- */
static void report_control(driver *d, draft *b, int control)
{
	static const int64_t intervals[] = { 0, 1, REF_DAY, 7 * REF_DAY, 30 * REF_DAY };
	rpv_control_facts f = { .id = control_ids[control] };
	ref_control *c = &b->facts.controls[control];
	if (c->known && one_in(d, 8)) {
		f.removed = 1;
		*c = (ref_control){ .known = false };
		say(d, "\t%s removed", f.id);
		CALL(d, rpv_batch_control(b->batch, &f));
		return;
	}
	if (!c->known)
		*c = (ref_control){ .known = true, .added = b->now };
	if (one_in(d, 2))
		f.reviewed_ms = c->reviewed = b->now;
	if (one_in(d, 2)) {
		f.review_interval_ms = c->interval = intervals[pick(d, 5)];
		f.given |= RPV_CONTROL_REVIEW_INTERVAL;
	}
	if (one_in(d, 5) || (c->retired && one_in(d, 2)))
		f.retired = flag_of(c->retired = !c->retired);
	say(d, "\t%s reviewed %+lld interval %lld retired %d", f.id, (long long)(c->reviewed ? c->reviewed - REF_START : -1),
	    (long long)c->interval, c->retired);
	CALL(d, rpv_batch_control(b->batch, &f));
}

/* --- batches --- */
static void some_record(driver *d, draft *b)
{
	int device = (int)pick(d, REF_DEVICES), rec = (int)pick(d, REF_RECS), control = (int)pick(d, REF_CONTROLS);
	bool known = b->facts.devices[device].known;
	if (b->removed >> device & 1)
		return;
	switch (pick(d, 12)) {
	case 0: case 1: case 2:
		if (known) {
			assess(d, b, device, rec, some_weaknesses(d, rec));
			break;
		} /* fall through */
	case 3: case 4: case 5:
		if (known && one_in(d, 8) && !(b->touched >> device & 1))
			remove_device(d, b, device);
		else
			report_device(d, b, device);
		break;
	case 6: case 7: report_weakness(d, b, (int)pick(d, REF_WEAKS), false); break;
	case 8: report_support(d, b, rec); break;
	case 9: case 10:
		if (!(b->controls_touched >> control & 1))
			report_control(d, b, control);
		b->controls_touched |= 1u << control;
		break;
	default: declare_group(d, b); break;
	}
}

static void commit(driver *d, draft *b, bool renames)
{
	ref *m = &d->m;
	ref_facts before = m->facts;
	bool changes = memcmp(&before, &b->facts, sizeof before) != 0;
	rpv_status status;
	ATTEMPT(d, status, rpv_batch_commit(b->batch, NULL));
	bool done = outcome(d, "batch", !ref_clock_refuses(m) ? REF_OK : changes ? REF_CLOCK : REF_OK | REF_CLOCK, status);
	rpv_batch_free(b->batch);
	if (!done || (!changes && !mark_moved(d))) /* what changes nothing need not be a commit */
		return;
	ref_fall_due(m);
	if (renames)
		rename_in_scopes(m, &b->facts);
	m->facts = b->facts;
	if (!renames)
		ref_judge_change(m, &before);
}

static void begin(driver *d, draft *b)
{
	memset(b, 0, sizeof *b);
	b->facts = d->m.facts;
	b->now = ref_time(&d->m);
	CALL(d, rpv_batch_begin(d->session, NULL, &b->batch));
}

void op_batch(driver *d)
{
	draft b;
	bool renames = one_in(d, 12);
	say(d, "batch");
	begin(d, &b);
	renames = renames && rename_group(d, &b);
	for (int n = renames ? 0 : 1 + (int)pick(d, 4) * (int)pick(d, 3); n > 0; n--)
		some_record(d, &b);
	if (d->disturbs && d->disturbs->meanwhile)
		d->disturbs->meanwhile(d);
	commit(d, &b, renames);
}

void open_driver(driver *d, uint64_t seed)
{
	draft b;
	d->random.state = seed;
	ref_open(&d->m);
	CHECK(d, !rpv_memory_storage(NULL, &d->storage), "no storage");
	d->process_count = d->process_count ? d->process_count : 1;
	for (int i = d->process_count - 1; i >= 0; i--) {
		d->at = &d->processes[i];
		d->at->clock = REF_START;
		reopen_store(d, false);
	}
	d->m.mark = d->m.clock;
	say(d, "at first");
	begin(d, &b);
	for (int r = 0; r < REF_RECS; r++) {
		rpv_recommendation_facts f = { .id = rec_ids[r], .points = r == REF_CONFIG ? 5 : 0,
			.kind = r == REF_CONFIG ? RPV_KIND_CONFIGURATION_CHANGE : RPV_KIND_UPDATE };
		CALL(d, rpv_batch_recommendation(b.batch, &f));
	}
	for (int w = 0; w < REF_WEAKS; w++) {
		b.facts.weaks[w].epss = -1;
		report_weakness(d, &b, w, true);
	}
	for (int i = (int)pick(d, 6); i >= 0; i--) {
		int device = (int)pick(d, REF_DEVICES);
		report_device(d, &b, device);
		for (int r = 0; r < REF_RECS; r++)
			assess(d, &b, device, r, some_weaknesses(d, r));
	}
	commit(d, &b, false);
}
