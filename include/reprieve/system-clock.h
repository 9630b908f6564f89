/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief The machine's clock, for hosts that want just that.
 *
 * The library itself never reads the time: this function is compiled into the host, not part of the library and not of
 * reprieve.h. It needs C11's timespec_get() (or C++17's, or any libc that declares it).
 * @ingroup rpv_host
 */
#ifndef RPV_SYSTEM_CLOCK_H
#define RPV_SYSTEM_CLOCK_H

#include <reprieve/host.h>
#include <time.h>

/** Tells the machine's time; the `now` of an ::rpv_clock.
 * @param user        not used
 * @param[out] out_ms milliseconds since 1970
 * @retval RPV_OK      `*out_ms` is set
 * @retval RPV_E_CLOCK the machine does not know
 * @since 0.1 */
static inline rpv_status rpv_clock_system_now(void *user, int64_t *out_ms)
{
	struct timespec now;

	(void)user;
	if (timespec_get(&now, TIME_UTC) != TIME_UTC)
		return RPV_E_CLOCK;
	*out_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	return RPV_OK;
}

/** The machine's clock.
 * @return a clock for rpv_store_options; it holds nothing and needs no freeing
 * @since 0.1 */
static inline rpv_clock rpv_clock_system(void)
{
	rpv_clock clock;

	clock.user = NULL;
	clock.now = rpv_clock_system_now;
	return clock;
}

#endif
