/* SPDX-License-Identifier: MIT */
/* Fuzzes the validator of batches: records with any texts, numbers and enumerators are refused with words, or committed and
 * can then be listed; a refused commit changes nothing. */
#include "world.h"

#define MOST 12 /* records */

static const char *const devices[] = { "d1", "d2", "d3", "" };
static const char *const weaknesses[] = { "CVE-1", "CVE-2", "CVE-2026-1000", "TVM-1" };
static const char *const recommendations[] = { "va-_-a-_-b", "sca-_-scid-7", "other", "va-_-a-_-c" };
static const char *const words[] = { "Sales", "UnassignedGroup", "a title", "\xc3\xa9", "EOS software", "None",
	"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "v1" };
#define TEXT(in, of) take_text((in), (of), sizeof(of) / sizeof *(of))

/* Mostly a small one. */
static int64_t take_time(input *in)
{
	uint64_t what = take_number(in, 1);
	if (what < 100)
		return 0;
	return what < 200 ? INT64_C(1772323200000) + (int64_t)(what - 150) * 86400000 : (int64_t)take_number(in, 8);
}

static int32_t take_enum(input *in)
{
	uint64_t what = take_number(in, 1);
	return what < 240 ? (int32_t)(what % 6) : (int32_t)take_number(in, 4);
}

static uint32_t take_bits(input *in)
{
	uint64_t what = take_number(in, 2);
	return what < 0x4000 ? 0 : (uint32_t)what;
}

static size_t take_texts(input *in, const char *const *of, size_t count, const char **out)
{
	size_t size = take_number(in, 1) % 4;
	for (size_t i = 0; i < size; i++)
		out[i] = take_text(in, of, count);
	return size;
}
#define TEXTS(in, of, out) take_texts((in), (of), sizeof(of) / sizeof *(of), (out))

static rpv_status add_device(input *in, rpv_batch *batch)
{
	const char *tags[4];
	rpv_device_facts f = { .id = TEXT(in, devices), .tags = tags };
	f.tag_count = TEXTS(in, words, tags);
	f.name = TEXT(in, words);
	f.group = TEXT(in, words);
	f.os = TEXT(in, words);
	f.justification = TEXT(in, words);
	f.last_seen_ms = take_time(in);
	f.first_seen_ms = take_time(in);
	f.value = (rpv_value)take_enum(in);
	f.internet_facing = (rpv_flag)take_enum(in);
	f.active_alert = (rpv_flag)take_enum(in);
	f.excluded = (rpv_flag)take_enum(in);
	f.given = take_bits(in);
	f.removed = take_number(in, 1) < 20;
	return rpv_batch_device(batch, &f);
}

static rpv_status add_weakness(input *in, rpv_batch *batch)
{
	const char *vectors[4], *aliases[4];
	rpv_weakness_facts f = { .id = TEXT(in, weaknesses), .cvss = vectors, .aliases = aliases };
	uint64_t bits = take_number(in, 8);
	f.cvss_count = TEXTS(in, words, vectors);
	f.alias_count = TEXTS(in, weaknesses, aliases);
	f.title = TEXT(in, words);
	f.epss_model = TEXT(in, words);
	memcpy(&f.epss, &bits, sizeof f.epss);
	if (bits & 1)
		f.epss = (double)(bits % 1000) / 999;
	f.known_exploited_ms = take_time(in);
	f.published_ms = take_time(in);
	f.updated_ms = take_time(in);
	f.severity = (rpv_severity)take_enum(in);
	f.exploit = (rpv_exploit)take_enum(in);
	f.ransomware = (rpv_flag)take_enum(in);
	f.fix_available = (rpv_flag)take_enum(in);
	f.given = take_bits(in);
	return rpv_batch_weakness(batch, &f);
}

static rpv_status add_recommendation(input *in, rpv_batch *batch)
{
	const char *tags[4], *threats[4];
	rpv_recommendation_facts f = { .id = TEXT(in, recommendations), .tags = tags, .threats = threats };
	f.tag_count = TEXTS(in, words, tags);
	f.threat_count = TEXTS(in, words, threats);
	f.title = TEXT(in, words);
	f.vendor = TEXT(in, words);
	f.recommended_version = TEXT(in, words);
	f.kind = (rpv_kind)take_enum(in);
	f.category = (rpv_category)take_enum(in);
	f.points = (uint32_t)take_enum(in);
	f.given = take_bits(in);
	f.removed = take_number(in, 1) < 20;
	return rpv_batch_recommendation(batch, &f);
}

static rpv_status add_group(input *in, rpv_batch *batch)
{
	rpv_group_facts f = { .name = TEXT(in, words) };
	f.previous_name = take_number(in, 1) < 60 ? TEXT(in, words) : NULL;
	f.description = TEXT(in, words);
	f.rank = (uint32_t)take_enum(in);
	f.removed = take_number(in, 1) < 40;
	return rpv_batch_group(batch, &f);
}

static rpv_status add_set(input *in, rpv_batch *batch)
{
	const char *ids[4];
	rpv_weakness_set_facts f = { .recommendation = TEXT(in, recommendations), .weaknesses = ids };
	f.id = TEXT(in, words);
	f.weakness_count = TEXTS(in, weaknesses, ids);
	f.removed = take_number(in, 1) < 40;
	return rpv_batch_weakness_set(batch, &f);
}

static rpv_status add_assessment(input *in, rpv_batch *batch)
{
	const char *ids[4];
	rpv_assessment_facts f = { .device = TEXT(in, devices), .weaknesses = ids };
	f.recommendation = TEXT(in, recommendations);
	f.version = TEXT(in, words);
	f.set = take_number(in, 1) < 60 ? TEXT(in, words) : NULL;
	f.weakness_count = TEXTS(in, weaknesses, ids);
	f.first_seen_ms = take_time(in);
	f.last_seen_ms = take_time(in);
	f.state = (rpv_configuration_state)take_enum(in);
	f.user_impact = (rpv_flag)take_enum(in);
	f.change = (rpv_assessment_change)take_enum(in);
	return rpv_batch_assessment(batch, &f);
}

static rpv_status add_control(input *in, rpv_batch *batch)
{
	const char *evidence[4];
	rpv_control_facts f = { .id = TEXT(in, words), .evidence = evidence };
	f.evidence_count = TEXTS(in, words, evidence);
	f.description = TEXT(in, words);
	f.reviewed_ms = take_time(in);
	f.review_interval_ms = take_time(in);
	f.added_ms = take_time(in);
	f.kind = (rpv_control_kind)take_enum(in);
	f.retired = (rpv_flag)take_enum(in);
	f.given = take_bits(in);
	f.removed = take_number(in, 1) < 20;
	return rpv_batch_control(batch, &f);
}

static rpv_status add_full_report(input *in, rpv_batch *batch)
{
	return rpv_batch_full_report(batch, TEXT(in, devices));
}

static uint64_t revision_of(const world *w)
{
	rpv_store_info info = { .struct_size = sizeof info };
	if (rpv_store_read_info(w->store, &info, NULL))
		abort();
	return info.revision;
}

static void list_all(world *w)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_score score = RPV_SCORE_INIT;
	rpv_list *lists[6];
	q.states = RPV_STATE_ALL;
	if (rpv_recommendation_list(w->session, &q, &lists[0]) || rpv_device_list(w->session, NULL, &lists[1]) ||
	    rpv_weakness_list(w->session, NULL, &lists[2]) || rpv_group_list(w->session, &lists[3]) ||
	    rpv_control_list(w->session, NULL, &lists[4]) || rpv_event_list(w->session, NULL, &lists[5]) ||
	    rpv_score_read(w->session, NULL, &score))
		abort();
	if (!(score.exposure_official >= 0 && score.exposure_official <= 100))
		abort();
	for (int i = 0; i < 6; i++)
		rpv_list_free(lists[i]);
}

/* One batch; 1: another one may follow. */
static int try_batch(world *w, input *in)
{
	static rpv_status (*const adders[])(input *, rpv_batch *) = { add_device, add_weakness, add_recommendation, add_group,
		add_set, add_assessment, add_control, add_full_report };
	rpv_batch_options options = RPV_BATCH_OPTIONS_INIT;
	rpv_batch_result result = RPV_BATCH_RESULT_INIT;
	rpv_batch *batch;
	uint64_t before = revision_of(w);
	options.source = TEXT(in, words);
	options.lenient = take_number(in, 1) & 1;
	options.reported_ms = take_time(in);
	rpv_status status = rpv_batch_begin(w->session, &options, &batch);
	if (status)
		return rpv_session_error(w->session)->message[0] ? 0 : (abort(), 0);
	for (int i = 0; i < MOST && in->left; i++)
		if (adders[take_number(in, 1) % 8](in, batch) && !rpv_session_error(w->session)->message[0])
			abort();
	status = rpv_batch_commit(batch, &result);
	if ((status != RPV_OK) != (rpv_session_error(w->session)->message[0] != '\0') || (status && revision_of(w) != before))
		abort();
	if (!status)
		list_all(w);
	rpv_batch_free(batch);
	return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	input in = { .at = data, .left = size };
	world w;
	if (world_open(&w, NULL))
		abort();
	for (int i = 0; i < 4 && in.left && try_batch(&w, &in); i++)
		w.now_ms += 86400000;
	forget_texts(&in);
	world_close(&w);
	return 0;
}
