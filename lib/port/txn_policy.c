/* SPDX-License-Identifier: MIT */
/* The policy that a transaction goes by. */
#include "txn_inside.h"

rpv_status rpv__txn_policy(rpv__txn *txn, const rpv__policy **out, rpv_error *error)
{
	(void)txn;
	(void)error;
	*out = &rpv__policy_default;
	return RPV_OK;
}
