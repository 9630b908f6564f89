/* SPDX-License-Identifier: MIT */
/* What a backup may not say: each member of its records out of range, by name; at its limit it is taken. */
#include "fleet.h"

#include <math.h>

enum { TRIGGERS = RPV_TRIGGER_CONTROL_STALE + 1, TOO_MANY = TRIGGERS + 1 };

static test_world world, *const w = &world;
static rpv_batch *batch;
static uint64_t taken; /* records so far */

static int set_up(void **state)
{
	rpv_batch_options o = RPV_BATCH_OPTIONS_INIT;
	(void)state;
	open_world(w);
	o.restore = 1;
	assert_call(RPV_OK, rpv_batch_begin(w->session, &o, &batch));
	taken = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rpv_batch_free(batch);
	close_world(w);
	return 0;
}

/* `field`: that is wrong; NULL: nothing is. */
static void check(rpv_status status, const char *field, const char *what)
{
	const rpv_error *e = rpv_session_error(w->session);
	if (status != (field ? RPV_E_INVALID : RPV_OK))
		fail_msg("%s: %s", what, rpv_status_name(status));
	taken += !field;
	if (!field)
		return;
	if (strcmp(e->field, field) != 0)
		fail_msg("%s: the field is %s, not %s", what, e->field, field);
	assert_int_equal(taken, e->index);
}

/* --- exceptions --- */
static const rpv_exception good = { .id = "E-1", .recommendation = "r", .context = "c", .requester = "ana", .filed_ms = 1,
	.start_ms = 1, .end_ms = 2, .justification = RPV_JUSTIFICATION_RISK_ACCEPTED, .impact = RPV_IMPACT_NO_IMPACT };

#define EXCEPTION(wrong, change)                                                                                        \
	do {                                                                                                                \
		rpv_exception e = good;                                                                                         \
		change;                                                                                                         \
		check(rpv_batch_restore_exception(batch, &e), (wrong), #change);                                                \
	} while (0)

static void test_exception_when_a_member_is_out_of_range_then_it_is_named(void **state)
{
	static const char *const two[] = { "https://corp.example", "" };
	(void)state;
	EXCEPTION(NULL, (void)0);
	EXCEPTION("justification", e.justification = RPV_JUSTIFICATION_NONE);
	EXCEPTION("justification", e.impact = RPV_IMPACT_DEFAULT);
	EXCEPTION("justification", e.justification = (rpv_justification)(RPV_JUSTIFICATION_FALSE_POSITIVE + 1));
	EXCEPTION("impact", e.impact = (rpv_impact)(RPV_IMPACT_HYBRID + 1));
	EXCEPTION("scope", e.scope = (rpv_scope)-1);
	EXCEPTION("status", e.status = (rpv_exception_status)(RPV_EXCEPTION_SUPERSEDED + 1));
	EXCEPTION("approve_by_ms", e.approve_by_ms = 3);
	EXCEPTION(NULL, e.approve_by_ms = 2);
	EXCEPTION("approved_ms", e.approved_ms = -1);
	EXCEPTION("filed_exposure", e.filed_exposure = -0.5);
	EXCEPTION("filed_exposure", e.filed_exposure = 100000);
	EXCEPTION("filed_exposure", e.filed_exposure = NAN);
	EXCEPTION(NULL, e.filed_exposure = 99999);
	EXCEPTION("predecessor", e.predecessor = "R-1");
	EXCEPTION("successor", e.successor = "E-0");
	EXCEPTION(NULL, (e.predecessor = "E-1", e.successor = "E-2"));
	EXCEPTION("evidence", e.evidence_count = 2);
	EXCEPTION(NULL, (e.evidence = two, e.evidence_count = 2));
	EXCEPTION("groups", e.group_count = 1);
	EXCEPTION("controls", e.control_count = 1);
}

static void test_baseline_when_a_figure_is_out_of_range_then_it_is_named(void **state)
{
	const uint64_t many = (uint64_t)UINT32_MAX + 1;
	(void)state;
	EXCEPTION("epss", e.baseline.epss = 1.1);
	EXCEPTION("epss", e.baseline.base_epss = NAN);
	EXCEPTION("epss", e.baseline.base_doubling = 2);
	EXCEPTION(NULL, e.baseline.epss = e.baseline.base_epss = e.baseline.base_doubling = 1);
	EXCEPTION(NULL, e.baseline.epss = e.baseline.base_epss = e.baseline.base_doubling = -1); /* not known */
	EXCEPTION("base_exposure", e.baseline.base_exposure = -1);
	EXCEPTION("base_exposure", e.baseline.base_exposure = INFINITY);
	EXCEPTION("severity", e.baseline.severity = (rpv_severity)(RPV_SEVERITY_CRITICAL + 1));
	EXCEPTION("severity", e.baseline.severity = (rpv_severity)-1);
	EXCEPTION("severity", e.baseline.exploit = (rpv_exploit)(RPV_EXPLOIT_KIT + 1));
	EXCEPTION("warned", e.baseline.warned = 1u << TRIGGERS);
	EXCEPTION(NULL, e.baseline.warned = (1u << TRIGGERS) - 1);
	EXCEPTION("scope_devices", e.baseline.high_value = many);
	EXCEPTION("scope_devices", e.baseline.internet_facing = many);
	for (int i = 0; i < 3; i++) {
		EXCEPTION("scope_devices", e.baseline.scope_devices[i] = many);
		EXCEPTION(NULL, e.baseline.scope_devices[i] = many - 1);
	}
	EXCEPTION("watch", e.watch = 1u << 31);
	EXCEPTION("watch", e.watch_told = 1u << 31);
	EXCEPTION("epss_weakness", e.baseline.epss_weakness = "");
}

#define FIRING(wrong, change)                                                                                           \
	do {                                                                                                                \
		rpv_firing f[TOO_MANY] = { { .trigger = RPV_TRIGGER_EXPOSURE, .time_ms = 1, .frozen = 1, .now = 2, .threshold = 2 },\
			{ .trigger = RPV_TRIGGER_EXPLOIT, .time_ms = 1, .frozen = 1, .now = 2, .threshold = 2 } };                     \
		size_t count = 2;                                                                                               \
		change;                                                                                                         \
		EXCEPTION(wrong, (e.firings = count ? f : NULL, e.firing_count = count ? count : 1));                           \
	} while (0)

static void test_firings_when_one_is_out_of_range_then_they_are_named(void **state)
{
	(void)state;
	FIRING(NULL, (void)0);
	FIRING("firings", count = 0); /* one, and there is none */
	FIRING("firings", count = TOO_MANY);
	FIRING("firings", f[1].trigger = RPV_TRIGGER_EXPOSURE);
	FIRING("firings", f[0].trigger = RPV_TRIGGER_FIX_AVAILABLE);
	FIRING("firings", f[1].trigger = (rpv_trigger)TRIGGERS);
	FIRING("firings", f[0].trigger = (rpv_trigger)-1);
	FIRING(NULL, f[1].trigger = (rpv_trigger)(TRIGGERS - 1));
	FIRING("firings", f[0].frozen = -2);
	FIRING("firings", f[0].frozen = 1e16);
	FIRING("firings", f[1].now = -1);
	FIRING("firings", f[1].now = 1e16);
	FIRING("firings", f[1].threshold = -1);
	FIRING("firings", f[1].threshold = 1e16);
	FIRING("firings", f[1].threshold = NAN);
	FIRING(NULL, (f[0].frozen = -1, f[1].now = 0, f[1].threshold = 1e15)); /* frozen: not known */
	FIRING("firings", f[1].time_ms = -1);
	FIRING("firings", f[1].weakness = "");
	FIRING("firings", f[1].control = "");
}

/* --- remediation activities --- */
#define REMEDIATION(wrong, change)                                                                                      \
	do {                                                                                                                \
		rpv_remediation a = { .id = "R-1", .recommendation = "r", .status = RPV_REMEDIATION_ACTIVE,                     \
			.kind = RPV_REMEDIATION_UPDATE, .requester = "ana", .requested_ms = 1 };                                    \
		rpv_target t = { .device = "d", .group = "Sales" };                                                             \
		change;                                                                                                         \
		check(rpv_batch_restore_remediation(batch, &a, &t, 1), (wrong), #change);                                       \
	} while (0)

static void test_remediation_when_a_member_is_out_of_range_then_it_is_named(void **state)
{
	(void)state;
	REMEDIATION(NULL, (void)0);
	REMEDIATION("kind", a.kind = RPV_REMEDIATION_DEFAULT);
	REMEDIATION("kind", a.kind = (rpv_remediation_kind)(RPV_REMEDIATION_ATTENTION_REQUIRED + 1));
	REMEDIATION("status", a.status = (rpv_remediation_status)0);
	REMEDIATION("status", a.status = (rpv_remediation_status)3);
	REMEDIATION(NULL, a.status = RPV_REMEDIATION_COMPLETED);
	REMEDIATION(NULL, a.status = RPV_REMEDIATION_CANCELED);
	REMEDIATION("priority", a.priority = (rpv_priority)(RPV_PRIORITY_HIGH + 1));
	REMEDIATION("ticket", a.ticket = (rpv_ticket_status)-1);
	REMEDIATION("id", a.id = NULL);
	REMEDIATION("id", a.id = "R-4294967295"); /* none is the last number of 32 bits */
	REMEDIATION(NULL, a.id = "R-4294967294");
	REMEDIATION("id", a.id = "R-4294967297");
	REMEDIATION("due_ms", a.due_ms = -1);
	REMEDIATION("targets", t.device = "");
	REMEDIATION("targets", t.weakness_count = 1);
	REMEDIATION(NULL, t.group = NULL);
}

/* --- events --- */
#define EVENT(wrong, change)                                                                                            \
	do {                                                                                                                \
		rpv_group_count counts[] = { { "Sales", 2 } };                                                                  \
		rpv_event v = { .sequence = 1, .time_ms = 1, .commit_ms = 1, .type = RPV_EVENT_EXCEPTION_FILED,                 \
			.exception = "E-1", .groups = counts, .group_count = 1 };                                                   \
		change;                                                                                                         \
		check(rpv_batch_restore_event(batch, &v), (wrong), #change);                                                    \
	} while (0)

static void test_event_when_a_member_is_out_of_range_then_it_is_named(void **state)
{
	(void)state;
	EVENT(NULL, (void)0);
	EVENT("sequence", v.sequence = 0);
	EVENT("type", v.type = (rpv_event_type)1000);
	EVENT("trigger", v.trigger = "no such");
	EVENT(NULL, v.trigger = "exposure");
	EVENT("exception", v.exception = "R-1");
	EVENT("remediation", v.remediation = "E-1");
	EVENT("groups", v.groups = NULL);
	EVENT("groups", counts[0].group = "");
	EVENT(NULL, v.group_count = 0);
}

/* --- the store --- */
#define STORE(wrong, change)                                                                                            \
	do {                                                                                                                \
		rpv_restore_store s = { .struct_size = sizeof s, .mark_ms = START, .next_exception = 1, .next_remediation = 1 };\
		change;                                                                                                         \
		rpv_status status = rpv_restore_begin(w->session, &s);                                                          \
		if (status != (wrong))                                                                                          \
			fail_msg("%s: %s", #change, rpv_status_name(status));                                                       \
	} while (0)

static void test_store_when_a_number_is_out_of_range_then_refused(void **state)
{
	const rpv_policy_change unknown = { "no such", "1" }, changed = { "context_min", "9" };
	(void)state;
	STORE(RPV_E_INVALID, s.mark_ms = -1);
	STORE(RPV_E_INVALID, s.mark_ms = INT64_MAX);
	STORE(RPV_E_INVALID, s.next_exception = 0);
	STORE(RPV_E_INVALID, s.next_remediation = 0);
	STORE(RPV_E_INVALID, s.next_remediation = (uint64_t)UINT32_MAX + 1);
	STORE(RPV_E_INVALID, (s.policies = &unknown, s.policy_count = 1, s.policy_revision = 1));
	STORE(RPV_OK, (s.policies = &changed, s.policy_count = 1, s.next_remediation = UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_exception_when_a_member_is_out_of_range_then_it_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_baseline_when_a_figure_is_out_of_range_then_it_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_firings_when_one_is_out_of_range_then_they_are_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_remediation_when_a_member_is_out_of_range_then_it_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_event_when_a_member_is_out_of_range_then_it_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_store_when_a_number_is_out_of_range_then_refused, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
