/* SPDX-License-Identifier: MIT */
/* Output for programs: JSON, one object a line. */
#include "program.h"

void print_json(json_t *object)
{
	need_memory(object);
	if (json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17)) == 0)
		fputc('\n', stdout);
	json_decref(object);
}

json_t *json_instant(int64_t ms)
{
	char text[RPV_TIME_TEXT_SIZE];

	return ms && rpv_time_format(ms, text) == RPV_OK ? json_string(text) : json_null();
}

json_t *json_text(const char *text)
{
	return text ? json_string(text) : json_null();
}

json_t *json_word(rpv_vocabulary vocabulary, int32_t value)
{
	return json_text(rpv_word(vocabulary, value));
}

json_t *json_count(uint64_t value)
{
	return json_integer((json_int_t)value);
}

json_t *json_list(const char *const *items, size_t count)
{
	json_t *list = need_memory(json_array());

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(items[i]));
	return list;
}

json_t *json_rows(const rpv_list *list, json_row row)
{
	json_t *rows = need_memory(json_array());

	for (size_t i = 0; i < rpv_list_count(list); i++)
		json_array_append_new(rows, row(list, i));
	return rows;
}
