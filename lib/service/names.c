/* SPDX-License-Identifier: MIT */
/* Ids of the host and numbers of the store, and typed reads by number. */
#include "store.h"

static rpv_status number_of(rpv_bytes value, rpv_bytes key, uint32_t *out, rpv_error *error)
{
	rpv__reader r = rpv__reader_of(value);
	uint32_t number = rpv__read_be32(&r);

	if (!rpv__reader_done(&r))
		return rpv__fail_corrupt(error, "name", key);
	*out = number;
	return RPV_OK;
}

rpv_status rpv__name_find(const rpv__source *s, rpv__name_kind kind, uint32_t rec, const char *id, uint32_t *out,
                          rpv_error *error)
{
	rpv__key key;
	rpv__arena arena;
	rpv_bytes value;
	rpv_status st;

	if (!id || strlen(id) > RPV_ID_MAX)
		return RPV_E_NOT_FOUND;
	rpv__arena_init(&arena, &s->port->alloc);
	rpv__key_name(&key, kind, rec, rpv__bytes_of(id));
	st = rpv__source_get(s, rpv__key_view(&key), &arena, &value, error);
	if (st == RPV_OK)
		st = number_of(value, rpv__key_view(&key), out, error);
	rpv__arena_free(&arena);
	return st;
}

rpv_status rpv__txn_name_find(rpv__txn *txn, rpv__name_kind kind, uint32_t rec, const char *id, uint32_t *out,
                              rpv_error *error)
{
	rpv__key key;
	rpv_bytes value;
	rpv_status st;

	if (!id || strlen(id) > RPV_ID_MAX)
		return RPV_E_NOT_FOUND;
	rpv__key_name(&key, kind, rec, rpv__bytes_of(id));
	st = rpv__txn_get(txn, rpv__key_view(&key), &value, error);
	return st == RPV_OK ? number_of(value, rpv__key_view(&key), out, error) : st;
}

rpv_status rpv__txn_name_put(rpv__txn *txn, rpv__name_kind kind, uint32_t rec, const char *id, uint32_t number,
                             rpv_error *error)
{
	rpv__key key;
	uint8_t bytes[4] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number };
	rpv_bytes value = { bytes, sizeof bytes };

	rpv__key_name(&key, kind, rec, rpv__bytes_of(id));
	return rpv__txn_put(txn, rpv__key_view(&key), value, error);
}

rpv_status rpv__txn_text(rpv__txn *txn, const char *text, uint32_t *out, rpv_error *error)
{
	rpv__revision *revision = rpv__txn_revision(txn);
	rpv__key key;
	rpv_status st;

	if (!text) {
		*out = 0;
		return RPV_OK;
	}
	st = rpv__txn_name_find(txn, RPV__N_TEXT, 0, text, out, error);
	if (st != RPV_E_NOT_FOUND)
		return st;
	if (revision->next[RPV__NEXT_TEXT] >= UINT32_MAX)
		return rpv__fail(error, RPV_E_LIMIT, "there are too many different versions and sources");
	*out = (uint32_t)revision->next[RPV__NEXT_TEXT]++;
	st = rpv__txn_name_put(txn, RPV__N_TEXT, 0, text, *out, error);
	if (st == RPV_OK)
		st = rpv__txn_put(txn, rpv__key32(&key, RPV__K_TEXT, *out), rpv__bytes_of(text), error);
	return st;
}

/* Reads a value by key; what must be there but is not counts as corrupt when `required`. */
static rpv_status read_value(const rpv__source *s, rpv_bytes key, rpv__arena *into, bool required, rpv_bytes *value,
                             rpv_error *error)
{
	rpv_status st = rpv__source_get(s, key, into, value, error);

	if (st == RPV_E_NOT_FOUND && required)
		return rpv__fail_corrupt(error, "missing record", key);
	return st;
}

/* One typed read: `get` takes the value apart. */
#define READ(function, record, number, kind, key_of, get, what)                                                      \
	rpv_status function(const rpv__source *s, number n, rpv__arena *a, record *out, rpv_error *e)                    \
	{                                                                                                                \
		rpv__key key;                                                                                                \
		rpv_bytes value;                                                                                             \
		rpv_status st = read_value(s, key_of(&key, kind, n), a, false, &value, e);                                   \
                                                                                                                     \
		if (st == RPV_OK && !get(value, a, out))                                                                     \
			st = rpv__fail_corrupt(e, what, rpv__key_view(&key));                                                    \
		return st;                                                                                                   \
	}

READ(rpv__read_device, rpv__device, uint32_t, RPV__K_DEVICE, rpv__key32, rpv__get_device, "device")
READ(rpv__read_weakness, rpv__weakness, uint32_t, RPV__K_WEAKNESS, rpv__key32, rpv__get_weakness, "weakness")
READ(rpv__read_recommendation, rpv__recommendation, uint32_t, RPV__K_RECOMMENDATION, rpv__key32,
     rpv__get_recommendation, "recommendation")
READ(rpv__read_control, rpv__control, uint32_t, RPV__K_CONTROL, rpv__key32, rpv__get_control, "control")
READ(rpv__read_holdings, rpv__holdings, uint32_t, RPV__K_HOLDINGS, rpv__key32, rpv__get_holdings, "holdings")
READ(rpv__read_exception, rpv__exception, uint64_t, RPV__K_EXCEPTION, rpv__key64, rpv__get_exception, "exception")
READ(rpv__read_activity, rpv__activity, uint32_t, RPV__K_ACTIVITY, rpv__key32, rpv__get_activity,
     "remediation activity")

static rpv_status missing(rpv_status st, rpv__kind kind, uint32_t number, const char *what, rpv_error *error)
{
	rpv__key key;

	return st == RPV_E_NOT_FOUND ? rpv__fail_corrupt(error, what, rpv__key32(&key, kind, number)) : st;
}

rpv_status rpv__device_id(const rpv__source *s, uint32_t device, rpv__arena *into, const char **out, rpv_error *error)
{
	rpv__device record;
	rpv_status st = rpv__read_device(s, device, into, &record, error);

	if (st == RPV_OK)
		*out = record.id;
	return missing(st, RPV__K_DEVICE, device, "missing device", error);
}

rpv_status rpv__known_exception(const rpv__source *s, uint64_t exception, rpv__arena *into, rpv__exception *out,
                                rpv_error *e)
{
	rpv_status st = rpv__read_exception(s, exception, into, out, e);
	rpv__key key;

	if (st == RPV_E_NOT_FOUND)
		st = rpv__fail_corrupt(e, "missing exception", rpv__key64(&key, RPV__K_EXCEPTION, exception));
	return st;
}

rpv_status rpv__weakness_id(const rpv__source *s, uint32_t weakness, rpv__arena *into, const char **out, rpv_error *e)
{
	rpv__weakness record;
	rpv_status st = rpv__read_weakness(s, weakness, into, &record, e);

	if (st == RPV_OK)
		*out = record.id;
	return missing(st, RPV__K_WEAKNESS, weakness, "missing weakness", e);
}

rpv_status rpv__recommendation_id(const rpv__source *s, uint32_t rec, rpv__arena *into, const char **out, rpv_error *e)
{
	rpv__recommendation record;
	rpv_status st = rpv__read_recommendation(s, rec, into, &record, e);

	if (st == RPV_OK)
		*out = record.id;
	return missing(st, RPV__K_RECOMMENDATION, rec, "missing recommendation", e);
}

rpv_status rpv__control_id(const rpv__source *s, uint32_t control, rpv__arena *into, const char **out, rpv_error *error)
{
	rpv__control record;
	rpv_status st = rpv__read_control(s, control, into, &record, error);

	if (st == RPV_OK)
		*out = record.id;
	return missing(st, RPV__K_CONTROL, control, "missing control", error);
}

rpv_status rpv__text_of(const rpv__source *s, uint32_t text, rpv__arena *into, const char **out, rpv_error *error)
{
	rpv__key key;
	rpv_bytes value;
	rpv_status st;

	*out = NULL;
	if (text == 0)
		return RPV_OK;
	st = read_value(s, rpv__key32(&key, RPV__K_TEXT, text), into, true, &value, error);
	if (st == RPV_OK && !(*out = rpv__arena_text(into, value.data, value.size)))
		st = rpv__fail_nomem(error);
	return st;
}

rpv_status rpv__group_name_of(const rpv__source *s, uint32_t number, const char *what, rpv__arena *into,
                              const char **out, rpv_error *error)
{
	rpv__key key;
	rpv__group group = { .name = RPV__DEFAULT_GROUP_NAME };
	rpv_bytes value, at = rpv__key32(&key, RPV__K_GROUP, number);
	rpv_status st = number == RPV__DEFAULT_GROUP ? RPV_OK : rpv__source_get(s, at, into, &value, error);

	if (st == RPV_E_NOT_FOUND ||
	    (st == RPV_OK && number != RPV__DEFAULT_GROUP && !rpv__get_group(value, into, &group)))
		return rpv__fail_corrupt(error, what, at);
	*out = group.name;
	return st;
}
