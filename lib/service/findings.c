/* SPDX-License-Identifier: MIT */
/* What a device has under a recommendation, as a transaction reads it: variants are decoded once, rows not kept. */
#include "activity.h"

/* Unites the weaknesses of the parts of a variant. */
static rpv_status unite(rpv__known_variants *known, const uint32_t *parts, size_t part_count, rpv__known_variant *out,
                        rpv_error *error)
{
	rpv__known_variant *part;
	uint32_t *all;
	size_t count = 0;
	rpv_status st = RPV_OK;

	for (size_t i = 0; st == RPV_OK && i < part_count; i++) {
		st = rpv__known_variant_get(known, parts[i], &part, error);
		count += st == RPV_OK ? part->weakness_count : 0;
	}
	if (st != RPV_OK)
		return st;
	all = rpv__arena_get(rpv__txn_arena(known->txn), count * sizeof *all);
	if (!all)
		return rpv__fail_nomem(error);
	count = 0;
	for (size_t i = 0; st == RPV_OK && i < part_count; i++) {
		st = rpv__known_variant_get(known, parts[i], &part, error);
		if (st == RPV_OK && part->weakness_count) {
			memcpy(all + count, part->weaknesses, part->weakness_count * sizeof *all);
			count += part->weakness_count;
		}
	}
	out->weaknesses = all;
	out->weakness_count = rpv__sort_unique_u32(all, count);
	return st;
}

static rpv_status read_variant(rpv__known_variants *known, uint32_t number, rpv__known_variant *out, rpv_error *error)
{
	rpv__arena *arena = rpv__txn_arena(known->txn);
	rpv__variant record;
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__txn_get(known->txn, rpv__key32(&key, RPV__K_VARIANT, number), &value, error);

	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && !rpv__get_variant(value, arena, &record)))
		return rpv__fail_corrupt(error, "weakness set", rpv__key_view(&key));
	if (st != RPV_OK)
		return st;
	out->number = number;
	out->recommendation = record.recommendation;
	out->weaknesses = record.weaknesses;
	out->weakness_count = record.weakness_count;
	for (size_t i = 0; i < record.part_count; i++)
		if (record.parts[i] >= number) /* parts are older than their union: no circles */
			return rpv__fail_corrupt(error, "weakness set", rpv__key_view(&key));
	return record.part_count ? unite(known, record.parts, record.part_count, out, error) : RPV_OK;
}

rpv_status rpv__known_variant_get(rpv__known_variants *known, uint32_t number, rpv__known_variant **out,
                                  rpv_error *error)
{
	rpv__known_variant **bucket = &known->buckets[number % RPV__COUNT(known->buckets)], *found = *bucket;
	rpv_status st;

	while (found && found->number != number)
		found = found->next;
	if (!found) {
		found = rpv__arena_get(rpv__txn_arena(known->txn), sizeof *found);
		if (!found)
			return rpv__fail_nomem(error);
		st = read_variant(known, number, found, error);
		if (st != RPV_OK)
			return st;
		found->next = *bucket;
		*bucket = found;
	}
	*out = found;
	return RPV_OK;
}

/* Finds the variant of the recommendation in a device's row, which holds at most one. */
static rpv_status pick(rpv__known_variants *known, const rpv__row *row, uint32_t recommendation, rpv__finding *out,
                       rpv_error *error)
{
	for (size_t i = 0; i < row->count; i++) {
		rpv__known_variant *variant;
		rpv_status st = rpv__known_variant_get(known, row->variants[i], &variant, error);

		if (st != RPV_OK)
			return st;
		if (variant->recommendation == recommendation) {
			out->variant = variant;
			return RPV_OK;
		}
	}
	return RPV_OK;
}

static rpv_status read_states(rpv__known_variants *known, uint32_t device, uint32_t recommendation,
                              rpv__arena *scratch, rpv__finding *out, rpv_error *error)
{
	rpv__states states = { NULL, 0 };
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__txn_get(known->txn, rpv__key32(&key, RPV__K_STATES, device), &value, error);

	if (st == RPV_E_NOT_FOUND)
		return RPV_OK;
	if (st == RPV_OK && !rpv__get_states(value, scratch, &states))
		st = rpv__fail_corrupt(error, "configuration states", rpv__key_view(&key));
	for (size_t i = 0; st == RPV_OK && i < states.count; i++) {
		const rpv__state *state = &states.items[i];

		if (state->recommendation == recommendation && state->state == RPV_CONFIGURATION_EXPOSED) {
			out->exposed = true;
			out->user_impact = state->user_impact;
		}
	}
	return st;
}

rpv_status rpv__finding_read(rpv__known_variants *known, uint32_t device, uint32_t recommendation, rpv__finding *out,
                             rpv_error *error)
{
	rpv__arena scratch;
	rpv__row row = { NULL, 0 };
	rpv__finding found = { 0 };
	rpv__key key;
	rpv_bytes value;
	rpv_status st = rpv__txn_get(known->txn, rpv__key32(&key, RPV__K_ROW, device), &value, error);

	rpv__arena_init(&scratch, &rpv__txn_port(known->txn)->alloc);
	if (st == RPV_E_NOT_FOUND)
		st = RPV_OK;
	else if (st == RPV_OK && !rpv__get_row(value, &scratch, &row))
		st = rpv__fail_corrupt(error, "device row", rpv__key_view(&key));
	if (st == RPV_OK)
		st = pick(known, &row, recommendation, &found, error);
	if (st == RPV_OK && !found.variant)
		st = read_states(known, device, recommendation, &scratch, &found, error);
	rpv__arena_free(&scratch);
	if (st == RPV_OK)
		*out = found;
	return st;
}
