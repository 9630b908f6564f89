/* SPDX-License-Identifier: MIT */
/* Writing to standard output through the interchange library. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include "program.h"
#include <reprieve-interop/csv.h>
#include <reprieve-interop/reprieve-interop.h>

rpv_status write_stdout(void *user, const void *data, size_t size);
int print_csv(const program *p, rpv_status status); /* exit code of a CSV that was written */

#endif
