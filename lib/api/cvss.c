/* SPDX-License-Identifier: MIT */
/* Exported functions of weakness.h about CVSS. */
#include "../model/cvss.h"
#include "../service/store.h"

#include <reprieve/weakness.h>

rpv_status rpv_cvss_score(const char *vector, rpv_cvss *cvss)
{
	rpv__cvss_result result;
	rpv_cvss got = { 0 };

	if (!vector || !cvss || !rpv__can_give(cvss) || !rpv__cvss_score(vector, &result))
		return RPV_E_INVALID;
	got.base = result.tenths.base / 10.0;
	got.overall = result.tenths.overall / 10.0;
	got.version = result.version;
	got.severity = result.severity;
	rpv__give_struct(cvss, &got, sizeof got);
	return RPV_OK;
}
