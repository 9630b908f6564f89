/* SPDX-License-Identifier: MIT */
/* Exported functions of list.h. */
#include "../service/store.h"

size_t rpv_list_count(const rpv_list *list)
{
	return list ? list->count : 0;
}

const char *rpv_list_cursor(const rpv_list *list)
{
	return list ? list->cursor : NULL;
}

int64_t rpv_list_time(const rpv_list *list)
{
	return list ? list->time_ms : 0;
}

uint64_t rpv_list_revision(const rpv_list *list)
{
	return list ? list->revision : 0;
}

void rpv_list_free(rpv_list *list)
{
	rpv__alloc alloc;

	if (!list)
		return;
	alloc = list->arena.alloc;
	rpv__free(&alloc, list->rows);
	rpv__arena_free(&list->arena);
	rpv__free(&alloc, list);
}
