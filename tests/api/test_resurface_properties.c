/* SPDX-License-Identifier: MIT */
/* Random fleets, batches and exceptions: after each batch no exception is in effect whose trigger holds under a voiding
 * policy, and none became void or warned without one. What holds is worked out anew from all facts, before and after, by
 * the sentences of the rules and in floating point. A failure prints its seed; with a seed as the only argument that one
 * is run, with two numbers as many seeds from the first on. */
#include "../support/environment.h"

/* --- the store beside it --- */
static rpv_batch *batch_of(walk *k, int source)
{
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	o.source = sources[source];
	if (!k->batches[source])
		assert_status_error(RPV_OK, rpv_batch_begin(k->world.session, &o, &k->batches[source]),
		                    rpv_session_error(k->world.session));
	return k->batches[source];
}

#define say(call) assert_status_error(RPV_OK, (call), rpv_session_error(k->world.session))

static void say_device(walk *k, int s, int d)
{
	const dev *x = &k->is.devs[d];
	rpv_device_facts f = { .id = id_of("d", d), .group = group_name(x->group), .value = (rpv_value)x->value,
		.internet_facing = x->internet ? RPV_FLAG_TRUE : RPV_FLAG_FALSE,
		.active_alert = x->alert ? RPV_FLAG_TRUE : RPV_FLAG_FALSE, .excluded = x->excluded ? RPV_FLAG_TRUE : RPV_FLAG_FALSE,
		.removed = !x->there };
	say(rpv_batch_device(batch_of(k, s), &f));
}

static void say_weakness(walk *k, int s, int w)
{
	const weak *x = &k->is.weaks[w];
	rpv_weakness_facts f = { .id = id_of("CVE-", w), .severity = (rpv_severity)x->severity,
		.exploit = (rpv_exploit)x->exploit, .epss = x->epss, .epss_model = models[x->model],
		.known_exploited_ms = x->exploited ? START : 0, .fix_available = (rpv_flag)x->fix,
		.active_alert = x->alert ? RPV_FLAG_TRUE : RPV_FLAG_FALSE,
		.given = RPV_WEAKNESS_EPSS | RPV_WEAKNESS_EPSS_MODEL | RPV_WEAKNESS_KNOWN_EXPLOITED | RPV_WEAKNESS_FIX_AVAILABLE };
	say(rpv_batch_weakness(batch_of(k, s), &f));
}

static void say_recommendation(walk *k, int s, int r, bool removed)
{
	const char *const tags[] = { "zero day", k->random.state & 1 ? "EOS software" : "eos versions" };
	rpv_recommendation_facts f = { .id = id_of("r", r), .tags = tags, .tag_count = k->is.ended[r] ? 2 : 1,
		.kind = r == CONFIG ? RPV_KIND_CONFIGURATION_CHANGE : RPV_KIND_UPDATE, .removed = removed };
	say(rpv_batch_recommendation(batch_of(k, s), &f));
}

static size_t names_of(unsigned bits, const char **out)
{
	size_t n = 0;
	for (int w = 0; w < WEAKS; w++)
		if (bits >> w & 1)
			out[n++] = id_of("CVE-", w);
	return n;
}

static void say_set(walk *k, int s, int r, int set)
{
	const char *names[WEAKS];
	rpv_weakness_set_facts f = { .recommendation = id_of("r", r), .id = id_of("s", set), .weaknesses = names,
		.weakness_count = names_of(k->is.sets[r][set], names) };
	k->is.has_set[r][set] = true;
	say(rpv_batch_weakness_set(batch_of(k, s), &f));
}

static void say_assessment(walk *k, int s, int d, int r)
{
	const char *names[WEAKS];
	int said = k->is.devs[d].said[r][s];
	rpv_assessment_facts f = { .device = id_of("d", d), .recommendation = id_of("r", r), .weaknesses = names };
	if (said == NOT_SAID)
		f.change = RPV_ASSESSMENT_REMOVE;
	else if (r == CONFIG)
		f.state = (rpv_configuration_state)said;
	else if (said >= OF_SET)
		f.set = id_of("s", said - OF_SET);
	else
		f.weakness_count = names_of((unsigned)said, names);
	say(rpv_batch_assessment(batch_of(k, s), &f));
}

/* --- chance --- */
static void any_weakness(walk *k, weak *w)
{
	static const double steps[] = { -1, 0, 0.01, 0.02, 0.03, 0.05, 0.06, 0.1, 0.2, 0.25, 0.299999, 0.359999, 0.36, 0.5,
	                                0.9 };
	switch (pick(k, 8)) {
	case 0: w->severity = 1 + (int)pick(k, 5); break;
	case 1: w->exploit = 1 + (int)pick(k, 4); break;
	case 2: w->exploited = pick(k, 3) == 0; break;
	case 3: w->alert = pick(k, 4) == 0; break;
	case 4: w->fix = (int)pick(k, 3); break;
	case 5: w->model = (int)pick(k, 4); /* falls through */
	default: w->epss = steps[pick(k, sizeof steps / sizeof *steps)]; break;
	}
}

static void any_device(walk *k, dev *d)
{
	switch (pick(k, 5)) {
	case 0: d->group = (int)pick(k, GROUPS); break;
	case 1: d->value = 1 + (int)pick(k, 3); break;
	case 2: d->internet = pick(k, 2); break;
	case 3: d->alert = pick(k, 2); break;
	default: d->excluded = pick(k, 3) == 0; break;
	}
}

static int any_word(walk *k, int r)
{
	if (pick(k, 6) == 0)
		return NOT_SAID;
	if (r == CONFIG)
		return RPV_CONFIGURATION_NOT_APPLICABLE + (int)pick(k, 3);
	return pick(k, 3) ? (int)(pick(k, 1u << WEAKS) & pick(k, 1u << WEAKS)) : OF_SET + (int)pick(k, SETS);
}

static void forget(dev *d)
{
	for (int r = 0; r < RECS; r++)
		for (int s = 0; s < SOURCES; s++)
			d->said[r][s] = NOT_SAID;
}

static void assess_any(walk *k, int s, int d, int r)
{
	int said = any_word(k, r);
	if (!k->is.devs[d].there || k->used_dev[d] || k->used_pair[d][r])
		return;
	if (said == NOT_SAID && k->is.devs[d].said[r][s] == NOT_SAID)
		return;
	if (said >= OF_SET && !k->is.has_set[r][said - OF_SET])
		return;
	k->used_pair[d][r] = true;
	k->is.devs[d].said[r][s] = said;
	say_assessment(k, s, d, r);
}

/* Goes, and mostly comes back in the same batch, with some of what was said of it or other things. */
static void bounce(walk *k, int s, int r)
{
	for (int d = 0; d < DEVICES; d++)
		if (k->used_pair[d][r])
			return;
	for (int d = 0; d < DEVICES; d++)
		for (int source = 0; source < SOURCES; source++)
			k->is.devs[d].said[r][source] = NOT_SAID;
	memset(k->is.has_set[r], 0, sizeof k->is.has_set[r]);
	memset(k->is.sets[r], 0, sizeof k->is.sets[r]);
	k->used_rec[r] = true;
	say_recommendation(k, s, r, true);
	say_recommendation(k, s, r, false);
	if (pick(k, 4) == 0)
		return;
	if (r != CONFIG) {
		k->is.sets[r][0] = k->was.sets[r][0];
		say_set(k, s, r, 0);
	}
	for (int d = 0; d < DEVICES; d++)
		if (pick(k, 3))
			assess_any(k, s, d, r);
}

static void change_one(walk *k, int s)
{
	int d = (int)pick(k, DEVICES), r = (int)pick(k, RECS), w = (int)pick(k, WEAKS), set = (int)pick(k, SETS);
	dev *x = &k->is.devs[d];
	switch (pick(k, 12)) {
	case 0: case 1:
		any_weakness(k, &k->is.weaks[w]);
		say_weakness(k, s, w);
		break;
	case 2: case 3:
		if (x->there && !k->used_dev[d]) {
			any_device(k, x);
			say_device(k, s, d);
		}
		break;
	case 4: /* comes or goes */
		for (int i = 0; i < RECS; i++)
			if (k->used_pair[d][i])
				return;
		if (k->used_dev[d] || (x->there && pick(k, 3)))
			break;
		k->used_dev[d] = true;
		if (x->there)
			forget(x);
		else
			*x = (dev){ .group = (int)pick(k, GROUPS), .value = 1 + (int)pick(k, 3) }, forget(x);
		x->there = !k->was.devs[d].there;
		say_device(k, s, d);
		break;
	case 5:
		if (r != CONFIG && !k->used_rec[r]) {
			k->is.sets[r][set] = (unsigned)(pick(k, 1u << WEAKS) & pick(k, 1u << WEAKS));
			say_set(k, s, r, set);
		}
		break;
	case 6:
		if (pick(k, 3) == 0) {
			k->is.ended[r] = !k->is.ended[r];
			say_recommendation(k, s, r, false);
		}
		break;
	case 7:
		if (pick(k, 6) == 0 && !k->used_rec[r])
			bounce(k, s, r);
		break;
	default: assess_any(k, s, d, r); break;
	}
}

/* --- exceptions --- */
static void compare(walk *k, const bool *sure)
{
	for (int i = 0; i < k->count; i++) {
		const grant *g = &k->all[i];
		const rpv_exception *e = look(&k->world, id_of("E-", i + 1));
		if (!sure[i]) { /* take over what the store says */
			k->all[i].live = e->status != RPV_EXCEPTION_RESURFACED;
			k->all[i].warned = e->baseline.warned;
			continue;
		}
		if ((e->status != RPV_EXCEPTION_RESURFACED) != g->live)
			print_error("E-%d: %s, %s\n", i + 1, rpv_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)e->status),
			            e->status_reason ? e->status_reason
			                             : g->voided_by >= 0 ? rpv_word(RPV_WORDS_TRIGGER, g->voided_by) : "");
		assert_int_equal(g->live, e->status != RPV_EXCEPTION_RESURFACED);
		if (!g->live && g->voided_by >= 0) {
			const char *word = rpv_word(RPV_WORDS_TRIGGER, g->voided_by);
			assert_int_equal(0, strncmp(e->status_reason, word, strlen(word)));
			continue;
		}
		if (!g->live)
			continue;
		assert_int_equal(g->warned, e->baseline.warned);
		assert_true(fabs(e->baseline.base_exposure - g->base.exposure) < 1e-6 * fmax(1, g->base.exposure));
		assert_true(fabs(e->baseline.base_epss - g->base.epss) < 1e-9);
		assert_true(fabs(e->baseline.base_doubling - g->base.doubling) < 1e-9);
	}
}

static void judge_all(walk *k)
{
	bool sure[MOST];
	for (int i = 0; i < k->count; i++)
		sure[i] = !k->all[i].live || expect(k, &k->all[i]);
	compare(k, sure);
	for (int i = 0; i < k->count; i++)
		if (!sure[i])
			k->all[i].voided_by = k->all[i].warnings = -1; /* nothing more is known of it */
}

static void file_any(walk *k)
{
	test_world *w = &k->world;
	grant *g = &k->all[k->count];
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;
	const char *units[DEVICES];
	size_t n = 0;
	if (k->count == MOST)
		return;
	*g = (grant){ .rec = (int)pick(k, RECS), .weak = -1, .live = true, .voided_by = -1,
		.justification = RPV_JUSTIFICATION_THIRD_PARTY_CONTROL + (int)pick(k, 4) };
	if (g->rec != CONFIG && pick(k, 2)) {
		g->weak = (int)pick(k, WEAKS);
		g->rec = pick(k, 2) ? g->rec : -1;
		g->justification = 1 + (int)pick(k, JUSTIFICATIONS - 1);
	}
	r.recommendation = g->rec >= 0 ? id_of("r", g->rec) : NULL;
	r.weakness = g->weak >= 0 ? id_of("CVE-", g->weak) : NULL;
	g->scope = pick(k, 3) == 0 ? RPV_SCOPE_GLOBAL : pick(k, 2) ? RPV_SCOPE_GROUPS : RPV_SCOPE_DEVICES;
	int most = g->scope == RPV_SCOPE_GROUPS ? GROUPS : DEVICES;
	for (int u = 0; u < most && g->scope != RPV_SCOPE_GLOBAL; u++)
		if (pick(k, 2) && (g->scope == RPV_SCOPE_GROUPS || k->is.devs[u].there)) {
			g->units |= 1u << u;
			units[n++] = g->scope == RPV_SCOPE_GROUPS ? group_name(u) : id_of("d", u);
		}
	if (g->scope != RPV_SCOPE_GLOBAL && !n)
		return;
	r.scope = g->scope;
	*(g->scope == RPV_SCOPE_GROUPS ? &r.groups : &r.devices) = units;
	*(g->scope == RPV_SCOPE_GROUPS ? &r.group_count : &r.device_count) = n;
	r.justification = (rpv_justification)g->justification;
	r.context = "by chance";
	r.duration_ms = 300 * DAY;
	r.start_ms = pick(k, 4) ? 0 : w->now + 20 * DAY; /* scheduled ones are judged as well */
	rpv_status status = rpv_exception_file(w->session, &r, NULL);
	if (status == RPV_E_REFUSED || status == RPV_E_NOT_FOUND)
		return;
	assert_status_error(RPV_OK, status, rpv_session_error(w->session));
	freeze(g, &k->is);
	k->count++;
}

/* Canceling a device group freezes anew for the rest. */
static void cancel_any(walk *k)
{
	int i = k->count ? (int)pick(k, (uint64_t)k->count) : 0, group = (int)pick(k, GROUPS);
	grant *g = &k->all[i];
	if (!k->count || !g->live || g->scope != RPV_SCOPE_GROUPS || !(g->units >> group & 1) || g->units == 1u << group)
		return;
	assert_status_error(RPV_OK, rpv_exception_cancel(k->world.session, id_of("E-", i + 1), group_name(group), "less"),
	                    rpv_session_error(k->world.session));
	g->units &= ~(1u << group);
	freeze(g, &k->is);
}

/* --- policies --- */
#define V 2
#define W 1
static const policy usual = {
	.action = { [1] = { W, W, W, W, W, W, W, W, W, W, W, 0, V, V }, [2] = { W, W, W, W, W, W, W, W, W, W, W, 0, V, V },
	            [3] = { V, V, V, V, V, V, V, V, V, V, V, 0, V, V }, [4] = { V, V, V, V, V, V, V, V, V, V, V, 0, V, V },
	            [5] = { W, W, V, V, W, W, W, W, W, W, W, V, V, V }, [6] = { W, W, W, W, W, W, W, W, W, W, W, 0, V, V } },
	.ratio = 1.25, .rise = 0.5, .crossing = 0.36, .percent = 50, .devices_rise = 5 };

static int count_live(const walk *k)
{
	int n = 0;
	for (int i = 0; i < k->count; i++)
		n += k->all[i].live;
	return n;
}

/* Another policy is judged like a batch without facts; its preview says the same and changes nothing. */
static void change_policy(walk *k)
{
	static const char *const actions[] = { "off", "warn", "void" };
	static const struct { const char *name, *value; } thresholds[] = {
		{ "threshold.exposure_ratio", "1.1" }, { "threshold.exposure_ratio", "2" }, { "threshold.exposure_rise", "0.1" },
		{ "threshold.exposure_rise", "2" }, { "threshold.epss_crossing", "0.5" }, { "threshold.epss_crossing", "0.36" },
		{ "threshold.devices_percent", "20" }, { "threshold.devices_percent", "50" }, { "threshold.devices_rise", "2" },
		{ "threshold.devices_rise", "5" } };
	char name[80];
	rpv_policy_change change = { name, NULL };
	rpv_policy_outcome would = RPV_POLICY_OUTCOME_INIT, did = RPV_POLICY_OUTCOME_INIT;
	int j = 1 + (int)pick(k, JUSTIFICATIONS - 1), t = (int)pick(k, RPV_TRIGGER_FIX_AVAILABLE + 1), a = (int)pick(k, 3);
	int live = count_live(k);
	size_t i = (size_t)pick(k, sizeof thresholds / sizeof *thresholds);
	snprintf(name, sizeof name, "resurface.%s.%s", rpv_word(RPV_WORDS_JUSTIFICATION, j), rpv_word(RPV_WORDS_TRIGGER, t));
	change.value = actions[a];
	if (pick(k, 2)) {
		double value = atof(thresholds[i].value);
		change = (rpv_policy_change){ thresholds[i].name, thresholds[i].value };
		*(i < 2 ? &k->policy.ratio : i < 4 ? &k->policy.rise : i < 6 ? &k->policy.crossing : &k->policy.percent) =
			i < 8 ? value : k->policy.percent;
		k->policy.devices_rise = i < 8 ? k->policy.devices_rise : (int)value;
	} else {
		k->policy.action[j][t] = a;
	}
	assert_status_error(RPV_OK, rpv_policy_preview(k->world.session, &change, 1, &would, NULL),
	                    rpv_session_error(k->world.session));
	assert_int_equal(live, count_live(k));
	assert_status_error(RPV_OK, rpv_policy_set(k->world.session, &change, 1, &did, NULL),
	                    rpv_session_error(k->world.session));
	assert_true(would.voided == did.voided && would.warned == did.warned);
	if (!did.changed)
		return;
	k->was = k->is;
	judge_all(k);
	assert_int_equal(did.voided, live - count_live(k));
}

/* Each warning is an event, and so is each end by a trigger. */
static void compare_events(walk *k)
{
	int told[MOST] = { 0 }, ended[MOST] = { 0 };
	rpv_list *list;
	say(rpv_event_list(k->world.session, NULL, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_event *e = rpv_event_at(list, i);
		if (!e->trigger)
			continue;
		assert_true(e->before && e->after && e->threshold && e->reason);
		assert_true(e->type == RPV_EVENT_EXCEPTION_WARNED || e->type == RPV_EVENT_EXCEPTION_RESURFACED);
		++*(e->type == RPV_EVENT_EXCEPTION_WARNED ? &told[atoi(e->exception + 2) - 1]
		                                          : &ended[atoi(e->exception + 2) - 1]);
	}
	rpv_list_free(list);
	for (int i = 0; i < k->count; i++) {
		assert_int_equal(!k->all[i].live, ended[i]);
		if (k->all[i].live && k->all[i].warnings >= 0)
			assert_int_equal(k->all[i].warnings, told[i]);
	}
}

/* --- a walk --- */
static void open_walk(walk *k, uint64_t seed)
{
	memset(k, 0, sizeof *k);
	k->random.state = seed;
	k->policy = usual;
	open_world(&k->world);
	for (int w = 0; w < WEAKS; w++) {
		k->is.weaks[w] = (weak){ 1, 1, 0, 0, -1, false, false };
		for (int i = 0; i < 4; i++)
			any_weakness(k, &k->is.weaks[w]);
		say_weakness(k, 0, w);
	}
	for (int r = 0; r < RECS; r++) {
		say_recommendation(k, 0, r, false);
		for (int set = 0; r != CONFIG && set < SETS; set++) {
			k->is.sets[r][set] = (unsigned)pick(k, 1u << WEAKS);
			say_set(k, 0, r, set);
		}
	}
	for (int d = 0; d < DEVICES; d++) {
		dev *x = &k->is.devs[d];
		*x = (dev){ .there = pick(k, 4) != 0, .group = (int)pick(k, GROUPS), .value = 1 + (int)pick(k, 3) };
		forget(x);
		if (d < GROUPS)
			x->there = true, x->group = d;
		for (int i = 0; i < 2; i++)
			any_device(k, x);
		if (d < GROUPS)
			x->group = d;
		if (!x->there)
			continue;
		say_device(k, 0, d);
		for (int r = 0; r < RECS; r++)
			assess_any(k, 0, d, r);
	}
	say(rpv_batch_commit(k->batches[0], NULL));
	for (int g = 1; g < GROUPS; g++) {
		rpv_group_facts f = { .name = group_name(g), .rank = (uint32_t)g };
		say(rpv_batch_group(batch_of(k, 0), &f));
	}
	say(rpv_batch_commit(k->batches[0], NULL));
}

static void step(walk *k)
{
	int s = (int)pick(k, SOURCES);
	k->world.now += DAY / 4 + (int64_t)pick(k, (uint64_t)DAY);
	k->was = k->is;
	memset(k->used_dev, 0, sizeof k->used_dev);
	memset(k->used_pair, 0, sizeof k->used_pair);
	memset(k->used_rec, 0, sizeof k->used_rec);
	for (uint64_t n = 1 + pick(k, 6); n > 0; n--)
		change_one(k, s);
	say(rpv_batch_commit(batch_of(k, s), NULL));
	judge_all(k);
	for (int i = 0; i < 2; i++)
		file_any(k);
	if (pick(k, 4) == 0)
		cancel_any(k);
	if (pick(k, 4) == 0)
		change_policy(k);
}

static void run(uint64_t seed)
{
	static walk k;
	printf("seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	open_walk(&k, seed);
	for (int i = 0; i < STEPS; i++)
		step(&k);
	compare_events(&k);
	for (int s = 0; s < SOURCES; s++)
		rpv_batch_free(k.batches[s]);
	end_decisions(&k.world);
}

static uint64_t first = 1, runs = 150;

static void test_exceptions_when_batches_are_random_then_void_just_when_a_trigger_holds(void **state)
{
	(void)state;
	for (uint64_t seed = first; seed < first + runs; seed++)
		run(seed);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exceptions_when_batches_are_random_then_void_just_when_a_trigger_holds),
	};
	if (argc > 1) {
		first = strtoull(argv[1], NULL, 10);
		runs = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	} else {
		runs = test_rounds(runs, 25);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
