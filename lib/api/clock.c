/* SPDX-License-Identifier: MIT */
/* The clock that tells what a variable holds. */
#include <reprieve/host.h>

static rpv_status manual_now(void *user, int64_t *out_ms)
{
	*out_ms = *(const int64_t *)user;
	return RPV_OK;
}

void rpv_clock_manual(int64_t *now_ms, rpv_clock *clock)
{
	clock->user = now_ms;
	clock->now = manual_now;
}
