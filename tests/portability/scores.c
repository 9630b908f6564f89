/* SPDX-License-Identifier: MIT */
/* Prints the bits of every score, impact and worth of a made-up fleet through its life: facts, exceptions, changes, time.
 * Built by across.py with many compilers for many machines; all must print the lines of golden.txt.
 *
 * usage: scores [nearest|up|down|zero]: the rounding mode of the host */
#include <reprieve/reprieve.h>

#include <fenv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY INT64_C(86400000)
#define DEVICES 61u
#define WEAKNESSES 40u
#define RECOMMENDATIONS 12u
#define CONFIGURATIONS 5u

static rpv_session *session;
static rpv_batch *batch;
static int64_t now = INT64_C(1772323200000);
static uint64_t random_state = 1;

static void must(rpv_status status)
{
	if (status == RPV_OK)
		return;
	fprintf(stderr, "status %d: %s\n", (int)status, session ? rpv_session_error(session)->message : "no session");
	exit(1);
}

/* splitmix64, below `most` */
static uint32_t pick(uint32_t most)
{
	uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ (z >> 31)) % most);
}

/* --- what is printed --- */
static void bits(double value)
{
	uint64_t number;
	memcpy(&number, &value, sizeof number);
	printf(" %016" PRIx64, number);
}

/* What is kept in decimal units that no double has exactly: the nearest such unit. */
static void units(double value, double one)
{
	printf(" %" PRId64, (int64_t)(value * one + (value < 0 ? -0.5 : 0.5)));
}

static void print_score(const char *group, rpv_category category)
{
	rpv_score_query query = RPV_SCORE_QUERY_INIT;
	rpv_score s = RPV_SCORE_INIT;

	query.group = group;
	query.category = category;
	must(rpv_score_read(session, &query, &s));
	printf("score %s %d %" PRIu64 " %d %" PRId64, group ? group : "all", (int)category, s.devices, (int)s.level,
	       s.valid_until_ms);
	bits(s.exposure_no_impact), bits(s.exposure_official), bits(s.exposure_mitigation_like);
	bits(s.secure_no_impact.points), bits(s.secure_official.points), bits(s.secure_mitigation_like.points);
	bits(s.secure_no_impact.percent), bits(s.secure_official.percent), bits(s.secure_mitigation_like.percent);
	bits(s.secure_official.max_points);
	putchar('\n');
}

static void print_recommendations(const char *group)
{
	rpv_recommendation_query query = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *list;

	query.group = group;
	query.states = RPV_STATE_ALL;
	must(rpv_recommendation_list(session, &query, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_recommendation *r = rpv_recommendation_at(list, i);
		printf("recommendation %s %d %" PRIu64 " %" PRIu64, r->id, (int)r->state, r->exposed_devices,
		       r->exposed_devices_after);
		bits(r->exposure_impact), bits(r->exposure_impact_after), bits(r->exposure_impact_best);
		bits(r->standalone_exposure);
		bits(r->secure_impact), bits(r->secure_impact_after), bits(r->secure_impact_best);
		putchar('\n');
	}
	rpv_list_free(list);
}

static void print_exceptions(void)
{
	rpv_exception_query query = RPV_EXCEPTION_QUERY_INIT;
	rpv_list *list;

	query.with_worth = 1;
	must(rpv_exception_list(session, &query, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_exception *e = rpv_exception_at(list, i);
		printf("exception %s %d", e->id, (int)e->status);
		bits(e->worth.exposure), bits(e->worth.exposure_mitigation_like);
		bits(e->worth.secure), bits(e->worth.secure_mitigation_like);
		putchar('\n');
	}
	rpv_list_free(list);
}

static void print_devices(void)
{
	rpv_device_query query = RPV_DEVICE_QUERY_INIT;
	rpv_list *list;

	must(rpv_device_list(session, &query, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_device *d = rpv_device_at(list, i);
		printf("device %s %d", d->id, (int)d->active);
		bits(d->exposure_no_impact), bits(d->exposure), bits(d->exposure_mitigation_like);
		putchar('\n');
	}
	rpv_list_free(list);
}

static void print_weaknesses(void)
{
	rpv_weakness_query query = RPV_WEAKNESS_QUERY_INIT;
	rpv_list *list;

	must(rpv_weakness_list(session, &query, &list));
	for (size_t i = 0; i < rpv_list_count(list); i++) {
		const rpv_weakness *w = rpv_weakness_at(list, i);
		printf("weakness %s %" PRIu64 " %" PRIu64, w->id, w->exposed_devices, w->exposed_devices_after);
		units(w->epss, 1e9), units(w->likelihood, 1e9), units(w->cvss_score, 10), bits(w->standalone_exposure);
		putchar('\n');
	}
	rpv_list_free(list);
}

/* The bytes of partials end with a checksum of all of them. */
static void print_partial(const char *group)
{
	rpv_score_query query = RPV_SCORE_QUERY_INIT;
	rpv_score_engine *engine;
	rpv_partial *partial;
	const void *data;
	size_t size;

	query.group = group;
	must(rpv_score_engine_open(session, &engine));
	must(rpv_partial_take(engine, &query, &partial));
	must(rpv_partial_bytes(partial, &data, &size));
	printf("partial %s %u ", group ? group : "-", (unsigned)size);
	for (size_t i = size - 8; i < size; i++)
		printf("%02x", ((const unsigned char *)data)[i]);
	putchar('\n');
	rpv_partial_free(partial);
	rpv_score_engine_close(engine);
}

static void print_all(const char *when)
{
	printf("# %s\n", when);
	for (int category = 0; category <= RPV_CATEGORY_SECURITY_CONTROLS; category++)
		print_score(NULL, (rpv_category)category);
	print_score("Sales", RPV_CATEGORY_UNCHANGED);
	print_score("IT", RPV_CATEGORY_UNCHANGED);
	print_recommendations(NULL);
	print_recommendations("Sales");
	print_exceptions();
	print_devices();
	print_weaknesses();
	print_partial(NULL);
	print_partial("Sales");
}

/* --- the fleet --- */
static void begin(void)
{
	must(rpv_batch_begin(session, NULL, &batch));
}

static void commit(void)
{
	must(rpv_batch_commit(batch, NULL));
	rpv_batch_free(batch);
}

/* A name that lasts for the next seven. */
static const char *named(const char *form, uint32_t number)
{
	static char names[8][32];
	static unsigned next;
	char *name = names[next++ % 8];
	snprintf(name, sizeof names[0], form, (unsigned)number);
	return name;
}

static void report_weakness(uint32_t number)
{
	static const char *const vectors[] = { "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:L/A:N",
		"AV:N/AC:M/Au:N/C:P/I:P/A:C", "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N" };
	rpv_weakness_facts f = { .id = named("CVE-2026-%u", number), .severity = (rpv_severity)(1 + pick(5)),
		.exploit = (rpv_exploit)(1 + pick(8) / 2) };
	if (pick(3))
		f.epss = (double)(1 + pick(99999)) / 100000;
	if (pick(4) == 0)
		f.cvss = &vectors[pick(3)], f.cvss_count = 1;
	if (pick(9) == 0)
		f.known_exploited_ms = now - DAY;
	if (pick(13) == 0)
		f.active_alert = RPV_FLAG_TRUE;
	must(rpv_batch_weakness(batch, &f));
}

static void report_device(uint32_t number)
{
	static const char *const groups[] = { "Sales", "IT", "Unassigned" };
	char id[16];
	const char *has[4];
	snprintf(id, sizeof id, "pc-%u", (unsigned)number);
	rpv_device_facts f = { .id = id, .group = groups[pick(3)], .value = (rpv_value)(1 + pick(7) % 3),
		.last_seen_ms = now - pick(20) * DAY, .internet_facing = pick(6) ? RPV_FLAG_FALSE : RPV_FLAG_TRUE,
		.active_alert = pick(9) ? RPV_FLAG_FALSE : RPV_FLAG_TRUE,
		.excluded = pick(20) ? RPV_FLAG_FALSE : RPV_FLAG_TRUE };
	must(rpv_batch_device(batch, &f));
	for (uint32_t r = 0; r < RECOMMENDATIONS; r++) {
		size_t count = pick(4);
		if (pick(2))
			continue;
		for (size_t i = 0; i < count; i++)
			has[i] = named("CVE-2026-%u", (uint32_t)i * 10 + pick(WEAKNESSES / 4));
		must(rpv_batch_assess(batch, id, named("va-_-acme-_-%u", r), has, count));
	}
	for (uint32_t c = 0; c < CONFIGURATIONS; c++) {
		rpv_assessment_facts a = { .device = id, .recommendation = named("sca-_-scid-%u", c),
			.state = (rpv_configuration_state)(1 + pick(3)) };
		must(rpv_batch_assessment(batch, &a));
	}
}

static void report_fleet(void)
{
	begin();
	for (uint32_t i = 0; i < WEAKNESSES; i++)
		report_weakness(i);
	for (uint32_t i = 0; i < RECOMMENDATIONS; i++) {
		rpv_recommendation_facts r = { .id = named("va-_-acme-_-%u", i), .kind = RPV_KIND_UPDATE };
		must(rpv_batch_recommendation(batch, &r));
	}
	for (uint32_t i = 0; i < CONFIGURATIONS; i++) {
		rpv_recommendation_facts r = { .id = named("sca-_-scid-%u", i), .kind = RPV_KIND_CONFIGURATION_CHANGE,
			.points = 1 + pick(10), .category = (rpv_category)(1 + i) };
		must(rpv_batch_recommendation(batch, &r));
	}
	for (uint32_t i = 0; i < DEVICES; i++)
		report_device(i);
	commit();
}

static void file(const char *on, const char *weakness, const char *group, const char *device, rpv_justification why)
{
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;

	r.recommendation = on;
	r.weakness = weakness;
	r.context = "The bits of scores are compared";
	r.justification = why;
	r.duration_ms = (10 + (int64_t)pick(50)) * DAY + 1;
	r.scope = group ? RPV_SCOPE_GROUPS : device ? RPV_SCOPE_DEVICES : RPV_SCOPE_GLOBAL;
	r.groups = &group, r.group_count = group != NULL;
	r.devices = &device, r.device_count = device != NULL;
	must(rpv_exception_file(session, &r, NULL));
}

static void file_exceptions(void)
{
	file("va-_-acme-_-0", NULL, NULL, NULL, RPV_JUSTIFICATION_THIRD_PARTY_CONTROL);
	file("va-_-acme-_-1", NULL, NULL, NULL, RPV_JUSTIFICATION_RISK_ACCEPTED);
	file("va-_-acme-_-2", NULL, "Sales", NULL, RPV_JUSTIFICATION_ALTERNATE_MITIGATION);
	file("va-_-acme-_-2", NULL, NULL, "pc-7", RPV_JUSTIFICATION_PLANNED_REMEDIATION);
	file("va-_-acme-_-3", "CVE-2026-3", NULL, NULL, RPV_JUSTIFICATION_FALSE_POSITIVE);
	file(NULL, "CVE-2026-11", "IT", NULL, RPV_JUSTIFICATION_NO_PATCH_AVAILABLE);
	file("sca-_-scid-1", NULL, "IT", NULL, RPV_JUSTIFICATION_THIRD_PARTY_CONTROL);
	file("sca-_-scid-2", NULL, NULL, NULL, RPV_JUSTIFICATION_RISK_ACCEPTED);
}

static void change(void)
{
	begin();
	for (uint32_t i = 0; i < WEAKNESSES; i += 3)
		report_weakness(i);
	for (uint32_t i = 5; i < DEVICES + 9; i += 4)
		report_device(i);
	commit();
}

int main(int argc, char **argv)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	rpv_store *store;

	if (argc > 1 && fesetround(strcmp(argv[1], "up") == 0     ? FE_UPWARD
	                           : strcmp(argv[1], "down") == 0 ? FE_DOWNWARD
	                           : strcmp(argv[1], "zero") == 0 ? FE_TOWARDZERO
	                                                          : FE_TONEAREST) != 0)
		return 77;
	must(rpv_memory_storage(NULL, &options.storage));
	rpv_clock_manual(&now, &options.clock);
	must(rpv_store_open(&options, &store, NULL));
	principal.id = "ana@corp.example";
	principal.permissions = RPV_PERMIT_ALL;
	must(rpv_session_open(store, &principal, &session, NULL));
	report_fleet();
	print_all("facts");
	file_exceptions();
	print_all("exceptions");
	now += 9 * DAY;
	change();
	print_all("changes");
	now += 25 * DAY;
	print_all("time");
	rpv_session_close(session);
	rpv_store_close(store);
	return 0;
}
