/* SPDX-License-Identifier: MIT */
/* Evaluations that follow devices that come and go: what is kept by device holds as many as there can be, and nothing is
 * left of those that went. */
#include "../support/view_fleet.h"

enum { MANY = 1100 };

static fleet f;
static rpv__view_device devices[MANY];
static struct { rpv__view_row row; uint16_t number; } rows[MANY];
static const rpv__lens now = { .now_ms = NOW };

/* All devices have one and the same weakness. */
static void open_many(size_t count)
{
	open_fleet(&f);
	uint32_t weakness = add_weakness(&f, RPV_SEVERITY_HIGH, 500000);
	uint32_t recommendation = add_recommendation(&f, RPV_KIND_UPDATE, 0);
	uint32_t variant = add_variant(&f, recommendation, &weakness, 1);
	memset(devices, 0, sizeof devices);
	for (size_t i = 0; i < MANY; i++) {
		rows[i].row = (rpv__view_row){ .count = 1, .devices = 1 };
		rows[i].number = (uint16_t)variant;
		devices[i] = (rpv__view_device){ .value = RPV__VALUE_NORMAL, .last_seen_ms = NOW, .row = i ? &rows[i].row : NULL,
			.flags = i && i < count ? 0 : RPV__DEVICE_REMOVED };
	}
	f.view.devices = devices;
	f.view.device_count = count;
	f.view.rows.count = f.view.rows.devices = MANY;
}

static void follow(const rpv__map *changed, size_t count)
{
	rpv__view *view = &f.view;
	rpv__following following;
	rpv__revision revision = { .revision = 1 };
	revision.next[RPV__NEXT_GROUP] = view->group_count;
	revision.next[RPV__NEXT_RECOMMENDATION] = view->recommendation_count;
	revision.next[RPV__NEXT_DEVICE] = count;
	revision.next[RPV__NEXT_VARIANT] = view->variant_count;
	revision.next[RPV__NEXT_WEAKNESS] = view->threat_count;
	assert_ok(rpv__evaluation_before(view, changed, &revision, &following));
	for (size_t i = 1; i < MANY; i++)
		devices[i].flags = i < count ? 0 : RPV__DEVICE_REMOVED;
	view->device_count = count;
	assert_ok(rpv__evaluation_after(view, changed, true, &following));
}

/* From here on there are so many; `told`: those that come or go have records that changed. */
static void have(size_t count, bool told)
{
	size_t before = f.view.device_count, low = count < before ? count : before, high = count < before ? before : count;
	rpv__map changed;
	rpv__key key;
	rpv__map_init(&changed, &f.view.alloc);
	for (size_t i = low; told && i < high; i++)
		assert_ok(rpv__map_put(&changed, rpv__key32(&key, RPV__K_DEVICE_HOT, (uint32_t)i), 0));
	if (!told)
		assert_ok(rpv__map_put(&changed, rpv__key32(&key, RPV__K_GROUP_COUNT, 0), 0));
	follow(&changed, count);
	rpv__map_free(&changed);
}

static void file(rpv__cover cover)
{
	rpv__map changed;
	rpv__key key;
	cover.exception = 1;
	cover.impact = RPV_IMPACT_MITIGATION_LIKE;
	cover.start_ms = NOW - 1;
	cover.end_ms = NOW + DAY;
	f.covers[0] = cover;
	f.view.cover_count = 1;
	rpv__key_cover(&key, cover.recommendation, cover.weakness, cover.exception);
	rpv__map_init(&changed, &f.view.alloc);
	assert_ok(rpv__map_put(&changed, rpv__key_view(&key), 0));
	follow(&changed, f.view.device_count);
	rpv__map_free(&changed);
}

static void assert_as_anew(void)
{
	static const uint64_t nothing = UINT64_MAX;
	rpv__lens apart = now;
	rpv__scores kept, anew;
	apart.withouts = &nothing;
	apart.without_count = 1;
	assert_ok(rpv__evaluate_scores(&f.view, &now, &kept, NULL));
	assert_ok(rpv__evaluate_scores(&f.view, &apart, &anew, NULL));
	assert_memory_equal(&kept, &anew, sizeof kept);
}

static void test_device_when_it_went_before_a_pass_and_comes_again_then_counts_once(void **state)
{
	(void)state;
	const rpv__figures *figures;
	open_many(20);
	assert_as_anew();
	assert_ok(rpv__index_variants(f.view.cached));
	have(21, true);
	assert_as_anew();
	have(20, true);
	assert_ok(rpv__evaluate_all(&f.view, &now, NULL, &figures, NULL)); /* passes again */
	have(21, true);
	assert_int_equal(f.view.cached->moved_count, 1);
	file((rpv__cover){ .recommendation = 1, .scope = RPV_SCOPE_GLOBAL });
	assert_as_anew();
	change(&f);
}

static void test_exception_on_a_device_when_devices_went_and_come_then_there_is_room(void **state)
{
	(void)state;
	uint32_t one = 5;
	open_many(1000);
	assert_as_anew();
	have(811, true);
	file((rpv__cover){ .recommendation = 1, .scope = RPV_SCOPE_DEVICES, .devices = &one, .device_count = 1 });
	assert_as_anew();
	const struct rpv__evaluation *kept = f.view.cached;
	have(930, true);
	have(1030, true);
	assert_ptr_equal(f.view.cached, kept);
	assert_as_anew();
	change(&f);
}

static void test_devices_when_they_go_without_a_word_then_nothing_is_kept_of_them(void **state)
{
	(void)state;
	open_many(1000);
	assert_as_anew();
	assert_ok(rpv__index_variants(f.view.cached));
	have(500, false);
	assert_null(f.view.cached);
	file((rpv__cover){ .weakness = 1, .scope = RPV_SCOPE_GLOBAL });
	assert_as_anew();
	change(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_device_when_it_went_before_a_pass_and_comes_again_then_counts_once),
		cmocka_unit_test(test_exception_on_a_device_when_devices_went_and_come_then_there_is_room),
		cmocka_unit_test(test_devices_when_they_go_without_a_word_then_nothing_is_kept_of_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
