/* SPDX-License-Identifier: MIT */
/* Importing native NDJSON: what each record means, and how malformed input is refused. */
#include "../support/interop.h"

#include <stdlib.h>
#include <unistd.h>

static int setup(void **state)
{
	*state = test_world_new();
	return 0;
}

static int teardown(void **state)
{
	test_world_free(*state);
	return 0;
}

#define SMALL "tests/data/native/small.ndjson" /* assessments stand before what they speak of */

static void test_import_native_when_whole_then_all_of_it_is_one_commit(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	const rpv_device *d;
	const rpv_weakness *k;
	const rpv_recommendation *r;
	test_must(w, test_import_path(w, SMALL));
	assert_int_equal(w->result.records, 7);
	assert_int_equal(w->result.batches, 1);
	assert_int_equal(w->result.devices, 1);
	assert_int_equal(w->result.groups, 1);
	assert_int_equal(w->result.weaknesses, 1);
	assert_int_equal(w->result.recommendations, 2);
	assert_int_equal(w->result.assessments, 2);
	assert_int_equal(w->result.format, RPV_FORMAT_NDJSON);
	d = test_device(w, "pc-1", &list);
	assert_non_null(d);
	assert_string_equal(d->name, "pc-1.corp");
	assert_string_equal(d->group, "Sales");
	assert_int_equal(d->value, RPV_VALUE_HIGH);
	assert_int_equal(d->internet_facing, 1);
	assert_int_equal(d->tag_count, 1);
	assert_true(d->last_seen_ms == INT64_C(1772186400000));
	rpv_list_free(list);
	k = test_weakness(w, "CVE-2026-1", &list);
	assert_non_null(k);
	assert_int_equal(k->severity, RPV_SEVERITY_HIGH);
	assert_int_equal(k->exploit, RPV_EXPLOIT_KIT);
	assert_true(k->known_exploited_ms == INT64_C(1767571200000));
	assert_true(k->epss == 0.25);
	rpv_list_free(list);
	r = test_recommendation(w, "sca-_-scid-1", &list);
	assert_non_null(r);
	assert_int_equal(r->points, 5);
	assert_int_equal(r->category, RPV_CATEGORY_NETWORK);
	assert_int_equal(r->exposed_devices, 1);
	rpv_list_free(list);
	assert_string_equal(test_assessed(w, "pc-1", "va-_-acme-_-browser", "default"), "1.0|CVE-2026-1|");
	assert_string_equal(test_assessed(w, "pc-1", "sca-_-scid-1", "default"), "||exposed");
}

static void test_import_native_when_sent_again_then_nothing_changes(void **state)
{
	test_world *w = *state;
	test_must(w, test_import_path(w, SMALL));
	assert_true(w->result.changed > 0);
	test_must(w, test_import_path(w, SMALL));
	assert_int_equal(w->result.changed, 0);
}

static void test_import_native_when_field_is_null_then_default_and_absent_then_unchanged(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	const rpv_device *d;
	const rpv_weakness *k;
	test_must(w, test_import_path(w, SMALL));
	test_must(w, test_import_text(w, "{'type':'device','id':'pc-1','value':null,'group':null,'tags':[]}\n"
	                                 "{'type':'weakness','id':'CVE-2026-1','epss':null,'exploit':null,"
		"'severity':null,'known_exploited':null}"));
	d = test_device(w, "pc-1", &list);
	assert_int_equal(d->value, RPV_VALUE_NORMAL);
	assert_string_equal(d->group, "UnassignedGroup");
	assert_int_equal(d->tag_count, 0);
	assert_string_equal(d->name, "pc-1.corp");
	assert_int_equal(d->internet_facing, 1);
	rpv_list_free(list);
	k = test_weakness(w, "CVE-2026-1", &list);
	assert_true(k->epss < 0);
	assert_int_equal(k->exploit, RPV_EXPLOIT_NONE);
	assert_int_equal(k->known_exploited, 0);
	assert_int_equal(k->severity, RPV_SEVERITY_CRITICAL); /* follows from the vector again */
	rpv_list_free(list);
}

static void test_import_native_when_change_says_so_then_weaknesses_come_and_go(void **state)
{
	test_world *w = *state;
	test_must(w, test_import_path(w, SMALL));
	test_must(w, test_import_text(w,
		"{'type':'weakness','id':'CVE-2026-2'}\n"
		"{'type':'assessment','device':'pc-1','recommendation':'va-_-acme-_-browser','change':'add',"
		"'weaknesses':['CVE-2026-2']}"));
	assert_string_equal(test_assessed(w, "pc-1", "va-_-acme-_-browser", "default"), "1.0|CVE-2026-1 CVE-2026-2|");
	test_must(w, test_import_text(w,
		"{'type':'assessment','device':'pc-1','recommendation':'va-_-acme-_-browser','change':'fix',"
		"'weaknesses':['CVE-2026-1']}"));
	assert_string_equal(test_assessed(w, "pc-1", "va-_-acme-_-browser", "default"), "1.0|CVE-2026-2|");
	test_must(w, test_import_text(w,
		"{'type':'assessment','device':'pc-1','recommendation':'va-_-acme-_-browser','change':'remove'}"));
	assert_string_equal(test_assessed(w, "pc-1", "va-_-acme-_-browser", "default"), "none");
}

static void test_import_native_when_full_report_then_what_it_does_not_say_is_gone(void **state)
{
	test_world *w = *state;
	test_must(w, test_import_path(w, SMALL));
	test_must(w, test_import_text(w,
		"{'type':'full_report','device':'pc-1'}\n"
		"{'type':'assessment','device':'pc-1','recommendation':'sca-_-scid-1','state':'compliant'}"));
	assert_string_equal(test_assessed(w, "pc-1", "va-_-acme-_-browser", "default"), "none");
	assert_string_equal(test_assessed(w, "pc-1", "sca-_-scid-1", "default"), "||compliant");
}

static void test_import_native_when_sources_differ_then_each_keeps_its_word(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	const rpv_device *d;
	test_must(w, test_import_path(w, SMALL));
	test_must(w, test_import_text(w,
		"{'type':'weakness','id':'CVE-2026-3'}\n"
		"{'type':'device','id':'pc-2','last_seen':'2026-02-20T00:00:00Z'}\n"
		"{'type':'assessment','device':'pc-2','recommendation':'va-_-acme-_-browser','source':'a',"
		"'reported':'2026-02-20T00:00:00Z','weaknesses':['CVE-2026-1']}\n"
		"{'type':'assessment','device':'pc-2','recommendation':'va-_-acme-_-browser','source':'b',"
		"'weaknesses':['CVE-2026-3']}\n"));
	assert_int_equal(w->result.batches, 3);    /* the facts, and one for each source */
	assert_string_equal(test_assessed(w, "pc-2", "va-_-acme-_-browser", "a"), "|CVE-2026-1|");
	assert_string_equal(test_assessed(w, "pc-2", "va-_-acme-_-browser", "b"), "|CVE-2026-3|");
	d = test_device(w, "pc-2", &list);     /* its own record says when it was seen, in every commit */
	assert_true(d->last_seen_ms == INT64_C(1771545600000));
	rpv_list_free(list);
	test_must(w, test_import_text(w,
		"{'type':'assessment','device':'pc-2','recommendation':'va-_-acme-_-browser','source':'a',"
		"'reported':'2026-02-10T00:00:00Z','weaknesses':[]}"));
	assert_int_equal(w->result.stale, 1);
}

static void test_import_native_when_set_changes_then_its_devices_do(void **state)
{
	test_world *w = *state;
	test_must(w, test_import_text(w,
		"{'type':'device','id':'d'}\n{'type':'weakness','id':'CVE-1'}\n{'type':'weakness','id':'CVE-2'}\n"
		"{'type':'recommendation','id':'r'}\n"
		"{'type':'weakness_set','recommendation':'r','id':'1.0','weaknesses':['CVE-1']}\n"
		"{'type':'assessment','device':'d','recommendation':'r','set':'1.0'}\n"));
	assert_string_equal(test_assessed(w, "d", "r", "default"), "|CVE-1|");
	test_must(w, test_import_text(w, "{'type':'weakness_set','recommendation':'r','id':'1.0',"
		"'weaknesses':['CVE-1','CVE-2']}"));
	assert_string_equal(test_assessed(w, "d", "r", "default"), "|CVE-1 CVE-2|");
	test_refused(w, RPV_E_INVALID, test_import_text(w, "{'type':'weakness_set','recommendation':'r',"
		"'id':'1.0','removed':true}"), "");
	test_must(w, test_import_text(w,   /* the set goes last, whatever the order */
		"{'type':'weakness_set','recommendation':'r','id':'1.0','removed':true}\n"
		"{'type':'assessment','device':'d','recommendation':'r','weaknesses':['CVE-2']}"));
	assert_string_equal(test_assessed(w, "d", "r", "default"), "|CVE-2|");
}

static void test_import_native_when_device_is_removed_then_it_is_gone(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	test_must(w, test_import_path(w, SMALL));
	test_must(w, test_import_text(w, "{'type':'device','id':'pc-1','removed':true}"));
	assert_null(test_device(w, "pc-1", &list));
}

static const rpv_control *only_control(test_world *w, rpv_list **list)
{
	assert_ok(rpv_control_list(w->session, NULL, list));
	assert_int_equal(1, rpv_list_count(*list));
	return rpv_control_at(*list, 0);
}

static void test_import_native_when_control_then_absent_is_unchanged_and_null_the_default(void **state)
{
	test_world *w = *state;
	const rpv_control *c;
	rpv_list *list;
	test_must(w, test_import_text(w, "{'type':'control','id':'proxy','kind':'third_party','description':'filters',"
		"'owner':'net','evidence':['https://corp.example/1','sha256=00'],'reviewed_at':'2026-02-01','retired':true,"
		"'review_interval_days':0.5}\n{'type':'control','id':'proxy','review_interval_days':90}"));
	assert_int_equal(1, w->result.controls);
	test_must(w, test_import_text(w, "{'type':'control','id':'proxy','owner':'sec','unknown':1}"));
	c = only_control(w, &list);
	assert_int_equal(RPV_CONTROL_THIRD_PARTY, c->kind);
	assert_string_equal("filters", c->description);
	assert_string_equal("sec", c->owner);
	assert_int_equal(2, c->evidence_count);
	assert_int_equal(INT64_C(1769904000000), c->reviewed_ms);
	assert_int_equal(INT64_C(90) * 86400000, c->review_interval_ms);
	assert_int_equal(1, c->retired);
	assert_int_equal(TEST_NOW, c->added_ms);
	rpv_list_free(list);
	test_must(w, test_import_text(w, "{'type':'control','id':'proxy','kind':null,'description':null,'owner':null,"
		"'evidence':null,'reviewed_at':null,'retired':null,'review_interval_days':null}"));
	c = only_control(w, &list);
	assert_int_equal(RPV_CONTROL_INTERNAL, c->kind);
	assert_null(c->description);
	assert_null(c->owner);
	assert_int_equal(0, c->evidence_count + (size_t)c->reviewed_ms + (size_t)c->review_interval_ms);
	assert_int_equal(0, c->retired);
	rpv_list_free(list);
	test_must(w, test_import_text(w, "{'type':'control','id':'proxy','removed':true}"));
	assert_ok(rpv_control_list(w->session, NULL, &list));
	assert_int_equal(0, rpv_list_count(list));
	rpv_list_free(list);
	w->options.lenient = 1;
	test_must(w, test_import_text(w, "{'type':'control','id':'a'}\n{'type':'control','id':'b','kind':'x'}"));
	assert_int_equal(1, w->result.skipped);
	rpv_list_free((only_control(w, &list), list));
}

struct refusal { const char *text, *words; };

static void test_import_native_when_malformed_then_refused_with_place_and_nothing_written(void **state)
{
	static const struct refusal cases[] = {
		{ "{'type':'device','id':'a'}\n{'type':'gadget','id':'b'}", "text:2:1: record 2: type: " },
		{ "{'type':'control'}", "id: is required" },
		{ "{'type':'control','id':'b','kind':'other'}", "kind: is none of the words" },
		{ "{'type':'control','id':'b','review_interval_days':-1}", "review_interval_days: must be from 0 to 36525" },
		{ "{'type':'control','id':'b','review_interval_days':36526}", "review_interval_days: must be from 0 to 36525" },
		{ "{'type':'control','id':'b','reviewed_at':'soon'}", "reviewed_at: is not a time" },
		{ "{'type':'control','id':'b','retired':'yes'}", "retired: must be true or false" },
		{ "{'type':'control','id':'b','evidence':['https://corp.example/1']}", "pairs: URI and digest" },
		{ "{'type':'device'}", "text:1:1: record 1: id: is required" },
		{ "{'type':'device','id':'a'}\n{'type':'device','id':'b'", "text:2:" },
		{ "{'type':'device','id':'a'}\n{'type':'device','id':'b\n", "text:2:" },
		{ "{'type':'device','id':'a',}", "text:1:27" },
		{ "{'type':'device','id':'a','last_seen':'2026-02-30T00:00:00Z'}", "last_seen: is not a time" },
		{ "{'type':'device','id':'a','last_seen':'yesterday'}", "last_seen: is not a time" },
		{ "{'type':'device','id':'a','last_seen':'2026-02-01 10:00:00'}", "last_seen: is not a time" },
		{ "{'type':'device','id':'a','value':'huge'}", "value: is none of the words" },
		{ "{'type':'device','id':'a','excluded':'maybe'}", "excluded: must be true or false" },
		{ "{'type':'device','id':7}", "id: must be a text" },
		{ "{'type':'device','id':'a\\u0000b'}", "text:1:" },
		{ "{'type':'device','id':'\xff'}", "text:1:" },
		{ "{'type':'weakness','id':'a','epss':1.5}", "epss: must be from 0 to 1" },
		{ "{'type':'weakness','id':'a','cvss':['CVSS:3.1/AV:N']}", "cvss" },
		{ "{'type':'recommendation','id':'a','points':11}", "points" },
		{ "{'type':'recommendation','id':'a','points':0}", "points" },
		{ "{'type':'assessment','device':'x','recommendation':'y','weaknesses':[]}", "record 1" },
		{ "{'type':'exception','id':'E-1'}", "backup" },
		{ "{'type':'store','format':2,'next_exception':1,'next_remediation':1}", "format" },
		{ "[1]", "an object is expected" },
		{ "{'a':}", "text:1:6" },
		{ "nonsense", "text:1:" },
		{ "{'type':'device','id':'a'}}", "text:1:" },
		{ "{'type':'device','id':'a','tags':[}", "text:1:" },
		{ "\xff\xfe{", "UTF-16" },
		{ "{'device':'a'}", "none of the known kinds" },
	};
	test_world *w = *state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		rpv_status st = test_import_text(w, cases[i].text);
		if (st != RPV_E_INVALID && st != RPV_E_VERSION)
			print_error("%s\n", cases[i].text);
		test_refused(w, st == RPV_E_VERSION ? st : RPV_E_INVALID, st, cases[i].words);
		assert_int_equal(test_revision(w), 0);
	}
}

static void test_import_native_when_too_deep_or_large_then_refused(void **state)
{
	test_world *w = *state;
	test_bytes b = { NULL, 0 };
	test_bytes_add(&b, "{'type':'device','id':'a','x':");
	char *brackets = calloc(1, 100000);
	memset(brackets, '[', 100000);
	assert_ok(test_bytes_sink(&b, brackets, 100000));
	free(brackets);
	test_refused(w, RPV_E_LIMIT, test_import_bytes(w, "deep", b.data, b.size), "nested too deeply");
	test_bytes_free(&b);
	test_bytes_add(&b, "{'type':'device','id':'a','x':'");
	char *filler = calloc(1, 1 << 20);
	memset(filler, 'x', 1 << 20);
	for (int i = 0; i < 17; i++)
		assert_ok(test_bytes_sink(&b, filler, 1 << 20));
	test_bytes_add(&b, "\"}");
	test_refused(w, RPV_E_LIMIT, test_import_bytes(w, "large", b.data, b.size), "16 MiB");
	test_bytes_free(&b);
	test_bytes_add(&b, "{'type':'device','id':'a','x':[");
	for (int i = 0; i < 1 << 20; i += 2)
		memcpy(filler + i, "0,", 2);
	for (int i = 0; i < 3; i++)
		assert_ok(test_bytes_sink(&b, filler, 1 << 20));
	test_bytes_add(&b, "0]}");
	test_refused(w, RPV_E_LIMIT, test_import_bytes(w, "many", b.data, b.size), "too many values");
	test_bytes_free(&b);
	free(filler);
	assert_int_equal(test_revision(w), 0);
}

static void test_import_native_when_lenient_then_bad_records_are_skipped_and_told(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	w->options.lenient = 1;
	test_must(w, test_import_text(w,
		"{'type':'device','id':'a'}\n"
		"{'type':'gadget'}\n"
		"{'type':'device','id':'cut off\n"
		"{'type':'device','id':'b','value':'huge'}\n"
		"{'type':'device','id':'c'}\n"
		"{'type':'assessment','device':'a','recommendation':'unknown','weaknesses':['CVE-7']}\n"));
	assert_int_equal(w->result.records, 6);
	assert_int_equal(w->result.skipped, 3);
	assert_int_equal(w->notices, 3);
	assert_non_null(strstr(w->notice, "text:4:"));
	assert_non_null(test_device(w, "a", &list));
	rpv_list_free(list);
	assert_non_null(test_device(w, "c", &list));
	rpv_list_free(list);
	assert_null(test_device(w, "b", &list));
	assert_string_equal(test_assessed(w, "a", "unknown", "default"), "|CVE-7|"); /* created bare */
}

static void test_import_native_when_lenient_and_only_the_commit_refuses_then_that_device_is_skipped(void **state)
{
	test_world *w = *state;
	rpv_list *list;
	w->options.lenient = 1;
	test_must(w, test_import_text(w, "{'type':'recommendation','id':'sca-_-1','kind':'configuration_change'}\n"
	                                 "{'type':'weakness','id':'CVE-1'}\n"
	                                 "{'type':'device','id':'a'}\n{'type':'device',"
		"'id':'b'}\n{'type':'device','id':'c'}\n"
	                                 "{'type':'assessment','device':'b','recommendation':'sca-_-1',"
		"'weaknesses':['CVE-1']}\n"));
	assert_int_equal(w->result.skipped, 2);
	assert_non_null(test_device(w, "a", &list));
	rpv_list_free(list);
	assert_non_null(test_device(w, "c", &list));
	rpv_list_free(list);
}

/* Devices whose records lie anywhere, weaknesses behind them. */
static test_bytes scattered(unsigned devices, unsigned recommendations)
{
	test_bytes b = { NULL, 0 };
	for (unsigned r = 0; r < recommendations; r++)
		for (unsigned d = 0; d < devices; d++)
			test_bytes_add(&b, "{'type':'assessment','device':'d%u','recommendation':'r%u',"
			"'weaknesses':['CVE-%u']}\n", d, r, (d + r) % 7);
	for (unsigned d = 0; d < devices; d++)
		test_bytes_add(&b, "{'type':'full_report','device':'d%u'}\n{'type':'device','id':'d%u',"
		"'group':'g%u'}\n", d, d, d % 3);
	for (unsigned r = 0; r < recommendations; r++)
		test_bytes_add(&b, "{'type':'recommendation','id':'r%u'}\n", r);
	for (unsigned k = 0; k < 7; k++)
		test_bytes_add(&b, "{'type':'weakness','id':'CVE-%u','epss':0.0%u}\n", k, k + 1);
	return b;
}

static void test_import_native_when_split_in_any_way_then_the_store_is_the_same(void **state)
{
	static const struct { uint64_t batch, memory; } ways[] = { { 0, 0 }, { 1, 0 }, { 7, 0 }, { 100, 1 }, { 13, 2000 } };
	test_bytes b = scattered(30, 5), first = { NULL, 0 };
	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		test_world *w = test_world_new();
		test_bytes got;
		char *facts;
		w->options.batch_records = ways[i].batch;
		w->options.memory = ways[i].memory;
		test_must(w, test_import_bytes(w, "scattered", b.data, b.size));
		assert_int_equal(w->result.devices, 30);
		assert_int_equal(w->result.assessments, 150);
		got = test_export(w);
		facts = strstr(got.data, "{\"type\":\"event\"");  /* one event a commit: these differ */
		if (facts != NULL)
			*facts = '\0';
		facts = strchr(got.data, '\n');
		assert_non_null(facts);
		if (i == 0)
			first = got;
		else
			assert_string_equal(strchr(first.data, '\n'), facts);
		if (i > 0)
			test_bytes_free(&got);
		test_world_free(w);
	}
	test_bytes_free(&first);
	test_bytes_free(&b);
}

static void test_import_native_when_a_commit_is_too_large_then_it_is_halved(void **state)
{
	test_world *w = test_world_narrow(1 << 20);
	test_bytes b = { NULL, 0 };
	char filler[2001];
	rpv_list *list;
	(void)state;
	memset(filler, 'x', sizeof filler - 1);
	filler[sizeof filler - 1] = '\0';
	for (int i = 0; i < 3000; i++)
		test_bytes_add(&b, "{'type':'recommendation','id':'r%d','description':'%s'}\n", i, filler);
	test_must(w, test_import_bytes(w, "large", b.data, b.size));
	assert_true(w->result.batches >= 6);
	assert_int_equal(w->result.recommendations, 3000);
	for (int i = 0; i < 3000; i += 2999) {
		char id[16];
		snprintf(id, sizeof id, "r%d", i);
		assert_non_null(test_recommendation(w, id, &list));
		rpv_list_free(list);
	}
	test_bytes_free(&b);
	test_world_free(w);
}

static void test_import_native_when_many_batches_and_a_reference_is_unknown_then_nothing_is_written(void **state)
{
	test_world *w = *state;
	test_bytes b = scattered(30, 5);
	w->options.batch_records = 10;
	test_bytes_add(&b, "{'type':'assessment','device':'d1','recommendation':'r9','weaknesses':[]}\n");
	test_refused(w, RPV_E_INVALID, test_import_bytes(w, "x", b.data, b.size), "x:223:1: record 223: recommendation: \"r9\"");
	assert_int_equal(test_revision(w), 0);
	test_must(w, test_import_text(w, "{'type':'recommendation','id':'r9'}"));
	test_must(w, test_import_bytes(w, "x", b.data, b.size));   /* the store knows it now */
	test_bytes_free(&b);
}

static void test_import_native_when_gzip_of_any_form_then_read(void **state)
{
	test_world *w = *state;
	test_bytes b = { NULL, 0 }, small = test_read_file(SMALL);
	assert_non_null(small.data);
	test_gzip(small.data, small.size / 2, &b);
	test_gzip(small.data + small.size / 2, small.size - small.size / 2, &b);
	test_gzip("", 0, &b);
	assert_ok(test_bytes_sink(&b, "\0\0\0", 3));   /* padding */
	test_must(w, test_import_bytes(w, "two members", b.data, b.size));
	assert_int_equal(w->result.records, 7);
	for (size_t cut = 1; cut < 60; cut += 7) {
		test_world *v = test_world_new();
		rpv_status st = test_import_bytes(v, "cut", b.data, b.size - 3 - cut);
		assert_int_equal(st, RPV_E_INVALID);
		assert_int_equal(test_revision(v), 0);
		test_world_free(v);
	}
	b.data[40] ^= 0x55;
	assert_int_equal(test_import_bytes(w, "damaged", b.data, b.size), RPV_E_INVALID);
	test_bytes_free(&b);
	test_gzip(small.data, small.size, &b);
	test_bytes_add(&b, "rubbish");
	test_refused(w, RPV_E_INVALID, test_import_bytes(w, "tail", b.data, b.size), "behind the end");
	test_bytes_free(&b);
	test_bytes_free(&small);
}

static void test_import_native_when_forms_differ_then_they_mean_the_same(void **state)
{
	static const char *const forms[] = {
		"\xef\xbb\xbf{'type':'device','id':'a'}\r\n{'type':'device','id':'b'}\r\n",
		"[{'type':'device','id':'a'},\n{'type':'device','id':'b'}]",
		"{'value':[{'type':'device','id':'a'},{'type':'device','id':'b'}]}",
		"{ 'type' : 'device' ,\n 'id' : 'a' }{'type':'device','id':'b'}",
		"{'x':1,'VALUE' : [ {'id':'a','type':'device'} ] , 'y':[]}\n{'value':[{'type':'device','id':'x','id':'b'}]}",
		"\n\n {'type':'device','id':'a','unknown':{'deep':[1,2,'}']}}\n\n{'type':'device','id':'b'}",
	};
	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		test_world *w = test_world_new();
		rpv_list *list;
		test_must(w, test_import_text(w, forms[i]));
		assert_int_equal(w->result.records, 2);
		assert_non_null(test_device(w, "a", &list));
		rpv_list_free(list);
		assert_non_null(test_device(w, "b", &list));
		rpv_list_free(list);
		test_world_free(w);
	}
}

static void test_import_native_when_empty_then_nothing_happens(void **state)
{
	static const char *const forms[] = { "", "\n \n", "[]", "{'value':[]}", "\xef\xbb\xbf" };
	test_world *w = *state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		test_must(w, test_import_text(w, forms[i]));
		assert_int_equal(w->result.records, 0);
	}
	assert_int_equal(test_revision(w), 0);
}

static rpv_status stop(void *user, const rpv_import_progress *p)
{
	return ++*(int *)user, p->writing ? RPV_STOP : RPV_OK;
}

static void test_import_native_when_the_caller_stops_it_then_it_stops(void **state)
{
	test_world *w = *state;
	test_bytes b = scattered(200, 10);
	int calls = 0;
	w->options.notice = NULL;
	w->options.progress = stop;
	w->options.user = &calls;
	w->options.batch_records = 50;
	test_refused(w, RPV_E_REFUSED, test_import_bytes(w, "x", b.data, b.size), "stopped by the caller");
	assert_true(calls >= 2);
	assert_true(w->result.batches <= 1);
	test_bytes_free(&b);
}

static void test_import_native_when_options_are_wrong_then_refused(void **state)
{
	test_world *w = *state;
	w->options.struct_size = 8;
	assert_int_equal(test_import_path(w, SMALL), RPV_E_INVALID);
	w->options.struct_size = sizeof w->options;
	w->options.format = (rpv_format)99;
	assert_int_equal(test_import_path(w, SMALL), RPV_E_INVALID);
	w->options.format = RPV_FORMAT_DEFENDER_MACHINES;
	assert_int_equal(test_import_path(w, SMALL), RPV_E_INVALID);
	assert_int_equal(rpv_import_file(w->session, "/nonexistent/file", NULL, NULL, &w->error), RPV_E_NOT_FOUND);
	assert_non_null(strstr(w->error.message, "/nonexistent/file"));
	assert_int_equal(rpv_import_file(w->session, NULL, NULL, NULL, NULL), RPV_E_INVALID);
	assert_int_equal(rpv_import_memory(NULL, NULL, NULL, 0, NULL, NULL, NULL), RPV_E_INVALID);
	rpv_format format;
	for (int i = 0; rpv_format_name((rpv_format)i) != NULL; i++) {
		assert_ok(rpv_format_find(rpv_format_name((rpv_format)i), &format));
		assert_int_equal(format, i);
	}
	assert_int_equal(rpv_format_find("xml", &format), RPV_E_INVALID);
	rpv_import_options made, init = RPV_IMPORT_OPTIONS_INIT;
	memset(&made, 0, sizeof made);
	rpv_import_options_init(&made);
	assert_int_equal(made.struct_size, init.struct_size);
	assert_int_equal(made.format, init.format);
}

static void write_file(const char *path, const test_bytes *bytes)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes->data, 1, bytes->size, f), bytes->size);
	assert_int_equal(fclose(f), 0);
}

static void test_import_native_when_from_files_then_they_are_one_input(void **state)
{
	test_world *w = *state;
	char one[300], two[320];
	const char *paths[2] = { one, two };
	test_temporary_path(one, sizeof one, "one.ndjson");
	snprintf(two, sizeof two, "%s.gz", one);
	test_bytes packed = { NULL, 0 }, finding = { NULL, 0 }, rest = { NULL, 0 };
	test_bytes_add(&finding, "{'type':'assessment','device':'d','recommendation':'r','weaknesses':['CVE-1']}\n");
	test_bytes_add(&rest, "{'type':'device','id':'d'}\n{'type':'recommendation','id':'r'}\n"
	               "{'type':'weakness','id':'CVE-1'}\n");
	test_gzip(rest.data, rest.size, &packed);
	write_file(one, &finding);
	write_file(two, &packed);
	test_refused(w, RPV_E_INVALID, test_import_path(w, one), "record 1");
	test_must(w, rpv_import_files(w->session, paths, 2, &w->options, &w->result, &w->error));
	assert_int_equal(w->result.records, 4);
	assert_string_equal(test_assessed(w, "d", "r", "default"), "|CVE-1|");
	unlink(two);
	test_remove_folder(one);
	test_bytes_free(&packed);
	test_bytes_free(&finding);
	test_bytes_free(&rest);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_import_native_when_whole_then_all_of_it_is_one_commit),
		TEST(test_import_native_when_sent_again_then_nothing_changes),
		TEST(test_import_native_when_field_is_null_then_default_and_absent_then_unchanged),
		TEST(test_import_native_when_control_then_absent_is_unchanged_and_null_the_default),
		TEST(test_import_native_when_change_says_so_then_weaknesses_come_and_go),
		TEST(test_import_native_when_full_report_then_what_it_does_not_say_is_gone),
		TEST(test_import_native_when_sources_differ_then_each_keeps_its_word),
		TEST(test_import_native_when_set_changes_then_its_devices_do),
		TEST(test_import_native_when_device_is_removed_then_it_is_gone),
		TEST(test_import_native_when_malformed_then_refused_with_place_and_nothing_written),
		TEST(test_import_native_when_too_deep_or_large_then_refused),
		TEST(test_import_native_when_lenient_then_bad_records_are_skipped_and_told),
		TEST(test_import_native_when_lenient_and_only_the_commit_refuses_then_that_device_is_skipped),
		TEST(test_import_native_when_split_in_any_way_then_the_store_is_the_same),
		cmocka_unit_test(test_import_native_when_a_commit_is_too_large_then_it_is_halved),
		TEST(test_import_native_when_many_batches_and_a_reference_is_unknown_then_nothing_is_written),
		TEST(test_import_native_when_gzip_of_any_form_then_read),
		TEST(test_import_native_when_forms_differ_then_they_mean_the_same),
		TEST(test_import_native_when_empty_then_nothing_happens),
		TEST(test_import_native_when_the_caller_stops_it_then_it_stops),
		TEST(test_import_native_when_options_are_wrong_then_refused),
		TEST(test_import_native_when_from_files_then_they_are_one_input),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
