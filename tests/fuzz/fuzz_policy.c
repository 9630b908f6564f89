/* SPDX-License-Identifier: MIT */
/* Fuzzes policies: a name and a value on two lines are refused with words, or set, and what is then listed is accepted back
 * and changes nothing. */
#include "world.h"

static void set_again(world *w, const char *name)
{
	rpv_list *list = NULL, *changed = NULL;
	if (rpv_policy_list(w->session, name, &list) || rpv_list_count(list) == 0)
		abort();
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_policy *row = rpv_policy_at(list, i);
		rpv_policy_change same = { row->name, row->value };
		if (rpv_policy_set(w->session, &same, 1, NULL, &changed) || rpv_list_count(changed) > 0)
			abort();
		rpv_list_free(changed);
	}
	rpv_list_free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world w;
	char *text = as_text(data, size), *value = strchr(text, '\n');
	if (world_open(&w, NULL))
		abort();
	if (value) {
		*value++ = '\0';
		rpv_policy_change change = { text, value };
		rpv_status status = rpv_policy_set(w.session, &change, 1, NULL, NULL);
		if ((status != RPV_OK) != (rpv_session_error(w.session)->message[0] != '\0'))
			abort();
		if (status == RPV_OK)
			set_again(&w, text);
	}
	world_close(&w);
	free(text);
	return 0;
}
