/* SPDX-License-Identifier: MIT */
/* The host's time is the library's time: an exception ends at its millisecond with nothing running in between. */
#include <reprieve/reprieve.h>
#include <stdio.h>

static rpv_status report(rpv_session *session)
{
	static const char *const weaknesses[] = { "CVE-2026-0001" };
	const rpv_weakness_facts weakness = { .id = "CVE-2026-0001", .severity = RPV_SEVERITY_CRITICAL };
	const rpv_recommendation_facts editor = { .id = "va-_-acme-_-editor" };
	const rpv_device_facts device = { .id = "pc-1" };
	rpv_batch *facts;
	rpv_status status = rpv_batch_begin(session, NULL, &facts);

	if (status == RPV_OK)
		status = rpv_batch_weakness(facts, &weakness);
	if (status == RPV_OK)
		status = rpv_batch_recommendation(facts, &editor);
	if (status == RPV_OK)
		status = rpv_batch_device(facts, &device);
	if (status == RPV_OK)
		status = rpv_batch_assess(facts, "pc-1", editor.id, weaknesses, 1);
	if (status == RPV_OK)
		status = rpv_batch_commit(facts, NULL);
	rpv_batch_free(facts);
	return status;
}

static rpv_status show(rpv_session *session)
{
	rpv_list *list;
	rpv_status status = rpv_exception_list(session, NULL, &list);
	char now[RPV_TIME_TEXT_SIZE];

	if (status != RPV_OK)
		return status;
	status = rpv_time_format(rpv_list_time(list), now);
	if (status == RPV_OK)
		printf("%s  %s\n", now, rpv_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)rpv_exception_at(list, 0)->status));
	rpv_list_free(list);
	return status;
}

/* [time] */
static rpv_status live(rpv_session *session, int64_t *now)
{
	rpv_exception_request request = RPV_EXCEPTION_REQUEST_INIT;
	rpv_status status;

	request.recommendation = "va-_-acme-_-editor";
	request.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	request.context = "until the next maintenance window";
	request.duration_ms = RPV_HOURS(12);
	status = rpv_exception_file(session, &request, NULL);
	if (status != RPV_OK)
		return status;
	*now += RPV_HOURS(12) - 1;
	status = show(session); /* in_effect */
	if (status != RPV_OK)
		return status;
	*now += 1;
	return show(session); /* expired */
}
/* [time] */

int main(void)
{
	int64_t now = 1772323200000; /* 2026-03-01T00:00:00Z */
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal ben = RPV_PRINCIPAL_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *store = NULL;
	rpv_session *session = NULL;
	rpv_status status;

	rpv_clock_manual(&now, &options.clock);
	ben.id = "ben@corp.example";
	ben.permissions = RPV_PERMIT_ALL;
	status = rpv_memory_storage(NULL, &options.storage);
	if (status == RPV_OK)
		status = rpv_store_open(&options, &store, &error);
	if (status == RPV_OK)
		status = rpv_session_open(store, &ben, &session, &error);
	if (status == RPV_OK)
		status = report(session);
	if (status == RPV_OK)
		status = live(session, &now);
	if (status != RPV_OK)
		fprintf(stderr, "%s\n", session ? rpv_session_error(session)->message : error.message);
	rpv_session_close(session);
	rpv_store_close(store);
	return status == RPV_OK ? 0 : 1;
}
