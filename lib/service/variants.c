/* SPDX-License-Identifier: MIT */
/* Interning of weakness sets: equal sets of one recommendation share one unnamed variant. */
#include "store.h"

/* Hash of a set, the same on every machine. */
static rpv_status hash_of(rpv__txn *txn, const uint32_t *weaknesses, size_t n, uint64_t *out, rpv_error *error)
{
	rpv__buf b;
	rpv__buf_init(&b, &rpv__txn_port(txn)->alloc);
	for (size_t i = 0; i < n; i++)
		rpv__buf_be32(&b, weaknesses[i]);
	rpv_status status = b.status;
	if (!status)
		*out = rpv__hash(b.data, b.size);
	rpv__buf_free(&b);
	return status ? rpv__fail_nomem(error) : RPV_OK;
}

/* Looks for `record` among the variants that share its hash. *out 0: none of them is it. */
static rpv_status find(rpv__txn *txn, rpv_bytes key, rpv_bytes candidates, rpv_bytes record, uint32_t *out,
                       rpv_error *error)
{
	rpv__reader r = rpv__reader_of(candidates);
	bool known = rpv__read_u8(&r) == 1;
	*out = 0;
	while (known && !r.bad && !rpv__reader_done(&r) && *out == 0) {
		uint32_t number = (uint32_t)rpv__read_uint_max(&r, UINT32_MAX);
		rpv__key at;
		rpv_bytes value;
		if (r.bad)
			break;
		rpv_bytes variant = rpv__key32(&at, RPV__K_VARIANT, number);
		rpv_status status = rpv__txn_get(txn, variant, &value, error);
		if (status == RPV_E_NOT_FOUND)
			return rpv__fail_corrupt(error, "weakness set", variant);
		if (status)
			return status;
		/* Records are written in one way only, so equal bytes are equal sets. */
		if (rpv__bytes_compare(value, record) == 0)
			*out = number;
	}
	return !known || r.bad ? rpv__fail_corrupt(error, "weakness set index", key) : RPV_OK;
}

/* Writes a new variant: its record, its place in the list under its hash, and one entry for each weakness. */
static rpv_status add(rpv__txn *txn, rpv_bytes hash_key, rpv_bytes others, const rpv__variant *variant,
                      rpv_bytes record, uint32_t number, rpv_error *error)
{
	rpv__key key;
	rpv__buf list;
	rpv__buf_init(&list, &rpv__txn_port(txn)->alloc);
	if (others.size)
		rpv__buf_put(&list, others.data, others.size);
	else
		rpv__buf_u8(&list, 1);
	rpv__buf_uint(&list, number);
	rpv_status status = list.status ? rpv__fail_nomem(error) : RPV_OK;
	if (!status)
		status = rpv__txn_put(txn, hash_key, rpv__buf_view(&list), error);
	if (!status)
		status = rpv__txn_put(txn, rpv__key32(&key, RPV__K_VARIANT, number), record, error);
	for (size_t i = 0; !status && i < variant->weakness_count; i++)
		status = rpv__txn_put(txn, rpv__key32_32(&key, RPV__K_WEAKNESS_VARIANT, variant->weaknesses[i], number),
		                      (rpv_bytes){ NULL, 0 }, error);
	rpv__buf_free(&list);
	return status;
}

rpv_status rpv__txn_variant(rpv__txn *txn, uint32_t rec, const uint32_t *weaknesses, size_t n, uint32_t *out,
                            rpv_error *error)
{
	uint64_t hash = 0, *next = &rpv__txn_revision(txn)->next[RPV__NEXT_VARIANT];
	uint32_t number = 0;
	rpv__key key;
	rpv_bytes hash_key, others = { NULL, 0 };
	rpv__variant variant = { .recommendation = rec, .weaknesses = weaknesses, .weakness_count = n };
	rpv__buf record;
	rpv_status status = hash_of(txn, weaknesses, n, &hash, error);
	if (status)
		return status;
	rpv__buf_init(&record, &rpv__txn_port(txn)->alloc);
	rpv__put_variant(&record, &variant);
	if (record.status)
		status = rpv__fail_nomem(error);
	hash_key = rpv__key32_64(&key, RPV__K_VARIANT_HASH, rec, hash);
	if (!status)
		status = rpv__txn_get(txn, hash_key, &others, error);
	if (!status)
		status = find(txn, hash_key, others, rpv__buf_view(&record), &number, error);
	else if (status == RPV_E_NOT_FOUND)
		status = RPV_OK;
	if (!status && number == 0) {
		if (*next >= RPV__NO_NUMBER) {
			status = rpv__fail(error, RPV_E_LIMIT, "the store holds too many different weakness sets");
		} else {
			number = (uint32_t)*next;
			status = add(txn, hash_key, others, &variant, rpv__buf_view(&record), number, error);
		}
		if (!status)
			++*next;
	}
	rpv__buf_free(&record);
	if (!status)
		*out = number;
	return status;
}
