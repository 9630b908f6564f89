/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Times and durations as text.
 *
 * The library counts time in milliseconds since 1970-01-01T00:00:00Z, in UTC without leap seconds, up to the end of the
 * year 9999 in the Gregorian calendar. These functions need neither a store nor the host's time zone.
 * @defgroup rpv_instant Times and durations
 * @{
 */
#ifndef RPV_INSTANT_H
#define RPV_INSTANT_H

#include <reprieve/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The last millisecond of the year 9999, the highest time. */
#define RPV_TIME_MAX INT64_C(253402300799999)

/** Bytes that rpv_time_format() writes, with the NUL. */
#define RPV_TIME_TEXT_SIZE 25

/** A number of days in milliseconds. */
#define RPV_DAYS(n) ((int64_t)(n) * INT64_C(86400000))
/** A number of hours in milliseconds. */
#define RPV_HOURS(n) ((int64_t)(n) * INT64_C(3600000))
/** A number of minutes in milliseconds. */
#define RPV_MINUTES(n) ((int64_t)(n) * INT64_C(60000))

/** Reads a time: an RFC 3339 date and time such as `2026-03-01T09:30:00Z` or `2026-03-01t10:30:00.25+01:00`, or a
 * date `2026-03-01`, which means its first instant in UTC. Seconds and zone are required. Of a fraction everything
 * behind the milliseconds is cut off. A leap second, 23:59:60 UTC, is read as the first instant of the next day.
 * @param text        NUL-terminated
 * @param[out] out_ms 0 to ::RPV_TIME_MAX, milliseconds since 1970; untouched on failure
 * @retval RPV_OK        `*out_ms` is set
 * @retval RPV_E_INVALID not such a text, no such day or time of day, or before 1970 or after 9999 in UTC
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_time_parse(const char *text, int64_t *out_ms);

/** Writes a time, such as `2026-03-01T09:30:00.000Z`, in the form that rpv_time_parse() reads back.
 * @param ms       0 to ::RPV_TIME_MAX, milliseconds since 1970
 * @param[out] out the text with its NUL; untouched on failure
 * @retval RPV_OK        `out` is written
 * @retval RPV_E_INVALID the time is outside that range
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_time_format(int64_t ms, char out[RPV_TIME_TEXT_SIZE]);

/** Reads a duration: digits and then `d` for days, `h` for hours or `m` for minutes, such as `30d`, `12h`, `90m`.
 * @param text        NUL-terminated
 * @param[out] out_ms milliseconds, more than 0 and at most 10,000 days; untouched on failure
 * @retval RPV_OK        `*out_ms` is set
 * @retval RPV_E_INVALID not such a text, 0, or more than 10,000 days
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_duration_parse(const char *text, int64_t *out_ms);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
