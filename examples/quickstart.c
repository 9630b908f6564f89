/* SPDX-License-Identifier: MIT */
/* Quickstart: facts in, an exception, the scores before and after. */
#include <reprieve-sqlite/reprieve-sqlite.h>
#include <reprieve/reprieve.h>
#include <reprieve/system-clock.h>
#include <stdio.h>

/* [facts] */
static rpv_status report(rpv_session *session)
{
	static const char *const weaknesses[] = { "CVE-2024-4671" };
	const rpv_weakness_facts weakness = { .id = "CVE-2024-4671", .severity = RPV_SEVERITY_HIGH, .epss = 0.02 };
	const rpv_recommendation_facts chrome = { .id = "va-_-google-_-chrome", .kind = RPV_KIND_UPDATE,
		.title = "Update Chrome" };
	const rpv_device_facts device = { .id = "pc-17", .group = "Sales", .value = RPV_VALUE_HIGH };
	rpv_batch *facts;
	rpv_status status = rpv_batch_begin(session, NULL, &facts);

	if (status == RPV_OK)
		status = rpv_batch_weakness(facts, &weakness);
	if (status == RPV_OK)
		status = rpv_batch_recommendation(facts, &chrome);
	if (status == RPV_OK)
		status = rpv_batch_device(facts, &device);
	if (status == RPV_OK)
		status = rpv_batch_assess(facts, "pc-17", chrome.id, weaknesses, 1);
	if (status == RPV_OK)
		status = rpv_batch_commit(facts, NULL); /* all or nothing */
	rpv_batch_free(facts);
	return status;
}
/* [facts] */

/* [exception] */
static rpv_status except(rpv_session *session)
{
	rpv_exception_request request = RPV_EXCEPTION_REQUEST_INIT;
	const rpv_filing_outcome *outcome;
	rpv_filing *filing;
	rpv_status status;

	request.recommendation = "va-_-google-_-chrome";
	request.justification = RPV_JUSTIFICATION_ALTERNATE_MITIGATION;
	request.context = "browser isolation covers it";
	request.duration_ms = RPV_DAYS(90);
	status = rpv_exception_file(session, &request, &filing);
	if (status != RPV_OK)
		return status;
	outcome = rpv_filing_read(filing);
	printf("%s: %s\n", outcome->exception->id, outcome->message);
	printf("exposure score %.3f -> %.3f\n", outcome->before.exposure_official, outcome->after.exposure_official);
	rpv_filing_free(filing);
	return RPV_OK;
}
/* [exception] */

/* [open] */
int main(int argc, char **argv)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal ana = RPV_PRINCIPAL_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_store *store = NULL;
	rpv_session *session = NULL;
	rpv_status status;

	options.clock = rpv_clock_system();
	ana.id = "ana@corp.example";
	ana.permissions = RPV_PERMIT_ALL;
	status = rpv_sqlite_storage(argc > 1 ? argv[1] : "fleet.db", RPV_SQLITE_CREATE, 0, &options.storage, &error);
	if (status == RPV_OK)
		status = rpv_store_open(&options, &store, &error);
	if (status == RPV_OK)
		status = rpv_session_open(store, &ana, &session, &error);
	if (status == RPV_OK)
		status = report(session);
	if (status == RPV_OK)
		status = except(session);
	if (status != RPV_OK)
		fprintf(stderr, "%s\n", session ? rpv_session_error(session)->message : error.message);
	rpv_session_close(session);
	rpv_store_close(store);
	return status == RPV_OK ? 0 : 1;
}
/* [open] */
