/* SPDX-License-Identifier: MIT */
/* Fuzzes partials: any bytes are refused, or are read, written as the same bytes again, and merge: with a copy of
 * themselves twice the devices, with a partial of another fleet in either order the same bytes, scores within their range.
 * The first byte says whether the bytes get the checksum that belongs to them: else hardly any come through. */
#include "world.h"
#include <stdbool.h>

static rpv_partial *take(world *w)
{
	rpv_score_engine *engine;
	rpv_partial *partial;
	if (rpv_score_engine_open(w->session, &engine) || rpv_partial_take(engine, NULL, &partial))
		abort();
	rpv_score_engine_close(engine);
	return partial;
}

static void seal(uint8_t *data, size_t size)
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);
	for (size_t i = 0; i < size - 8; i++)
		hash = (hash ^ data[i]) * UINT64_C(0x100000001B3);
	for (size_t i = 0; i < 8; i++)
		data[size - 8 + i] = (uint8_t)(hash >> (56 - 8 * i));
}

static rpv_partial *read_it(const void *data, size_t size)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_partial *partial = NULL;
	rpv_status status = rpv_partial_read(data, size, NULL, &partial, &error);
	if (status && (partial || !error.message[0] || (status != RPV_E_CORRUPT && status != RPV_E_VERSION)))
		abort();
	return partial;
}

static bool same_bytes(rpv_partial *partial, const void *data, size_t size)
{
	const void *own;
	size_t own_size;
	if (rpv_partial_bytes(partial, &own, &own_size))
		abort();
	return own_size == size && memcmp(own, data, size) == 0;
}

static void look(const rpv_partial *partial)
{
	for (int c = RPV_CATEGORY_UNCHANGED; c <= RPV_CATEGORY_SECURITY_CONTROLS; c++) {
		rpv_score s = RPV_SCORE_INIT;
		if (rpv_partial_score(partial, (rpv_category)c, &s) || !(s.exposure_mitigation_like >= 0) ||
		    s.exposure_mitigation_like > s.exposure_official || s.exposure_official > s.exposure_no_impact ||
		    s.exposure_no_impact > 100 || s.secure_official.points > s.secure_official.max_points)
			abort();
	}
	for (uint64_t i = 0; i < rpv_partial_count(partial); i++) {
		rpv_partial_impact impact = RPV_PARTIAL_IMPACT_INIT;
		if (rpv_partial_impact_at(partial, i, &impact) || !impact.recommendation[0] || impact.exposure_impact < 0 ||
		    impact.exposure_impact > 100 || impact.secure_impact < 0)
			abort();
	}
}

static void merge(rpv_partial *into, rpv_partial *from)
{
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = rpv_partial_merge(into, from, &error);
	if (status && (!error.message[0] || (status != RPV_E_REFUSED && status != RPV_E_LIMIT)))
		abort();
	look(into);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static world w;
	static rpv_partial *own;
	if (!own) {
		if (world_open(&w, NULL))
			abort();
		world_fill(&w);
		own = take(&w);
	}
	if (size < 10)
		return 0;
	uint8_t *bytes = malloc(size - 1);
	if (!bytes)
		return 0;
	memcpy(bytes, data + 1, size - 1);
	if (data[0] & 1)
		seal(bytes, size - 1);
	rpv_partial *partial = read_it(bytes, size - 1);
	if (partial) {
		if (!same_bytes(partial, bytes, size - 1))
			abort();
		look(partial);
		rpv_partial *copy = read_it(bytes, size - 1);
		merge(copy, own);
		rpv_partial_free(copy);
		const void *own_bytes, *merged;
		size_t own_size, merged_size;
		if (rpv_partial_bytes(own, &own_bytes, &own_size))
			abort();
		copy = read_it(own_bytes, own_size);
		merge(copy, partial);
		if (rpv_partial_bytes(copy, &merged, &merged_size))
			abort();
		rpv_partial *other = read_it(merged, merged_size); /* what was merged can be read */
		if (!other)
			abort();
		rpv_partial_free(other);
		rpv_partial_free(copy);
		copy = read_it(bytes, size - 1);
		merge(copy, partial);
		rpv_partial_free(copy);
		rpv_partial_free(partial);
	}
	free(bytes);
	return 0;
}
