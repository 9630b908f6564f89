/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Symbol visibility and compiler attributes.
 */
#ifndef RPV_EXPORT_H
#define RPV_EXPORT_H

#if defined(__GNUC__)
/** Marks an exported function. */
#define RPV_API __attribute__((visibility("default")))
/** The result of the function must be looked at. */
#define RPV_MUST_CHECK __attribute__((warn_unused_result))
#else
#define RPV_API
#define RPV_MUST_CHECK
#endif

#endif
