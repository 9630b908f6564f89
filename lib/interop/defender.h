/* SPDX-License-Identifier: MIT */
/* What the importers of Defender formats share. */
#ifndef RPV__INTEROP_DEFENDER_H
#define RPV__INTEROP_DEFENDER_H

#include "import.h"

#define RPV__IO_SOURCE_VULNERABILITIES "defender-vulnerabilities"

/* Writes the id of a recommendation: the reference where there is one, else that of the product. Mends references whose
 * underscores were taken for markup. */
rpv_status rpv__io_software_id(rpv__io_record *r, const char *reference, const char *vendor, const char *product,
                               char out[RPV_ID_MAX + 1]);
/* As the id is written with underscores. */
rpv_status rpv__io_reference(rpv__io_record *r, const char *field, const char *reference, char out[RPV_ID_MAX + 1]);
/* Order of versions: runs of digits by their number. */
int rpv__io_version_compare(const char *a, const char *b);
/* A secure score weight: 0 to 10, rounded; 0 stands for none. */
rpv_status rpv__io_points(rpv__io_record *r, const char *field, uint32_t *out);
/* Counts a name once. */
rpv_status rpv__io_count_name(rpv__io_import *import, rpv__io_names *names, const char *text, uint64_t *counter);

#endif
