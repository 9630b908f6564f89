/* SPDX-License-Identifier: MIT */
/* Defender exports by device: vulnerabilities (whole and changes), configurations, software. Reads their records. */
#include "findings.h"
#include <string.h>

static rpv_status device(rpv__io_record *r, rpv__io_finding_record *p)
{
	rpv_status st = rpv__io_id(r, "deviceId", &p->device);
	if (st == RPV_OK)
		st = rpv__io_need(r, "deviceId", p->device);
	if (st == RPV_OK)
		st = rpv__io_text(r, "deviceName", &p->name);
	if (st == RPV_OK)
		st = rpv__io_text(r, "osPlatform", &p->os);
	if (st == RPV_OK)
		st = rpv__io_id(r, "rbacGroupName", &p->group);
	p->group = rpv__io_group(p->group);
	p->group_given = rpv__io_has(r, "rbacGroupName");
	return st;
}

static rpv_status software(rpv__io_record *r, rpv__io_finding_record *p)
{
	const char *reference = NULL;
	rpv_status st = rpv__io_id(r, "softwareVendor", &p->vendor);
	if (st == RPV_OK)
		st = rpv__io_id(r, "softwareName", &p->product);
	if (st == RPV_OK)
		st = rpv__io_id(r, "softwareVersion", &p->version);
	if (st == RPV_OK)
		st = rpv__io_id(r, "recommendationReference", &reference);
	return st == RPV_OK ? rpv__io_software_id(r, reference, p->vendor, p->product, p->recommendation) : st;
}

static rpv_status parse_vulnerability(rpv__io_record *r, rpv__io_finding_record *p)
{
	int severity = 0, exploit = 0;
	rpv_status st = device(r, p);
	if (st == RPV_OK)
		st = software(r, p);
	if (st == RPV_OK)
		st = rpv__io_id(r, "cveId", &p->weakness);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "vulnerabilitySeverityLevel", rpv__io_severities, &severity);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "exploitabilityLevel", rpv__io_exploits, &exploit);
	if (st == RPV_OK)
		st = rpv__io_flag(r, "securityUpdateAvailable", &p->fix_available);
	if (st == RPV_OK)
		st = rpv__io_time(r, "firstSeenTimestamp", &p->first_ms);
	if (st == RPV_OK)
		st = rpv__io_time(r, "lastSeenTimestamp", &p->last_ms);
	p->severity = (rpv_severity)severity;
	p->exploit = (rpv_exploit)exploit;
	return st;
}

static rpv_status parse_change(rpv__io_record *r, rpv__io_finding_record *p)
{
	static const rpv__io_alias changes[] = { { "new", 1 }, { "updated", 2 }, { "fixed", 3 }, { NULL, 0 } };
	int change = 0;
	rpv_status st = parse_vulnerability(r, p);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "status", changes, &change);
	if (st == RPV_OK && change == 0)
		st = rpv__io_bad(r, "status", "is required");
	if (st == RPV_OK)
		st = rpv__io_time(r, "eventTimestamp", &p->event_ms);
	if (st == RPV_OK && p->event_ms == 0)
		st = rpv__io_bad(r, "eventTimestamp", "is required");
	p->gone = change == 3;
	return st;
}

static rpv_status parse_machine_vulnerability(rpv__io_record *r, rpv__io_finding_record *p)
{
	const char *update = NULL;
	int severity = 0;
	rpv_status st = rpv__io_id(r, "machineId", &p->device);
	if (st == RPV_OK)
		st = rpv__io_need(r, "machineId", p->device);
	if (st == RPV_OK)
		st = rpv__io_id(r, "cveId", &p->weakness);
	if (st == RPV_OK)
		st = rpv__io_id(r, "productVendor", &p->vendor);
	if (st == RPV_OK)
		st = rpv__io_id(r, "productName", &p->product);
	if (st == RPV_OK)
		st = rpv__io_id(r, "productVersion", &p->version);
	if (st == RPV_OK)
		st = rpv__io_id(r, "fixingKbId", &update);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "severity", rpv__io_severities, &severity);
	if (st == RPV_OK)
		st = rpv__io_software_id(r, NULL, p->vendor, p->product, p->recommendation);
	p->severity = (rpv_severity)severity;
	p->fix_available = update != NULL ? RPV_FLAG_TRUE : RPV_FLAG_UNCHANGED;
	return st;
}

static rpv_status configuration_id(rpv__io_record *r, rpv__io_finding_record *p)
{
	const char *reference = NULL, *id = NULL;
	rpv_status st = rpv__io_id(r, "recommendationReference", &reference);
	if (st == RPV_OK)
		st = rpv__io_id(r, "configurationId", &id);
	if (st != RPV_OK)
		return st;
	if (reference != NULL)
		return rpv__io_reference(r, "recommendationReference", reference, p->recommendation);
	if (id == NULL)
		return rpv__io_bad(r, "configurationId", "is required");
	if ((size_t)snprintf(p->recommendation, sizeof(p->recommendation), "sca-_-%s", id) >= sizeof(p->recommendation))
		return rpv__io_bad(r, "configurationId", "is too long");
	return RPV_OK;
}

static rpv_status configuration_state(rpv__io_record *r, rpv__io_finding_record *p)
{
	rpv_flag applicable = RPV_FLAG_UNCHANGED, compliant = RPV_FLAG_UNCHANGED;
	rpv_status st = rpv__io_flag(r, "isApplicable", &applicable);
	if (st == RPV_OK)
		st = rpv__io_flag(r, "isCompliant", &compliant);
	if (st == RPV_OK)
		st = rpv__io_flag(r, "isExpectedUserImpact", &p->user_impact);
	if (st == RPV_OK && applicable != RPV_FLAG_FALSE && compliant == RPV_FLAG_UNCHANGED)
		st = rpv__io_bad(r, "isCompliant", "is required");
	p->state = applicable == RPV_FLAG_FALSE ? RPV_CONFIGURATION_NOT_APPLICABLE
	           : compliant == RPV_FLAG_TRUE ? RPV_CONFIGURATION_COMPLIANT : RPV_CONFIGURATION_EXPOSED;
	return st;
}

static rpv_status parse_configuration(rpv__io_record *r, rpv__io_finding_record *p)
{
	int category = 0;
	rpv_status st = device(r, p);
	if (st == RPV_OK)
		st = configuration_id(r, p);
	if (st == RPV_OK)
		st = configuration_state(r, p);
	if (st == RPV_OK)
		st = rpv__io_text(r, "configurationName", &p->title);
	if (st == RPV_OK)
		st = rpv__io_id(r, "configurationSubcategory", &p->subcategory);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "configurationCategory", rpv__io_categories, &category);
	if (st == RPV_OK)
		st = rpv__io_points(r, "configurationImpact", &p->points);
	if (st == RPV_OK)
		st = rpv__io_time(r, "timestamp", &p->last_ms);
	p->category = (rpv_category)category;
	return st;
}

static rpv_status parse_software(rpv__io_record *r, rpv__io_finding_record *p)
{
	static const rpv__io_alias support[] = { { "none", 0 }, { "eossoftware", 1 }, { "eosversion", 2 },
		{ "upcomingeossoftware", 4 }, { "upcomingeosversion", 8 }, { "", 0 }, { NULL, 0 } };
	int bit = 0;
	rpv_status st = device(r, p);
	if (st == RPV_OK)
		st = software(r, p);
	if (st == RPV_OK)
		st = rpv__io_one_of(r, "endOfSupportStatus", support, &bit);
	if (st == RPV_OK)
		st = rpv__io_time(r, "softwareFirstSeenTimestamp", &p->first_ms);
	if (st == RPV_OK)
		st = rpv__io_time(r, "softwareLastSeenTimestamp", &p->last_ms);
	p->support = (uint32_t)bit;
	return st;
}

static rpv_status begin_vulnerabilities(rpv__io_import *import)
{
	return rpv__io_findings_begin(import, parse_vulnerability, false, false);
}

static rpv_status begin_changes(rpv__io_import *import)
{
	return rpv__io_findings_begin(import, parse_change, true, false);
}

static rpv_status begin_machine_vulnerabilities(rpv__io_import *import)
{
	return rpv__io_findings_begin(import, parse_machine_vulnerability, false, false);
}

static rpv_status begin_configurations(rpv__io_import *import)
{
	return rpv__io_findings_begin(import, parse_configuration, false, true);
}

static rpv_status begin_software(rpv__io_import *import)
{
	return rpv__io_findings_begin(import, parse_software, false, false);
}

#define DRIVER(source, begin) { source, begin, rpv__io_findings_check, rpv__io_findings_next, rpv__io_findings_write, \
	rpv__io_findings_free }
const rpv__io_driver rpv__io_vulnerabilities = DRIVER(RPV__IO_SOURCE_VULNERABILITIES, begin_vulnerabilities);
const rpv__io_driver rpv__io_changes = DRIVER(RPV__IO_SOURCE_VULNERABILITIES, begin_changes);
const rpv__io_driver rpv__io_machine_vulnerabilities = DRIVER(RPV__IO_SOURCE_VULNERABILITIES, begin_machine_vulnerabilities);
const rpv__io_driver rpv__io_configurations = DRIVER("defender-configurations", begin_configurations);
const rpv__io_driver rpv__io_software = DRIVER("defender-software", begin_software);
