/* SPDX-License-Identifier: MIT */
/* Exported functions of what-if.h. */
#include "../service/store.h"

void rpv_what_if_options_init(rpv_what_if_options *options)
{
	static const rpv_what_if_options init = RPV_WHAT_IF_OPTIONS_INIT;

	if (options)
		*options = init;
}

rpv_status rpv_what_if_open(rpv_store *store, const rpv_what_if_options *options, rpv_store **what_if, rpv_error *error)
{
	rpv_status st;

	rpv__error_clear(error);
	if (what_if)
		*what_if = NULL;
	if (!store || !what_if)
		return rpv__fail(error, RPV_E_INVALID, "store or what_if is NULL");
	st = rpv__store_enter(store, error);
	return st == RPV_OK ? rpv__store_leave(store, rpv__what_if_open(store, options, what_if, error), error) : st;
}
