/* SPDX-License-Identifier: MIT */
/* The policy of a store, read from a source or in a transaction. */
#include "txn_inside.h"

static rpv_status decode(rpv_bytes key, rpv_bytes value, rpv__arena *into, rpv__policy *out, rpv_error *error)
{
	rpv__policy_record record;
	rpv_status status = rpv__get_policy(value, into, &record) ? rpv__policy_from_record(&record, out) : RPV_E_CORRUPT;
	if (status == RPV_E_VERSION)
		return rpv__fail(error, status, "the policy was written by a newer version of the library");
	return status ? rpv__fail_corrupt(error, "policy", key) : RPV_OK;
}

rpv_status rpv__policy_decode(rpv_bytes key, const rpv_bytes *value, rpv__arena *scratch, rpv__policy *out,
                              rpv_error *error)
{
	if (value)
		return decode(key, *value, scratch, out, error);
	*out = rpv__policy_default;
	return RPV_OK;
}

rpv_status rpv__source_policy(const rpv__source *s, rpv__policy *out, rpv_error *error)
{
	rpv__arena arena;
	rpv__key key;
	rpv_bytes value;
	rpv__arena_init(&arena, &s->port->alloc);
	rpv_status status = rpv__source_get(s, rpv__key1(&key, RPV__K_POLICY), &arena, &value, error);
	if (status == RPV_OK || status == RPV_E_NOT_FOUND)
		status = rpv__policy_decode(rpv__key_view(&key), status ? NULL : &value, &arena, out, error);
	rpv__arena_free(&arena);
	return status;
}

rpv_status rpv__txn_stored_policy(rpv__txn *txn, rpv__policy *out, rpv_error *error)
{
	rpv__arena arena;
	rpv__key key;
	rpv__node *node;
	rpv__arena_init(&arena, &txn->port->alloc);
	rpv_status status = rpv__txn_stored(txn, rpv__key1(&key, RPV__K_POLICY), &node, error);
	if (status == RPV_OK)
		status = rpv__policy_decode(rpv__key_view(&key), rpv__is_there(node) ? &node->value : NULL, &arena, out, error);
	rpv__arena_free(&arena);
	return status;
}

/* Decoded once for each value: it stays where it was written when the body puts another one. */
rpv_status rpv__txn_policy(rpv__txn *txn, const rpv__policy **out, rpv_error *error)
{
	rpv__key key;
	rpv_bytes value = { NULL, 0 };
	rpv_status status = rpv__txn_get(txn, rpv__key1(&key, RPV__K_POLICY), &value, error);
	if (status == RPV_E_NOT_FOUND)
		*out = &rpv__policy_default;
	if (status)
		return status == RPV_E_NOT_FOUND ? RPV_OK : status;
	if (txn->policy && txn->policy_bytes == value.data) {
		*out = txn->policy;
		return RPV_OK;
	}
	rpv__policy *policy = rpv__arena_get(&txn->arena, sizeof *policy);
	if (!policy)
		return rpv__fail_nomem(error);
	status = decode(rpv__key_view(&key), value, &txn->arena, policy, error);
	if (status)
		return status;
	txn->policy = *out = policy;
	txn->policy_bytes = value.data;
	return RPV_OK;
}
