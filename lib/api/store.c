/* SPDX-License-Identifier: MIT */
/* Exported functions of store.h, but for the tick. */
#include "../service/store.h"

void rpv_store_options_init(rpv_store_options *options)
{
	static const rpv_store_options init = RPV_STORE_OPTIONS_INIT;

	if (options)
		*options = init;
}

rpv_status rpv_store_open(const rpv_store_options *options, rpv_store **store, rpv_error *error)
{
	rpv__error_clear(error);
	if (store)
		*store = NULL;
	if (!options || !store)
		return rpv__fail(error, RPV_E_INVALID, "options or store is NULL");
	return rpv__store_open(options, store, error);
}

void rpv_store_close(rpv_store *store)
{
	if (store)
		rpv__store_close(store);
}

rpv_status rpv_store_read_info(rpv_store *store, rpv_store_info *info, rpv_error *error)
{
	rpv_status st;

	rpv__error_clear(error);
	if (!store || !info)
		return rpv__fail(error, RPV_E_INVALID, "store or info is NULL");
	st = rpv__store_enter(store, error);
	return st == RPV_OK ? rpv__store_leave(store, rpv__store_read_info(store, info, error), error) : st;
}

rpv_status rpv_store_wait(rpv_store *store, uint64_t revision, int32_t timeout_ms, uint64_t *present, rpv_error *error)
{
	rpv_status st;

	rpv__error_clear(error);
	if (!store || timeout_ms < 0)
		return rpv__fail(error, RPV_E_INVALID, "the store is NULL, or the time to wait negative");
	st = rpv__store_enter(store, error);
	if (st != RPV_OK)
		return st;
	return rpv__store_leave(store, rpv__store_wait(store, revision, timeout_ms, present, error), error);
}

rpv_status rpv_store_check(rpv_store *store, uint64_t *records, rpv_error *error)
{
	rpv_status st;

	rpv__error_clear(error);
	if (!store)
		return rpv__fail(error, RPV_E_INVALID, "the store is NULL");
	st = rpv__store_enter(store, error);
	return st == RPV_OK ? rpv__store_leave(store, rpv__store_check(store, records, error), error) : st;
}

rpv_status rpv_store_upgrade(rpv_store *store, rpv_error *error)
{
	rpv_status st;

	rpv__error_clear(error);
	if (!store)
		return rpv__fail(error, RPV_E_INVALID, "the store is NULL");
	st = rpv__store_enter(store, error);
	return st == RPV_OK ? rpv__store_leave(store, rpv__store_upgrade(store, error), error) : st;
}
