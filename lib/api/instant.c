/* SPDX-License-Identifier: MIT */
/* Exported functions of instant.h. */
#include "../model/instant.h"

rpv_status rpv_time_parse(const char *text, int64_t *out_ms)
{
	return text && out_ms && rpv__time_parse(text, out_ms) ? RPV_OK : RPV_E_INVALID;
}

rpv_status rpv_time_format(int64_t ms, char out[RPV_TIME_TEXT_SIZE])
{
	return out && rpv__time_format(ms, out) ? RPV_OK : RPV_E_INVALID;
}

rpv_status rpv_duration_parse(const char *text, int64_t *out_ms)
{
	return text && out_ms && rpv__duration_parse(text, out_ms) ? RPV_OK : RPV_E_INVALID;
}
