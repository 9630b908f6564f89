/* SPDX-License-Identifier: MIT */
/* Sums in front of stored values: a value that was damaged, cut, or moved under another key is noticed when it is read. */
#include "inside.h"

void rpv__summed_put(rpv__buf *b, rpv_bytes key, rpv_bytes value)
{
	if (value.size == 0)
		return;
	rpv__buf_u8(b, RPV__SUMMED);
	rpv__buf_be32(b, rpv__sum(rpv__sum(0, key.data, key.size), value.data, value.size));
	rpv__buf_put(b, value.data, value.size);
}

/* No value of format 1 is this: codec versions are not as high, texts are UTF-8, and numbers have four bytes. */
bool rpv__is_summed(rpv_bytes value)
{
	return value.size > RPV__SUM_BYTES && *(const uint8_t *)value.data == RPV__SUMMED;
}

rpv_status rpv__sum_take_off(const rpv__port *port, rpv_bytes key, rpv_bytes *value, rpv_error *error)
{
	if (!rpv__is_summed(*value))
		return value->size && port->summed && !rpv__key_holds_nothing(key)
			? rpv__fail_corrupt(error, rpv__key_word(key), key) : RPV_OK;
	const uint8_t *at = value->data;
	uint32_t sum = (uint32_t)at[1] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 8 | at[4];
	rpv_bytes rest = { at + RPV__SUM_BYTES, value->size - RPV__SUM_BYTES };
	if (rpv__sum(rpv__sum(0, key.data, key.size), rest.data, rest.size) != sum)
		return rpv__fail_corrupt(error, rpv__key_word(key), key);
	*value = rest;
	return RPV_OK;
}
