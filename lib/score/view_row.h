/* SPDX-License-Identifier: MIT */
/* Rows of a view: the variants of a device, ascending. Devices that have the same ones, as copies of one image do, share a
 * row. Numbers take 16 bits each where they all fit: half the memory, and a third of the time of a pass. */
#ifndef RPV__VIEW_ROW_H
#define RPV__VIEW_ROW_H

#include "../base/base.h"

/* Asks for memory that is read soon. */
#ifdef __GNUC__
#define RPV__PREFETCH(address) __builtin_prefetch(address)
#else
#define RPV__PREFETCH(address) ((void)(address))
#endif

typedef struct rpv__view_row {
	struct rpv__view_row *next;    /* in the same place of the table */
	uint32_t hash, devices;        /* that have it */
	uint32_t count : 31, wide : 1; /* wide: numbers of 32 bits follow, else of 16 bits */
	uint32_t mark;                 /* of a pass, see evaluate_order.c and evaluate_pass.c; 0 between passes */
} rpv__view_row;

enum { RPV__ROWS_LATE = 16 };

typedef struct rpv__row_late { rpv__view_row **at, *before; } rpv__row_late;

typedef struct rpv__view_rows {
	rpv__view_row **places; size_t place_count; /* a power of two */
	size_t count, devices;                      /* rows; devices that have one */
	rpv__row_late late[RPV__ROWS_LATE]; size_t late_end, late_count; /* see rpv__row_put() */
	uint8_t *met; size_t met_count;             /* while many come: a bit for each row so far, by hash; or NULL */
} rpv__view_rows;

static inline const void *rpv__row_numbers(const rpv__view_row *row)
{
	return row + 1;
}

static inline uint32_t rpv__row_at(const void *numbers, bool wide, uint32_t i)
{
	return wide ? ((const uint32_t *)numbers)[i] : ((const uint16_t *)numbers)[i];
}

/* Bytes of a row with its numbers. */
static inline size_t rpv__row_size(const rpv__view_row *row)
{
	return sizeof *row + row->count * (row->wide ? sizeof(uint32_t) : sizeof(uint16_t));
}

/* Whether it pays to look for devices that share rows. */
static inline bool rpv__rows_shared(const rpv__view_rows *rows)
{
	return rows->devices - rows->count > rows->devices / 16;
}

/* Makes room for that many rows at once, which come until rpv__rows_settle(). */
rpv_status rpv__rows_expect(const rpv__alloc *a, rpv__view_rows *rows, size_t expected);
/* Gives a device the row of these ascending variants, NULL for none, instead of *at, which may be NULL. RPV_E_NOMEM leaves
 * all as it was. As many come one after the other, a row is looked up in the table some rows later, and the one before taken
 * out, when what lies there has come from memory. Until rpv__rows_settle(), which does the last ones, `at` stays valid, and
 * there may be rows that are the same. */
rpv_status rpv__row_put(const rpv__alloc *a, rpv__view_rows *rows, const uint32_t *variants, size_t count,
                        rpv__view_row **at);
void rpv__rows_settle(const rpv__alloc *a, rpv__view_rows *rows);
/* A device has it no longer, and the table is closed next; NULL does nothing. */
void rpv__row_drop(const rpv__alloc *a, rpv__view_row *row);
/* Frees the table; the rows have been dropped. */
void rpv__rows_close(const rpv__alloc *a, rpv__view_rows *rows);

#endif
