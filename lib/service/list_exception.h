/* SPDX-License-Identifier: MIT */
/* A list of exceptions in the making. */
#ifndef RPV__SERVICE_LIST_EXCEPTION_H
#define RPV__SERVICE_LIST_EXCEPTION_H

#include "exception.h"

typedef struct rpv__listed {
	const rpv__cover *cover;
	rpv_exception_status status;
	uint64_t global;               /* the global one in effect on its subject */
	rpv_worth worth;
	int64_t key;                   /* of the order */
} rpv__listed;

typedef struct rpv__exception_listing {
	rpv__exception_rows rows;
	rpv_exception_query query;
	rpv__cursor after;
	uint64_t id, after_id;
	bool id_seen;
	uint32_t recommendation, weakness, group, control, requester;
	rpv__listed *items; size_t count, cap;
} rpv__exception_listing;

/* --- list_exception_pick.c --- */
/* Gathers what matches, in order: with a limit no more than one beyond it. */
rpv_status rpv__listing_pick(rpv__exception_listing *l);
/* --- watch_list.c --- */
/* Whether it is on the watch list asked for. */
rpv_status rpv__listing_watched(rpv__exception_listing *l, const rpv__listed *listed, bool *out);

#endif
