/* SPDX-License-Identifier: MIT */
/* The policy of a store. */
#include "store.h"

rpv_status rpv__txn_policy(rpv__txn *txn, const rpv__policy **out, rpv_error *error)
{
	(void)txn;
	(void)error;
	*out = &rpv__policy_default;
	return RPV_OK;
}
