/* SPDX-License-Identifier: MIT */
/* Sorting without qsort(), which is not stable, takes no context and differs between C libraries. */
#include "base.h"

/* Merges the runs [low, middle) and [middle, high) of `from` into `to`. */
static void merge(const uint8_t *from, uint8_t *to, const size_t run[3], size_t item, rpv__compare compare,
                  const void *context)
{
	size_t left = run[0], right = run[1];
	for (size_t at = run[0]; at < run[2]; at++) {
		bool take_left = left < run[1] &&
			(right >= run[2] || compare(from + left * item, from + right * item, context) <= 0);
		size_t next = take_left ? left++ : right++;
		memcpy(to + at * item, from + next * item, item);
	}
}

rpv_status rpv__sort(const rpv__alloc *a, void *array, size_t count, size_t item, rpv__compare compare,
                     const void *context)
{
	if (count < 2)
		return RPV_OK;
	if (count > SIZE_MAX / 2 / item)
		return RPV_E_NOMEM;
	uint8_t *scratch = a->resize(a->user, NULL, count * item);
	if (!scratch)
		return RPV_E_NOMEM;
	uint8_t *from = array, *to = scratch;
	for (size_t width = 1; width < count; width *= 2) {
		for (size_t low = 0; low < count; low += 2 * width) {
			size_t middle = low + width < count ? low + width : count;
			size_t high = middle + width < count ? middle + width : count;
			merge(from, to, (size_t[]){ low, middle, high }, item, compare, context);
		}
		uint8_t *swap = from;
		from = to;
		to = swap;
	}
	if (from != array)
		memcpy(array, from, count * item);
	rpv__free(a, scratch);
	return RPV_OK;
}

static void sift_down(uint32_t *heap, size_t at, size_t count)
{
	uint32_t value = heap[at];
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && heap[child + 1] > heap[child])
			child++;
		if (heap[child] <= value)
			break;
		heap[at] = heap[child];
	}
	heap[at] = value;
}

size_t rpv__sort_unique_u32(uint32_t *array, size_t count)
{
	for (size_t i = count / 2; i-- > 0;)
		sift_down(array, i, count);
	for (size_t end = count; end > 1;) {
		end--;
		uint32_t largest = array[0];
		array[0] = array[end];
		array[end] = largest;
		sift_down(array, 0, end);
	}
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || array[kept - 1] != array[i])
			array[kept++] = array[i];
	return kept;
}
