/* SPDX-License-Identifier: MIT */
/* Prints the table of the life of an exception, a turn a line: from, cause, to, event, what brings it about. */
#include "../../lib/model/exception_life.h"

#include <stdio.h>

int main(void)
{
	static const char *const by[] = { "", "commit", "clock", "clock or commit" };

	for (size_t i = 0; i < rpv__turn_count; i++) {
		const rpv__turn *t = &rpv__turns[i];

		printf("%s\t%s\t%s\t%s\t%s\n",
		       t->from == RPV__NOT_FILED ? "" : rpv_word(RPV_WORDS_EXCEPTION_STATUS, t->from), rpv__cause_word(t->cause),
		       rpv_word(RPV_WORDS_EXCEPTION_STATUS, (int32_t)t->to),
		       rpv_word(RPV_WORDS_EVENT_TYPE, (int32_t)t->event), by[t->by]);
	}
	return 0;
}
