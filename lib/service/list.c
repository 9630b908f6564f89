/* SPDX-License-Identifier: MIT */
/* Lists and cursors. */
#include "store.h"
#include <stdlib.h>

rpv_status rpv__list_new(const rpv__alloc *alloc, rpv__noun noun, size_t row_size, int64_t time_ms, uint64_t revision,
                         rpv_list **out)
{
	rpv_list *list = rpv__new(alloc, sizeof *list);

	if (!list)
		return RPV_E_NOMEM;
	rpv__arena_init(&list->arena, alloc);
	list->noun = noun;
	list->row_size = row_size;
	list->time_ms = time_ms;
	list->revision = revision;
	*out = list;
	return RPV_OK;
}

void *rpv__list_add(rpv_list *list)
{
	void *row;

	if (rpv__grow(&list->arena.alloc, &list->rows, &list->cap, list->count + 1, list->row_size) != RPV_OK)
		return NULL;
	row = list->rows + list->count * list->row_size;
	memset(row, 0, list->row_size);
	list->count++;
	return row;
}

const void *rpv__list_row(const rpv_list *list, rpv__noun noun, size_t index)
{
	if (!list || list->noun != noun || index >= list->count)
		return NULL;
	return list->rows + index * list->row_size;
}

rpv_status rpv__cursor_read(const char *text, int32_t sort, rpv__cursor *out, rpv_error *error)
{
	char *end;
	long given_sort;
	long long key;

	out->sort = sort;
	out->key = 0;
	out->id = NULL;
	if (!text)
		return RPV_OK;
	given_sort = strtol(text, &end, 10);
	if (end == text || *end != ':' || given_sort != sort)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "after", "the cursor is not one of this order");
	text = end + 1;
	key = strtoll(text, &end, 10);
	if (end == text || *end != ':' || end[1] == '\0')
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "after", "the cursor is malformed");
	out->key = key;
	out->id = end + 1;
	return rpv__check_id(out->id, "after", error);
}

rpv_status rpv__list_set_cursor(rpv_list *list, int32_t sort, int64_t key, const char *id)
{
	char head[48];
	size_t head_size = (size_t)rpv__format(head, sizeof head, "%d:%lld:", (int)sort, (long long)key);
	size_t id_size = strlen(id);
	char *text = rpv__arena_get(&list->arena, head_size + id_size + 1);

	if (!text)
		return RPV_E_NOMEM;
	memcpy(text, head, head_size);
	memcpy(text + head_size, id, id_size);
	list->cursor = text;
	return RPV_OK;
}
