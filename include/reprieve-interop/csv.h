/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Lists as CSV.
 *
 * RFC 4180: commas, CRLF at the end of every row, a header row; UTF-8 without byte order mark. A text that a spreadsheet
 * would run as a formula (it starts with `=`, `+`, `-`, `@`, tab or carriage return) gets an apostrophe in front. Several
 * values in a cell are joined by `;`. Instants are written as rpv_time_format() does, absent ones are empty cells;
 * enumerators are the words of rpv_word(); numbers have up to 17 digits and a point.
 * @defgroup rpv_csv CSV
 * @{
 */
#ifndef RPV_INTEROP_CSV_H
#define RPV_INTEROP_CSV_H

#include <reprieve-interop/reprieve-interop.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Writes remediation activities with the fields of Defender's `remediationTask` as columns, in its order.
 * `rbacGroupNames` is empty for all device groups, `productivityImpactRemediationType` is `AllExposedAssets` or
 * `NoUserImpactAssets` for configurations, `completionMethod` is `Automatic` or `Manual` once completed.
 * @param session a session with ::RPV_PERMIT_VIEW
 * @param query   which, NULL for all
 * @param sink    takes the bytes
 * @param user    passed to `sink`
 * @retval RPV_OK        written
 * @retval RPV_E_INVALID `session` or `sink` is NULL
 * @return else as rpv_remediation_list(), with the words in rpv_session_error(); or what the sink returned
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_csv_write_remediations(rpv_session *session, const rpv_remediation_query *query,
                                                             rpv_interop_sink sink, void *user);
/** Writes exceptions, with the members of ::rpv_exception as columns.
 * @param session a session with ::RPV_PERMIT_VIEW
 * @param query   which, NULL for all
 * @param sink    takes the bytes
 * @param user    passed to `sink`
 * @return as rpv_csv_write_remediations(), or as rpv_exception_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_csv_write_exceptions(rpv_session *session, const rpv_exception_query *query,
                                                           rpv_interop_sink sink, void *user);
/** Writes recommendations, with the members of ::rpv_recommendation as columns.
 * @param session a session with ::RPV_PERMIT_VIEW
 * @param query   which, NULL for the default
 * @param sink    takes the bytes
 * @param user    passed to `sink`
 * @return as rpv_csv_write_remediations(), or as rpv_recommendation_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_csv_write_recommendations(rpv_session *session,
                                                                const rpv_recommendation_query *query,
                                                                rpv_interop_sink sink, void *user);
/** Writes devices, with the members of ::rpv_device as columns; with `recommendation` in the query those exposed to it.
 * @param session a session with ::RPV_PERMIT_VIEW
 * @param query   which, NULL for all
 * @param sink    takes the bytes
 * @param user    passed to `sink`
 * @return as rpv_csv_write_remediations(), or as rpv_device_list()
 * @since 0.1 */
RPV_API RPV_MUST_CHECK rpv_status rpv_csv_write_devices(rpv_session *session, const rpv_device_query *query,
                                                        rpv_interop_sink sink, void *user);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
