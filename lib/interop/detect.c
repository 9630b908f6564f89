/* SPDX-License-Identifier: MIT */
/* Tells formats apart by the fields of a record. */
#include "import.h"

/* A format, by fields that it has and one that it has not. */
struct signature { rpv_format format; const char *has[4]; const char *lacks; };

static const struct signature known[] = {
	{ RPV_FORMAT_DEFENDER_CHANGES, { "deviceId", "softwareName", "cveId", "eventTimestamp" }, NULL },
	{ RPV_FORMAT_DEFENDER_VULNERABILITIES, { "deviceId", "softwareName", "cveId", NULL }, "eventTimestamp" },
	{ RPV_FORMAT_DEFENDER_SOFTWARE, { "deviceId", "softwareName", "softwareVersion", NULL }, "cveId" },
	{ RPV_FORMAT_DEFENDER_CONFIGURATIONS, { "deviceId", "configurationId", "isCompliant", NULL }, "profileId" },
	{ RPV_FORMAT_DEFENDER_MACHINE_VULNERABILITIES, { "machineId", "cveId", "productName", NULL }, NULL },
	{ RPV_FORMAT_DEFENDER_RECOMMENDATIONS, { "id", "recommendationName", NULL, NULL }, NULL },
	{ RPV_FORMAT_DEFENDER_REMEDIATION_TASKS, { "id", "createdOn", "targetDevices", NULL }, NULL },
	{ RPV_FORMAT_DEFENDER_MACHINES, { "id", "computerDnsName", "osPlatform", NULL }, "machineId" },
	{ RPV_FORMAT_DEFENDER_VULNERABILITY_LIST, { "id", "severity", "publishedOn", NULL }, "machineId" },
	{ RPV_FORMAT_DEFENDER_SOFTWARE_LIST, { "id", "vendor", "exposedMachines", "weaknesses" }, "recommendationName" },
};

/* Files of the same family that hold nothing to import. */
static const struct { const char *has[2]; const char *what; } foreign[] = {
	{ { "exportFiles", NULL }, "a list of export files: download the files that it names and import those" },
	{ { "thumbprint", NULL }, "a certificate inventory" },
	{ { "extensionId", NULL }, "a browser extension inventory" },
	{ { "permissionName", NULL }, "a list of browser extension permissions" },
	{ { "profileId", "recommendedValue" }, "a security baseline assessment" },
	{ { "benchmark", "passedDevices" }, "a list of security baseline profiles" },
	{ { "benchmarkName", NULL }, "a list of security baseline configurations" },
	{ { "incidentId", NULL }, "a list of alerts" },
	{ { "alerts", NULL }, "a list of alerts" },
	{ { "machineMissedOn", NULL }, "a list of missing updates" },
	{ { "installations", "vulnerabilities" }, "a distribution of software versions" },
	{ { "requestor", "creationDateTimeUtc" }, "a list of machine actions" },
	{ { "time", "score" }, "an exposure score or secure score: scores are worked out, not imported" },
	{ { "@odata.type", NULL }, "an object of Microsoft Graph" },
	{ { "DeviceValue", NULL }, "a request to set a device value" },
	{ { "value", NULL }, "an answer whose values are not records" },
};

static const rpv__io_alias native_types[] = {
	{ "store", 1 }, { "group", 1 }, { "weakness", 1 }, { "recommendation", 1 }, { "weaknessset", 1 }, { "device", 1 },
	{ "assessment", 1 }, { "fullreport", 1 }, { "exception", 1 }, { "remediation", 1 }, { "target", 1 }, { "event", 1 },
	{ "control", 1 }, { "score", 1 }, { NULL, 0 }
};

static bool fits(const rpv__io_record *record, const struct signature *s)
{
	for (int i = 0; i < 4 && s->has[i] != NULL; i++)
		if (!rpv__io_has(record, s->has[i]))
			return false;
	return s->lacks == NULL || !rpv__io_has(record, s->lacks);
}

rpv_status rpv__io_detect(rpv__io_record *record, rpv_format *out)
{
	const char *what = "none of the known kinds: neither a `type` nor the fields of a Defender export";
	const char *type = json_string_value(json_object_get(record->json, "type"));
	int native;
	*out = RPV_FORMAT_NDJSON;
	if (type != NULL && rpv__io_word_find(native_types, type, &native))
		return RPV_OK;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (fits(record, &known[i])) {
			*out = known[i].format;
			return RPV_OK;
		}
	for (size_t i = sizeof(foreign) / sizeof(foreign[0]); i-- > 0;)
		if (rpv__io_has(record, foreign[i].has[0]) &&
		    (foreign[i].has[1] == NULL || rpv__io_has(record, foreign[i].has[1])))
			what = foreign[i].what;    /* the first that fits, the last found */
	if (type != NULL && !rpv__io_has(record, "requestor"))
		return RPV_OK;                 /* a native record of an unknown type is refused as such */
	rpv__io_fail(record->error, RPV_E_INVALID, NULL, "cannot be imported: this seems to be %s", what);
	rpv__io_place(record->error, &record->where);
	return RPV_E_INVALID;
}

const rpv__io_driver *rpv__io_driver_of(rpv_format format)
{
	static const rpv__io_driver *const drivers[] = {
		NULL, &rpv__io_native, &rpv__io_vulnerabilities, &rpv__io_changes, &rpv__io_machine_vulnerabilities,
		&rpv__io_configurations, &rpv__io_software, &rpv__io_machines, &rpv__io_recommendations,
		&rpv__io_vulnerability_list, &rpv__io_software_list, &rpv__io_remediation_tasks
	};
	return drivers[format];
}
