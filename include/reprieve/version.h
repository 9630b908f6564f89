/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief Version of the library.
 * @defgroup rpv_version Version
 * @{
 */
#ifndef RPV_VERSION_H
#define RPV_VERSION_H

#include <reprieve/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of these headers: MAJOR * 10000 + MINOR * 100 + PATCH. */
#define RPV_VERSION 100
/** Version of these headers as text. */
#define RPV_VERSION_TEXT "0.1.0"

/** Version of the library in use, as ::RPV_VERSION of the headers that it was built from.
 * @return MAJOR * 10000 + MINOR * 100 + PATCH
 * @since 0.1 */
RPV_API int rpv_version(void);

/** Version of the library in use, as text.
 * @return a string that lives as long as the library
 * @since 0.1 */
RPV_API const char *rpv_version_text(void);

#ifdef __cplusplus
}
#endif
/** @} */
#endif
