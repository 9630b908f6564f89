/* SPDX-License-Identifier: MIT */
/* A score of the host's own: the share of devices that are exposed to anything, with a trend beside the library's. */
#include <reprieve/reprieve.h>
#include <stdio.h>

/* [engine] */
/* Reads the store as anybody does: what exceptions count, which groups are visible, what time it is, all follow. */
static rpv_status share_exposed(void *user, rpv_session *session, const rpv_score_query *query, rpv_score *score)
{
	rpv_device_query devices = RPV_DEVICE_QUERY_INIT;
	rpv_list *list;
	rpv_status status;
	double exposed[3] = { 0, 0, 0 };

	(void)user;
	devices.group = query->group;
	status = rpv_device_list(session, &devices, &list);
	if (status != RPV_OK)
		return status;
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_device *d = rpv_device_at(list, i);

		score->devices += d->active != 0;
		exposed[0] += d->active && d->exposure > 0;
		exposed[1] += d->active && d->exposure_no_impact > 0;
		exposed[2] += d->active && d->exposure_mitigation_like > 0;
	}
	rpv_list_free(list);
	if (score->devices > 0) {
		score->exposure_official = 100 * exposed[0] / (double)score->devices;
		score->exposure_no_impact = 100 * exposed[1] / (double)score->devices;
		score->exposure_mitigation_like = 100 * exposed[2] / (double)score->devices;
	}
	return RPV_OK;
}

static rpv_status open_own(rpv_session *session, rpv_score_engine **engine)
{
	rpv_host_engine host = RPV_HOST_ENGINE_INIT;

	host.name = "share-exposed-1";
	host.score = share_exposed;
	return rpv_score_engine_open_host(session, &host, engine);
}
/* [engine] */

/* A device that has what is to be updated, or no longer. */
static rpv_status report(rpv_session *session, const char *id, int exposed)
{
	static const char *const weaknesses[] = { "CVE-2026-0001" };
	const rpv_weakness_facts weakness = { .id = "CVE-2026-0001", .severity = RPV_SEVERITY_HIGH };
	const rpv_recommendation_facts editor = { .id = "va-_-acme-_-editor" };
	const rpv_device_facts device = { .id = id };
	rpv_batch *facts;
	rpv_status status = rpv_batch_begin(session, NULL, &facts);

	if (status == RPV_OK)
		status = rpv_batch_weakness(facts, &weakness);
	if (status == RPV_OK)
		status = rpv_batch_recommendation(facts, &editor);
	if (status == RPV_OK)
		status = rpv_batch_device(facts, &device);
	if (status == RPV_OK)
		status = rpv_batch_assess(facts, id, editor.id, weaknesses, exposed ? 1 : 0);
	if (status == RPV_OK)
		status = rpv_batch_commit(facts, NULL);
	rpv_batch_free(facts);
	return status;
}

/* Three days: two exposed devices, then one of four, then none. */
static rpv_status live(rpv_session *session, rpv_score_engine *engine, int64_t *now)
{
	static const struct { const char *device; int exposed, day; } reports[] = {
		{ "pc-1", 1, 0 }, { "pc-2", 1, 0 }, { "pc-3", 0, 1 }, { "pc-4", 0, 1 }, { "pc-1", 0, 1 }, { "pc-2", 0, 2 } };
	const int64_t first = *now;
	rpv_status status = RPV_OK;
	size_t i = 0;

	for (int day = 0; status == RPV_OK && day < 3; day++) {
		*now = first + RPV_DAYS(day);
		for (; status == RPV_OK && i < sizeof reports / sizeof *reports && reports[i].day == day; i++)
			status = report(session, reports[i].device, reports[i].exposed);
		if (status == RPV_OK)
			status = rpv_score_record(engine, NULL); /* at most one point an hour */
	}
	return status;
}

static rpv_status show(rpv_session *session)
{
	rpv_score_point_query query = RPV_SCORE_POINT_QUERY_INIT;
	rpv_list *list;
	rpv_status status;

	query.engine = "share-exposed-1";
	query.every_ms = RPV_DAYS(1);
	status = rpv_score_point_list(session, &query, &list);
	if (status != RPV_OK)
		return status;
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_score *s = rpv_score_point_at(list, i)->score;
		char day[RPV_TIME_TEXT_SIZE];

		if (rpv_time_format(s->time_ms, day) == RPV_OK)
			printf("%.10s  %3.0f %% of %llu devices\n", day, s->exposure_official, (unsigned long long)s->devices);
	}
	rpv_list_free(list);
	return RPV_OK;
}

int main(void)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal ana = RPV_PRINCIPAL_INIT;
	rpv_store *store = NULL;
	rpv_session *session = NULL;
	rpv_score_engine *engine = NULL;
	int64_t now = 0;
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = rpv_time_parse("2026-03-01T06:00:00Z", &now);

	ana.id = "ana@corp.example";
	ana.permissions = RPV_PERMIT_ALL;
	rpv_clock_manual(&now, &options.clock);
	if (status == RPV_OK)
		status = rpv_memory_storage(NULL, &options.storage);
	if (status == RPV_OK)
		status = rpv_store_open(&options, &store, &error);
	if (status == RPV_OK)
		status = rpv_session_open(store, &ana, &session, &error);
	if (status == RPV_OK)
		status = open_own(session, &engine);
	if (status == RPV_OK)
		status = live(session, engine, &now);
	if (status == RPV_OK)
		status = show(session);
	if (status != RPV_OK)
		fprintf(stderr, "%s: %s\n", rpv_status_name(status), session ? rpv_session_error(session)->message : error.message);
	rpv_score_engine_close(engine);
	rpv_session_close(session);
	rpv_store_close(store);
	return status != RPV_OK;
}
