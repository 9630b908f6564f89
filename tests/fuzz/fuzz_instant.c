/* SPDX-License-Identifier: MIT */
/* Fuzzes times and durations: what is read lies within its range, and a time survives being written and read again. */
#include <reprieve/instant.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char written[RPV_TIME_TEXT_SIZE], *text = malloc(size + 1);
	int64_t ms, again;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	if (rpv_time_parse(text, &ms) == RPV_OK) {
		if (ms < 0 || ms > RPV_TIME_MAX || rpv_time_format(ms, written) != RPV_OK)
			abort();
		if (rpv_time_parse(written, &again) != RPV_OK || again != ms)
			abort();
	}
	if (rpv_duration_parse(text, &ms) == RPV_OK && (ms <= 0 || ms > RPV_DAYS(10000) || ms % RPV_MINUTES(1) != 0))
		abort();
	if (size >= sizeof ms) {
		memcpy(&ms, data, sizeof ms);
		if ((rpv_time_format(ms, written) == RPV_OK) != (ms >= 0 && ms <= RPV_TIME_MAX))
			abort();
	}
	free(text);
	return 0;
}
