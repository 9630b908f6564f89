/* SPDX-License-Identifier: MIT */
/* Lists of what was reported. */
#ifndef RPV__SERVICE_FACTS_H
#define RPV__SERVICE_FACTS_H

#include "store.h"

rpv_status rpv__group_list(rpv_session *session, rpv_list **out);
rpv_status rpv__assessment_list(rpv_session *session, const char *device, rpv_list **out);
rpv_status rpv__weakness_set_list(rpv_session *session, rpv_list **out);

/* What these lists share (list_facts.c). */
typedef struct rpv__facts {
	rpv_session *session;
	rpv_error *error;
	const rpv__source *source;      /* while reading */
	rpv_list *list;                 /* NULL between tries */
	rpv__arena scratch;
	const char *device;             /* of an assessment list, as asked for */
	const char *shown;              /* the same in the list: its rows point to it */
} rpv__facts;
typedef rpv_status (*rpv__facts_reading)(rpv__facts *facts, const rpv__revision *revision);
/* Reads a list of one revision: `read` begins it with rpv__facts_begin() and may be called again. */
rpv_status rpv__facts_read(rpv__facts *facts, rpv__facts_reading read, rpv_list **out);
rpv_status rpv__facts_begin(rpv__facts *facts, rpv__noun noun, size_t row_size, int64_t now_ms,
                            const rpv__revision *revision);
/* A copy in the list; NULL stays NULL. */
rpv_status rpv__facts_text(rpv__facts *facts, const char *text, const char **out);
/* The weaknesses of a variant by id, in byte order, and its name when it is a set. */
rpv_status rpv__facts_variant(rpv__facts *facts, uint32_t number, rpv__variant *variant, rpv__texts *weaknesses);

#endif
