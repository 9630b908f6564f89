/* SPDX-License-Identifier: MIT */
/* Printing what a query answered with: as lines of JSON, or as a table and a word when there is nothing. */
#include "program.h"

int print_listing(const program *p, const listing *how, rpv_status status, rpv_list **opened)
{
	const rpv_list *list = *opened; /* set by the call that gave `status` */

	if (status != RPV_OK)
		return fail(p, status);
	for (size_t i = 0; how->json && i < rpv_list_count(list); i++)
		print_json(how->row(list, i));
	if (!how->json && rpv_list_count(list) > 0)
		how->print(list);
	else if (!how->json)
		puts("(none)");
	if (rpv_list_cursor(list)) {
		fputs("more: --after '", stderr);
		put_plain(stderr, rpv_list_cursor(list));
		fputs("'\n", stderr);
	}
	rpv_list_free(*opened);
	return EXIT_DONE;
}
