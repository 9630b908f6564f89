/* SPDX-License-Identifier: MIT */
/* Gathering what belongs to one device while its records come in any order: how many are still to come, and which
 * devices must wait for another pass because too much is held already. */
#ifndef RPV__INTEROP_GATHER_H
#define RPV__INTEROP_GATHER_H

#include "import.h"

typedef struct rpv__io_gathered {
	uint32_t left;                 /* records still to come in the pass that gathers it */
	uint32_t postponed;            /* the pass it was put off in */
	bool done;
	rpv__io_unit *open;            /* what is gathered so far */
} rpv__io_gathered;

typedef struct rpv__io_gather {
	rpv__io_names devices;
	rpv__io_gathered *rows;        /* by number of the device */
	size_t cap;
	uint64_t held;                 /* bytes of what is open, kept up to date by the caller */
	uint32_t open, waiting;        /* devices begun and not complete; put off in this pass */
} rpv__io_gather;

/* First pass: one more record of a device. */
rpv_status rpv__io_gather_note(rpv__io_import *import, rpv__io_gather *g, const char *device);
/* Later passes: the device's row when the record is to be taken now; NULL when it is not. */
rpv_status rpv__io_gather_admit(rpv__io_import *import, rpv__io_gather *g, const char *device, rpv__io_gathered **out);
/* After taking the record: gives the unit out when it was the last one, else NULL. */
rpv__io_unit *rpv__io_gather_taken(rpv__io_gather *g, rpv__io_gathered *row);
/* After a pass: whether devices wait for another one. */
rpv_status rpv__io_gather_more(rpv__io_import *import, rpv__io_gather *g, bool *more);
void rpv__io_gather_free(rpv__io_gather *g);
/* Makes room for a row of `size` bytes at number `n`; new rows are zero. NULL: no memory, `rows` is still good. */
void *rpv__io_rows(void *rows, size_t *cap, uint32_t n, size_t size);
rpv_status rpv__io_input_changed(rpv__io_import *import);

#endif
