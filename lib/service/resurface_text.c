/* SPDX-License-Identifier: MIT */
/* Triggers that fired, in words and as rows. */
#include "../score/units.h"
#include "exception.h"

static const char *const sentences[RPV__TRIGGERS] = {
	[RPV_TRIGGER_EXPOSURE] = "the standalone exposure rose",
	[RPV_TRIGGER_SEVERITY] = "the severity rose",
	[RPV_TRIGGER_EXPLOIT] = "there is a new exploit",
	[RPV_TRIGGER_KNOWN_EXPLOITED] = "it is known to be exploited",
	[RPV_TRIGGER_EPSS_CROSSING] = "exploitation became likely",
	[RPV_TRIGGER_EPSS_DOUBLED] = "exploitation became far more likely",
	[RPV_TRIGGER_ACTIVE_ALERT] = "an exposed device has an active alert",
	[RPV_TRIGGER_EXPOSED_DEVICES] = "more devices are exposed",
	[RPV_TRIGGER_HIGH_VALUE] = "more devices of high value are exposed",
	[RPV_TRIGGER_INTERNET_FACING] = "more devices that face the internet are exposed",
	[RPV_TRIGGER_END_OF_SUPPORT] = "support has ended",
	[RPV_TRIGGER_FIX_AVAILABLE] = "a fix became available",
	[RPV_TRIGGER_CONTROL_RETIRED] = "a control that it rests on was retired",
	[RPV_TRIGGER_CONTROL_STALE] = "the review of a control that it rests on is overdue",
};

const char *rpv__trigger_sentence(rpv_trigger trigger)
{
	return sentences[trigger];
}

/* `value` counts 10^-6. No floating point: its decimal point depends on the process. */
static void put_micro(uint64_t value, char out[RPV__VALUE_TEXT])
{
	rpv__format(out, RPV__VALUE_TEXT, "%llu.%06llu", (unsigned long long)(value / 1000000),
	            (unsigned long long)(value % 1000000));
}

static uint64_t micro_points(int64_t units)
{
	uint64_t size = units < 0 ? 0 : (uint64_t)units, points = size >> 44, rest = size & (RPV__POINT - 1);
	return points * 1000000 + (((rest >> 20) * 1000000 + (1 << 23)) >> 24);
}

void rpv__firing_value(rpv_trigger trigger, int64_t value, char out[RPV__VALUE_TEXT])
{
	const char *word = NULL;
	switch (trigger) {
	case RPV_TRIGGER_EXPOSURE: put_micro(micro_points(value), out); return;
	case RPV_TRIGGER_EPSS_CROSSING:
	case RPV_TRIGGER_EPSS_DOUBLED: put_micro(((uint64_t)value + 500) / 1000, out); return;
	case RPV_TRIGGER_SEVERITY: word = rpv_word(RPV_WORDS_SEVERITY, (int32_t)value); break;
	case RPV_TRIGGER_EXPLOIT: word = rpv_word(RPV_WORDS_EXPLOIT, (int32_t)value); break;
	case RPV_TRIGGER_CONTROL_STALE: rpv__time_text(value, out); return;
	default: break;
	}
	if (word)
		rpv__format(out, RPV__VALUE_TEXT, "%s", word);
	else
		rpv__format(out, RPV__VALUE_TEXT, "%lld", (long long)value);
}

static double number_of(rpv_trigger trigger, int64_t value)
{
	if (trigger == RPV_TRIGGER_EXPOSURE)
		return rpv__score_to_double(value);
	return trigger == RPV_TRIGGER_EPSS_CROSSING || trigger == RPV_TRIGGER_EPSS_DOUBLED ? (double)value / 1e9
	                                                                                  : (double)value;
}

/* The reason of the status, for people; without figures where they are withheld. */
static rpv_status reason_of(const rpv__firing *f, const rpv_firing *row, bool figures, rpv__arena *into,
                            const char **out, rpv_error *error)
{
	const char *of = row->weakness ? row->weakness : row->control;
	char words[2 * RPV_ID_MAX], now[RPV__VALUE_TEXT], frozen[RPV__VALUE_TEXT], threshold[RPV__VALUE_TEXT];
	const char *name = rpv_word(RPV_WORDS_TRIGGER, (int32_t)f->trigger);
	rpv__firing_value(f->trigger, f->now, now);
	rpv__firing_value(f->trigger, f->frozen, frozen);
	rpv__firing_value(f->trigger, f->threshold, threshold);
	if (figures)
		rpv__format(words, sizeof words, "%s: %s%s%s%s: %s, frozen at %s, threshold %s", name, sentences[f->trigger],
		            of ? " (" : "", of ? of : "", of ? ")" : "", now, frozen, threshold);
	else
		rpv__format(words, sizeof words, "%s: %s", name, sentences[f->trigger]);
	*out = rpv__arena_text(into, words, strlen(words));
	return *out ? RPV_OK : rpv__fail_nomem(error);
}

static double probability(uint32_t epss)
{
	return epss == RPV__EPSS_UNKNOWN ? -1 : epss / 1e9;
}

/* --- rows --- */
static rpv_status fill_baseline(const rpv__source *source, const rpv__cover *cover, rpv__arena *into,
                                rpv_baseline *row, rpv_error *error)
{
	const rpv__baseline *b = &cover->baseline;
	row->high_value = b->high_value;
	row->internet_facing = b->internet_facing;
	for (int i = 0; i < 3; i++)
		row->scope_devices[i] = b->scope_devices[i];
	row->epss = probability(b->epss);
	row->severity = (rpv_severity)b->severity;
	row->exploit = (rpv_exploit)b->exploit;
	row->known_exploited = (b->flags & RPV__BASELINE_KNOWN_EXPLOITED) != 0;
	row->fix_available = (b->flags & RPV__BASELINE_FIX) != 0;
	row->end_of_support = (b->flags & RPV__BASELINE_END_OF_SUPPORT) != 0;
	row->warned = cover->fired;
	row->base_exposure = rpv__score_to_double(b->base_exposure);
	row->base_epss = probability(b->base_epss);
	row->base_doubling = probability(b->base_doubling);
	return b->epss_weakness ? rpv__weakness_id(source, b->epss_weakness, into, &row->epss_weakness, error) : RPV_OK;
}

static rpv_status fill_firing(const rpv__source *source, const rpv__firing *f, bool all, rpv__arena *into,
                              rpv_firing *row, rpv_error *error)
{
	row->trigger = f->trigger;
	row->voided = f->voided;
	row->time_ms = f->time_ms;
	if (!all && !f->control)
		return RPV_OK;
	row->frozen = number_of(f->trigger, f->frozen);
	row->now = number_of(f->trigger, f->now);
	row->threshold = number_of(f->trigger, f->threshold);
	if (f->control)
		return rpv__control_id(source, f->control, into, &row->control, error);
	return f->weakness ? rpv__weakness_id(source, f->weakness, into, &row->weakness, error) : RPV_OK;
}

/* What fired; also what the clock made void since the last commit, which is not written down yet. */
static rpv_status all_firings(const rpv__source *source, const rpv__cover *cover, const rpv__exception *texts,
                              rpv_exception_status status, rpv__arena *into, const rpv__firing **out, size_t *count,
                              rpv_error *error)
{
	size_t n = texts->firing_count;
	rpv__controls controls;
	*out = texts->firings;
	*count = n;
	if (status != RPV_EXCEPTION_RESURFACED || cover->ending != RPV__NOT_ENDED)
		return RPV_OK;
	rpv__firing *all = rpv__arena_get(into, (n + 1) * sizeof *all);
	rpv_status st = all ? rpv__source_controls(source, cover, into, &controls, error) : rpv__fail_nomem(error);
	if (st)
		return st;
	if (n)
		memcpy(all, texts->firings, n * sizeof *all);
	if (n && all[n - 1].trigger == RPV_TRIGGER_CONTROL_STALE)
		n--; /* a warning of before */
	all[n] = rpv__controls_overdue(&controls, true, cover->stale_ms);
	*out = all;
	*count = n + 1;
	return RPV_OK;
}

rpv_status rpv__exception_row_firings(const rpv__source *source, const rpv__cover *cover, const rpv__exception *texts,
                                      bool all, rpv__arena *into, rpv_exception *row, rpv_error *error)
{
	const rpv__firing *fired;
	size_t count;
	rpv_status st = all_firings(source, cover, texts, row->status, into, &fired, &count, error);
	rpv_firing *firings = st == RPV_OK ? rpv__arena_get(into, count * sizeof *firings) : NULL;
	if (st == RPV_OK && !firings)
		st = rpv__fail_nomem(error);
	if (st == RPV_OK && all)
		st = fill_baseline(source, cover, into, &row->baseline, error);
	for (size_t i = 0; st == RPV_OK && i < count; i++)
		st = fill_firing(source, &fired[i], all, into, &firings[i], error);
	if (st)
		return st;
	const rpv__firing *voids = rpv__firing_voids(fired, count);
	row->firings = firings;
	row->firing_count = count;
	if (voids && row->status == RPV_EXCEPTION_RESURFACED)
		st = reason_of(voids, &firings[voids - fired], all || voids->control, into, &row->status_reason, error);
	return st;
}
