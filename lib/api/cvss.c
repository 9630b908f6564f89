/* SPDX-License-Identifier: MIT */
/* Exported functions of weakness.h about CVSS. */
#include "../model/cvss.h"

#include <reprieve/weakness.h>

rpv_status rpv_cvss_score(const char *vector, rpv_cvss *cvss)
{
	size_t size = cvss ? cvss->struct_size : 0;
	rpv__cvss_result result;
	rpv_cvss got = { 0 };

	if (!vector || size < sizeof got.struct_size || size > 4096 || !rpv__cvss_score(vector, &result))
		return RPV_E_INVALID;
	got.base = result.tenths.base / 10.0;
	got.overall = result.tenths.overall / 10.0;
	got.version = result.version;
	got.severity = result.severity;
	got.struct_size = size;
	memcpy(cvss, &got, size < sizeof got ? size : sizeof got);
	return RPV_OK;
}
