/* SPDX-License-Identifier: MIT */
/* Fuzzes CVSS vectors: any text is refused or has scores within their ranges. */
#include <reprieve/weakness.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A whole number of tenths from 0 to 10. */
static int score_ok(double score)
{
	int tenths = (int)(score * 10 + 0.5);
	return score >= 0 && score <= 10 && score == tenths / 10.0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	rpv_cvss cvss = { .struct_size = sizeof cvss };
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	if (rpv_cvss_score(text, &cvss) == RPV_OK) {
		int version_ok = cvss.version == 20 || cvss.version == 30 || cvss.version == 31 || cvss.version == 40;
		int severity_ok = cvss.severity >= RPV_SEVERITY_UNKNOWN && cvss.severity <= RPV_SEVERITY_CRITICAL;
		if (!version_ok || !severity_ok || !score_ok(cvss.base) || !score_ok(cvss.overall))
			abort();
	}
	free(text);
	return 0;
}
