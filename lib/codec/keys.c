/* SPDX-License-Identifier: MIT */
/* Keys of a store: put together and taken apart. */
#include "keys.h"

static void put8(rpv__key *key, uint8_t v)
{
	key->data[key->size++] = v;
}

static void put32(rpv__key *key, uint32_t v)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		put8(key, (uint8_t)(v >> shift));
}

static void put64(rpv__key *key, uint64_t v)
{
	put32(key, (uint32_t)(v >> 32));
	put32(key, (uint32_t)v);
}

static uint8_t letter(rpv_bytes key)
{
	return key.size ? *(const uint8_t *)key.data : 0;
}

bool rpv__key_holds_nothing(rpv_bytes key)
{
	return letter(key) && strchr("Tukmao", letter(key));
}

const char *rpv__key_word(rpv_bytes key)
{
	switch ((rpv__kind)letter(key)) {
	case RPV__K_REVISION: return "revision record";
	case RPV__K_COMMIT: return "commit record";
	case RPV__K_CHANGES: return "change record";
	case RPV__K_EVENT: return "event";
	case RPV__K_NAME: return "name";
	case RPV__K_POLICY: return "policy";
	case RPV__K_GROUP: case RPV__K_GROUP_COUNT: return "device group";
	case RPV__K_DEVICE: case RPV__K_DEVICE_HOT: case RPV__K_HOLDINGS: case RPV__K_ROW: case RPV__K_STATES: return "device";
	case RPV__K_WEAKNESS: case RPV__K_THREAT: return "weakness";
	case RPV__K_RECOMMENDATION: return "recommendation";
	case RPV__K_VARIANT: case RPV__K_VARIANT_HASH: return "weakness set";
	case RPV__K_COUNTER: return "counter";
	case RPV__K_EXCEPTION: return "exception";
	case RPV__K_COVER: return "cover of an exception";
	case RPV__K_DEVICES_CENSUS: case RPV__K_WEAKNESS_CENSUS: return "census";
	case RPV__K_ACTIVITY: return "remediation activity";
	case RPV__K_TARGET: return "target";
	case RPV__K_CONTROL: return "control";
	case RPV__K_BUDGET: return "budget";
	case RPV__K_POINT: return "recorded score";
	default: return "value";
	}
}

rpv_bytes rpv__key_view(const rpv__key *key)
{
	return (rpv_bytes){ key->data, key->size };
}

rpv_bytes rpv__key1(rpv__key *key, rpv__kind kind)
{
	key->size = 0;
	put8(key, (uint8_t)kind);
	return rpv__key_view(key);
}

rpv_bytes rpv__key32(rpv__key *key, rpv__kind kind, uint32_t a)
{
	rpv__key1(key, kind);
	put32(key, a);
	return rpv__key_view(key);
}

rpv_bytes rpv__key32_32(rpv__key *key, rpv__kind kind, uint32_t a, uint32_t b)
{
	rpv__key32(key, kind, a);
	put32(key, b);
	return rpv__key_view(key);
}

rpv_bytes rpv__key32_64(rpv__key *key, rpv__kind kind, uint32_t a, uint64_t b)
{
	rpv__key32(key, kind, a);
	put64(key, b);
	return rpv__key_view(key);
}

rpv_bytes rpv__key64(rpv__key *key, rpv__kind kind, uint64_t a)
{
	rpv__key1(key, kind);
	put64(key, a);
	return rpv__key_view(key);
}

rpv_bytes rpv__key64_32(rpv__key *key, rpv__kind kind, uint64_t a, uint32_t b)
{
	rpv__key64(key, kind, a);
	put32(key, b);
	return rpv__key_view(key);
}

rpv_bytes rpv__key8_32(rpv__key *key, rpv__kind kind, uint8_t a, uint32_t b)
{
	rpv__key1(key, kind);
	put8(key, a);
	put32(key, b);
	return rpv__key_view(key);
}

rpv_bytes rpv__key_point(rpv__key *key, uint32_t engine, uint32_t group, uint32_t hour)
{
	rpv__key32_32(key, RPV__K_POINT, engine, group);
	put32(key, hour);
	return rpv__key_view(key);
}

rpv_bytes rpv__key_name(rpv__key *key, rpv__name_kind kind, uint32_t recommendation, rpv_bytes id)
{
	rpv__key1(key, RPV__K_NAME);
	put8(key, (uint8_t)kind);
	if (kind == RPV__N_SET)
		put32(key, recommendation);
	if (id.size > sizeof key->data - key->size) {
		key->size = 0; /* no valid key: every read and write of it is refused */
	} else if (id.size) {
		memcpy(key->data + key->size, id.data, id.size);
		key->size += id.size;
	}
	return rpv__key_view(key);
}

rpv_bytes rpv__key_cover(rpv__key *key, uint32_t recommendation, uint32_t weakness, uint64_t exception)
{
	rpv__key_cover_subject(key, recommendation, weakness);
	put64(key, exception);
	return rpv__key_view(key);
}

rpv_bytes rpv__key_cover_subject(rpv__key *key, uint32_t recommendation, uint32_t weakness)
{
	return rpv__key32_32(key, RPV__K_COVER, recommendation, weakness);
}

rpv_bytes rpv__key_reach_scope(rpv__key *key, uint32_t recommendation, uint8_t scope)
{
	rpv__key32(key, RPV__K_REACH, recommendation);
	put8(key, scope);
	return rpv__key_view(key);
}

rpv_bytes rpv__key_reach_unit(rpv__key *key, uint32_t recommendation, uint8_t scope, uint32_t unit)
{
	rpv__key_reach_scope(key, recommendation, scope);
	put32(key, unit);
	return rpv__key_view(key);
}

rpv_bytes rpv__key_reach(rpv__key *key, uint32_t recommendation, uint8_t scope, uint32_t unit, uint32_t weakness,
                         uint64_t exception)
{
	rpv__key_reach_unit(key, recommendation, scope, unit);
	put32(key, weakness);
	put64(key, exception);
	return rpv__key_view(key);
}

rpv_bytes rpv__key_deadline(rpv__key *key, int64_t time_ms, uint8_t kind, uint64_t id)
{
	rpv__key64(key, RPV__K_DEADLINE, time_ms < 0 ? 0 : (uint64_t)time_ms);
	put8(key, kind);
	put64(key, id);
	return rpv__key_view(key);
}

rpv_bytes rpv__key_after_prefix(rpv__key *key, rpv_bytes prefix)
{
	key->size = prefix.size < sizeof key->data ? prefix.size : sizeof key->data;
	if (key->size)
		memmove(key->data, prefix.data, key->size);
	while (key->size && key->data[key->size - 1] == 0xFF)
		key->size--;
	if (key->size)
		key->data[key->size - 1]++;
	return rpv__key_view(key); /* empty: nothing can come after, scans take that as no upper bound */
}

rpv_bytes rpv__key_step(rpv__key *key)
{
	if (key->size == sizeof key->data)
		return rpv__key_after_prefix(key, rpv__key_view(key));
	put8(key, 0);
	return rpv__key_view(key);
}

/* --- taking apart --- */
static bool has_shape(rpv_bytes key, rpv__kind kind, size_t size)
{
	return key.size == size && ((const uint8_t *)key.data)[0] == (uint8_t)kind;
}

static uint64_t number_at(rpv_bytes key, size_t offset, size_t size)
{
	const uint8_t *bytes = (const uint8_t *)key.data + offset;
	uint64_t v = 0;
	for (size_t i = 0; i < size; i++)
		v = v << 8 | bytes[i];
	return v;
}

bool rpv__key_is32(rpv_bytes key, rpv__kind kind, uint32_t *a)
{
	if (!has_shape(key, kind, 5))
		return false;
	*a = (uint32_t)number_at(key, 1, 4);
	return true;
}

bool rpv__key_is32_32(rpv_bytes key, rpv__kind kind, uint32_t *a, uint32_t *b)
{
	if (!has_shape(key, kind, 9))
		return false;
	*a = (uint32_t)number_at(key, 1, 4);
	*b = (uint32_t)number_at(key, 5, 4);
	return true;
}

bool rpv__key_is32_64(rpv_bytes key, rpv__kind kind, uint32_t *a, uint64_t *b)
{
	if (!has_shape(key, kind, 13))
		return false;
	*a = (uint32_t)number_at(key, 1, 4);
	*b = number_at(key, 5, 8);
	return true;
}

bool rpv__key_is64(rpv_bytes key, rpv__kind kind, uint64_t *a)
{
	if (!has_shape(key, kind, 9))
		return false;
	*a = number_at(key, 1, 8);
	return true;
}

bool rpv__key_is_cover(rpv_bytes key, uint32_t *recommendation, uint32_t *weakness, uint64_t *exception)
{
	if (!has_shape(key, RPV__K_COVER, 17))
		return false;
	*recommendation = (uint32_t)number_at(key, 1, 4);
	*weakness = (uint32_t)number_at(key, 5, 4);
	*exception = number_at(key, 9, 8);
	return true;
}

bool rpv__key_is_reach(rpv_bytes key, rpv__reach_key *out)
{
	if (!has_shape(key, RPV__K_REACH, 22))
		return false;
	*out = (rpv__reach_key){ (uint32_t)number_at(key, 1, 4), (uint8_t)number_at(key, 5, 1), (uint32_t)number_at(key, 6, 4),
	                         (uint32_t)number_at(key, 10, 4), number_at(key, 14, 8) };
	return true;
}

bool rpv__key_is_point(rpv_bytes key, rpv__point_key *out)
{
	if (!has_shape(key, RPV__K_POINT, 13))
		return false;
	*out = (rpv__point_key){ (uint32_t)number_at(key, 1, 4), (uint32_t)number_at(key, 5, 4),
	                         (uint32_t)number_at(key, 9, 4) };
	return true;
}

bool rpv__key_is_deadline(rpv_bytes key, int64_t *time_ms, uint8_t *kind, uint64_t *id)
{
	if (!has_shape(key, RPV__K_DEADLINE, 18) || number_at(key, 1, 8) > INT64_MAX)
		return false;
	*time_ms = (int64_t)number_at(key, 1, 8);
	*kind = (uint8_t)number_at(key, 9, 1);
	*id = number_at(key, 10, 8);
	return true;
}
