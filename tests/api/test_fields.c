/* SPDX-License-Identifier: MIT */
/* Every struct that callers fill in: of other sizes, and with each field out of range; and every id that is none. That calls
 * need their handles, inputs and outputs is for test_misuse.c. */
#include "decisions.h"

/* What outputs are before a call. */
static char untouched;
#define UNTOUCHED ((void *)&untouched)

/* What a call uses; a NULL handle makes it wrong. */
typedef struct place {
	test_world w;
	rpv_store *store;
	rpv_session *session;
	rpv_batch *batch;
	rpv_score_engine *engine;
	bool untidy;                /* a failure left its output set */
	rpv_error error;
} place;

typedef rpv_status (*call)(place *p, const void *in);

/* --- the calls; `in` is the struct or the id that they take --- */
#define GIVES(name, type, free_it, function)                                                                           \
	static rpv_status name(place *p, const void *in)                                                                   \
	{                                                                                                                  \
		type *given = UNTOUCHED, **out = &given;                                                 \
		rpv_status status = function;                                                                                  \
		(void)in;                                                                                                      \
		if (!status)                                                                                            \
			free_it(given);                                                                                            \
		p->untidy = p->untidy || (status && given);                                                             \
		return status;                                                                                                 \
	}
#define LIST(name, function) GIVES(name, rpv_list, rpv_list_free, function)
#define FILING(name, function) GIVES(name, rpv_filing, rpv_filing_free, function)
#define PLAIN(name, function) static rpv_status name(place *p, const void *in) { (void)in; return function; }

LIST(assessments, rpv_assessment_list(p->session, in, out))
LIST(controls, rpv_control_list(p->session, in, out))
LIST(devices, rpv_device_list(p->session, in, out))
LIST(events, rpv_event_list(p->session, in, out))
LIST(exceptions, rpv_exception_list(p->session, in, out))
LIST(recommendations, rpv_recommendation_list(p->session, in, out))
LIST(remediations, rpv_remediation_list(p->session, in, out))
LIST(targets, rpv_target_list(p->session, in, out))
LIST(weaknesses, rpv_weakness_list(p->session, in, out))
LIST(request, rpv_remediation_request_file(p->session, in, out))
FILING(preview, rpv_exception_preview(p->session, in, out))
FILING(approve_preview, rpv_exception_approve_preview(p->session, in, out))
FILING(approve, rpv_exception_approve(p->session, in, NULL, out))
GIVES(explain, rpv_explanation, rpv_explanation_free, rpv_explain(p->session, in, BROWSER, NULL, out))
GIVES(batch_begin, rpv_batch, rpv_batch_free, rpv_batch_begin(p->session, in, out))
GIVES(session_open, rpv_session, rpv_session_close, rpv_session_open(p->store, in, out, &p->error))

/* Arrays of outputs stay as they are. */
static rpv_status approve_some(place *p, const char *id, bool approves)
{
	rpv_filing *given[1] = { UNTOUCHED };
	rpv_status status = approves ? rpv_exception_approve_many(p->session, &id, 1, NULL, given)
	                             : rpv_exception_approve_preview_many(p->session, &id, 1, given);
	if (!status)
		rpv_filing_free(given[0]);
	p->untidy = p->untidy || (status && given[0] != UNTOUCHED);
	return status;
}
PLAIN(approve_preview_many, approve_some(p, in, false))
PLAIN(approve_many, approve_some(p, in, true))
PLAIN(reject, rpv_exception_reject(p->session, in, "no"))
PLAIN(reject_many, rpv_exception_reject_many(p->session, &(const char *){ in }, 1, "no"))
PLAIN(cancel, rpv_exception_cancel(p->session, in, NULL, "over"))
PLAIN(complete, rpv_remediation_complete(p->session, in))
PLAIN(cancel_remediation, rpv_remediation_cancel(p->session, in, "over"))

PLAIN(put_device, rpv_batch_device(p->batch, in))
PLAIN(put_weakness, rpv_batch_weakness(p->batch, in))
PLAIN(put_recommendation, rpv_batch_recommendation(p->batch, in))
PLAIN(put_group, rpv_batch_group(p->batch, in))
PLAIN(put_set, rpv_batch_weakness_set(p->batch, in))
PLAIN(put_control, rpv_batch_control(p->batch, in))
PLAIN(put_assessment, rpv_batch_assessment(p->batch, in))
PLAIN(put_full, rpv_batch_full_report(p->batch, in))
PLAIN(put_assess, rpv_batch_assess(p->batch, in, MAIL, NULL, 0))

static rpv_status score(place *p, const void *in)
{
	rpv_score given = RPV_SCORE_INIT;
	given.devices = 999;
	rpv_status status = rpv_score_read(p->session, in, &given);
	p->untidy = p->untidy || (status && given.devices != 999);
	return status;
}

static rpv_status engine_read(place *p, const void *in)
{
	rpv_score given = RPV_SCORE_INIT;
	given.devices = 999;
	rpv_status status = rpv_score_engine_read(p->engine, in, &given);
	p->untidy = p->untidy || (status && given.devices != 999);
	return status;
}

static void open_place(place *p)
{
	rpv_store_options o = RPV_STORE_OPTIONS_INIT;
	rpv_storage inner = RPV_STORAGE_INIT;

	memset(p, 0, sizeof *p);
	p->error = (rpv_error)RPV_ERROR_INIT;
	p->w.now = START;
	assert_ok(rpv_memory_storage(NULL, &inner));
	o.storage = test_storage_around(&p->w.storage, &inner, true);
	o.allocator = test_memory_allocator(&p->w.memory);
	rpv_clock_manual(&p->w.now, &o.clock);
	assert_status_error(RPV_OK, rpv_store_open(&o, &p->w.store, &p->error), &p->error);
	p->w.session = open_session(&p->w, "ana@corp.example", RPV_PERMIT_ALL, NULL, 0);
	weakness(&p->w, "CVE-1");
	recommendation(&p->w, BROWSER, RPV_KIND_UPDATE);
	recommendation(&p->w, MAIL, RPV_KIND_UPDATE);
	device(&p->w, "s1", "Sales");
	assess(&p->w, "s1", BROWSER, "CVE-1", NULL);
	commit(&p->w);
	p->store = p->w.store;
	p->session = p->w.session;
	assert_ok(rpv_batch_begin(p->session, NULL, &p->batch));
	assert_ok(rpv_score_engine_open(p->session, &p->engine));
}

static void close_place(place *p)
{
	rpv_batch_free(p->batch);
	rpv_score_engine_close(p->engine);
	close_world(&p->w);
}

/* Refused, with words in the record of the session, or of the call where it has one. */
static void assert_wrong(place *p, rpv_status wanted, rpv_status status, const char *what, const char *words)
{
	const rpv_error *e = p->error.status ? &p->error : rpv_session_error(p->session);

	if (status != wanted || p->untidy || !e->message[0] || !strstr(e->message, words) || e->status != wanted)
		print_error("%s: %s, \"%s\" of %s%s, not %s\n", what, rpv_status_name(status), e->message, e->field,
		            p->untidy ? ", output set" : "", words);
	assert_status(wanted, status);
	assert_int_equal(wanted, e->status);
	assert_false(p->untidy);
	assert_true(e->message[0] && strstr(e->message, words));
	p->error = (rpv_error)RPV_ERROR_INIT;
}

/* --- ids --- */
static void test_calls_when_an_id_is_none_then_refused(void **state)
{
	static const struct { const char *name; call call; } takers[] = {
		{ "assessments", assessments }, { "approve", approve }, { "approve_preview", approve_preview },
		{ "approve_many", approve_many }, { "approve_preview_many", approve_preview_many }, { "reject", reject },
		{ "reject_many", reject_many }, { "cancel", cancel }, { "complete", complete },
		{ "cancel_remediation", cancel_remediation }, { "targets", targets }, { "explain", explain },
		{ "put_full", put_full }, { "put_assess", put_assess },
	};
	static char too_long[RPV_ID_MAX + 2];
	static const char *const wrong[] = { "", "\xC3(", "\xED\xA0\x80", "\xF8", too_long };
	place p;
	(void)state;
	open_place(&p);
	memset(too_long, 'x', RPV_ID_MAX + 1);
	for (size_t i = 0; i < sizeof takers / sizeof *takers; i++)
		for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
			rpv_status status = takers[i].call(&p, wrong[k]);
			/* An id of the library's own making is unknown, whatever it is. */
			assert_wrong(&p, status == RPV_E_NOT_FOUND ? status : RPV_E_INVALID, status, takers[i].name, "");
		}
	close_place(&p);
}

/* --- structs --- */
typedef union any_struct {
	rpv_exception_request exception_request;
	rpv_renewal_request renewal_request;
	rpv_remediation_request remediation_request;
	rpv_device_facts device;
	unsigned char bytes[4096];
	size_t struct_size;
} any_struct;

typedef enum kind { TEXT, ENUM, BITS, END } kind;
typedef struct field { kind kind; size_t at; const char *name; } field;
#define AT(kind, type, name) { kind, offsetof(type, name), #name }

typedef struct shape { const char *name; call call; const void *valid; size_t size; field fields[18]; } shape;
#define QUERY(call, type, INIT, ...) { #type, call, &(const type)INIT, sizeof(type), { __VA_ARGS__, { END, 0, "" } } }
#define FACTS(call, type, valid, ...) { #type, call, &valid, sizeof(type), { __VA_ARGS__, { END, 0, "" } } }

static const rpv_exception_request a_request = { .struct_size = sizeof a_request, .recommendation = BROWSER,
	.justification = RPV_JUSTIFICATION_RISK_ACCEPTED, .context = "why", .duration_ms = DAY, .scope = RPV_SCOPE_GLOBAL };
static const rpv_remediation_request a_remediation = { .struct_size = sizeof a_remediation, .recommendation = BROWSER,
	.kind = RPV_REMEDIATION_UPDATE, .priority = RPV_PRIORITY_LOW, .due_ms = START + DAY };
static const rpv_principal a_principal = { .struct_size = sizeof a_principal, .id = "cy@corp.example",
	.permissions = RPV_PERMIT_VIEW };
static const rpv_device_facts a_device = { .struct_size = sizeof a_device, .id = "s2" };
static const rpv_weakness_facts a_weakness = { .struct_size = sizeof a_weakness, .id = "CVE-2" };
static const rpv_recommendation_facts a_recommendation = { .struct_size = sizeof a_recommendation, .id = "r",
	.kind = RPV_KIND_UPDATE };
static const rpv_group_facts a_group = { .struct_size = sizeof a_group, .name = "Kiosks" };
static const rpv_weakness_set_facts a_set = { .struct_size = sizeof a_set, .recommendation = BROWSER, .id = "v" };
static const rpv_control_facts a_control = { .struct_size = sizeof a_control, .id = "c", .kind = RPV_CONTROL_INTERNAL };
static const rpv_assessment_facts an_assessment = { .struct_size = sizeof an_assessment, .device = "s1",
	.recommendation = BROWSER };

static const shape shapes[] = {
	QUERY(controls, rpv_control_query, RPV_CONTROL_QUERY_INIT, AT(TEXT, rpv_control_query, after),
	      AT(ENUM, rpv_control_query, kind), AT(ENUM, rpv_control_query, stale), AT(ENUM, rpv_control_query, retired)),
	QUERY(devices, rpv_device_query, RPV_DEVICE_QUERY_INIT, AT(TEXT, rpv_device_query, after),
	      AT(ENUM, rpv_device_query, sort), AT(ENUM, rpv_device_query, covered), AT(ENUM, rpv_device_query, active)),
	QUERY(events, rpv_event_query, RPV_EVENT_QUERY_INIT, { END, 0, "" }),
	QUERY(exceptions, rpv_exception_query, RPV_EXCEPTION_QUERY_INIT, AT(TEXT, rpv_exception_query, after),
	      AT(BITS, rpv_exception_query, statuses), AT(BITS, rpv_exception_query, justifications),
	      AT(BITS, rpv_exception_query, impacts), AT(BITS, rpv_exception_query, scopes),
	      AT(ENUM, rpv_exception_query, single_weakness), AT(ENUM, rpv_exception_query, sort),
	      AT(ENUM, rpv_exception_query, watch)),
	QUERY(recommendations, rpv_recommendation_query, RPV_RECOMMENDATION_QUERY_INIT,
	      AT(TEXT, rpv_recommendation_query, after), AT(BITS, rpv_recommendation_query, states),
	      AT(BITS, rpv_recommendation_query, kinds), AT(BITS, rpv_recommendation_query, categories),
	      AT(ENUM, rpv_recommendation_query, severity), AT(ENUM, rpv_recommendation_query, exploit),
	      AT(ENUM, rpv_recommendation_query, has_remediation), AT(ENUM, rpv_recommendation_query, sort)),
	QUERY(remediations, rpv_remediation_query, RPV_REMEDIATION_QUERY_INIT, AT(TEXT, rpv_remediation_query, after),
	      AT(BITS, rpv_remediation_query, statuses), AT(BITS, rpv_remediation_query, kinds),
	      AT(ENUM, rpv_remediation_query, overdue), AT(ENUM, rpv_remediation_query, sort)),
	QUERY(weaknesses, rpv_weakness_query, RPV_WEAKNESS_QUERY_INIT, AT(TEXT, rpv_weakness_query, after),
	      AT(ENUM, rpv_weakness_query, sort), AT(ENUM, rpv_weakness_query, severity),
	      AT(ENUM, rpv_weakness_query, exploit), AT(ENUM, rpv_weakness_query, exposed)),
	QUERY(score, rpv_score_query, RPV_SCORE_QUERY_INIT, AT(ENUM, rpv_score_query, category)),
	QUERY(engine_read, rpv_score_query, RPV_SCORE_QUERY_INIT, AT(ENUM, rpv_score_query, category)),
	QUERY(batch_begin, rpv_batch_options, RPV_BATCH_OPTIONS_INIT, AT(TEXT, rpv_batch_options, source)),
	FACTS(preview, rpv_exception_request, a_request, AT(TEXT, rpv_exception_request, context),
	      AT(TEXT, rpv_exception_request, ticket), AT(ENUM, rpv_exception_request, justification),
	      AT(ENUM, rpv_exception_request, impact), AT(ENUM, rpv_exception_request, scope),
	      AT(TEXT, rpv_exception_request, recommendation), AT(TEXT, rpv_exception_request, weakness)),
	FACTS(request, rpv_remediation_request, a_remediation, AT(TEXT, rpv_remediation_request, notes),
	      AT(ENUM, rpv_remediation_request, kind), AT(ENUM, rpv_remediation_request, priority),
	      AT(TEXT, rpv_remediation_request, recommendation)),
	FACTS(session_open, rpv_principal, a_principal, AT(TEXT, rpv_principal, id), AT(BITS, rpv_principal, permissions)),
	FACTS(put_device, rpv_device_facts, a_device, AT(TEXT, rpv_device_facts, id), AT(TEXT, rpv_device_facts, name),
	      AT(TEXT, rpv_device_facts, group), AT(TEXT, rpv_device_facts, os), AT(ENUM, rpv_device_facts, value)),
	FACTS(put_weakness, rpv_weakness_facts, a_weakness, AT(TEXT, rpv_weakness_facts, id),
	      AT(ENUM, rpv_weakness_facts, severity), AT(ENUM, rpv_weakness_facts, exploit)),
	FACTS(put_recommendation, rpv_recommendation_facts, a_recommendation, AT(TEXT, rpv_recommendation_facts, id),
	      AT(TEXT, rpv_recommendation_facts, title), AT(ENUM, rpv_recommendation_facts, kind)),
	FACTS(put_group, rpv_group_facts, a_group, AT(TEXT, rpv_group_facts, name), AT(TEXT, rpv_group_facts, description)),
	FACTS(put_set, rpv_weakness_set_facts, a_set, AT(TEXT, rpv_weakness_set_facts, id),
	      AT(TEXT, rpv_weakness_set_facts, recommendation)),
	FACTS(put_control, rpv_control_facts, a_control, AT(TEXT, rpv_control_facts, id), AT(ENUM, rpv_control_facts, kind)),
	FACTS(put_assessment, rpv_assessment_facts, an_assessment, AT(TEXT, rpv_assessment_facts, device),
	      AT(TEXT, rpv_assessment_facts, recommendation), AT(TEXT, rpv_assessment_facts, version),
	      AT(ENUM, rpv_assessment_facts, state)),
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static void test_structs_when_of_another_size_then_only_what_is_known(void **state)
{
	place p;
	(void)state;
	for (size_t i = 0; i < SHAPES; i++) {
		const shape *s = &shapes[i];
		any_struct given;
		open_place(&p);
		memset(&given, 0, sizeof given);
		memcpy(&given, s->valid, s->size);
		rpv_status status = s->call(&p, &given);
		if (status)
			print_error("%s: %s %s\n", s->name, rpv_session_error(p.session)->message, p.error.message);
		assert_status(RPV_OK, status);
		given.struct_size = s->size + 8; /* of a newer host that asks for nothing new */
		assert_status(RPV_OK, s->call(&p, &given));
		given.bytes[s->size] = 1;
		assert_wrong(&p, RPV_E_VERSION, s->call(&p, &given), s->name, "newer");
		given.struct_size = 1;
		assert_wrong(&p, RPV_E_INVALID, s->call(&p, &given), s->name, "size of the");
		given.struct_size = 4097;
		assert_wrong(&p, RPV_E_INVALID, s->call(&p, &given), s->name, "size of the");
		close_place(&p);
	}
}

static void test_structs_when_a_field_is_out_of_range_then_refused(void **state)
{
	static const char *const wrong_texts[] = { "\xC3(", "\xED\xA0\x80", "\xFF" };
	static const int32_t wrong_values[] = { -1, 99, INT32_MIN, INT32_MAX };
	place p;
	(void)state;
	open_place(&p);
	for (size_t i = 0; i < SHAPES; i++)
		for (const field *f = shapes[i].fields; f->kind != END; f++)
			for (size_t k = 0; k < (f->kind == TEXT ? 3 : f->kind == ENUM ? 4 : 1); k++) {
				const shape *s = &shapes[i];
				uint32_t bits = UINT32_C(1) << 30;
				any_struct given;
				char what[80];
				memset(&given, 0, sizeof given);
				memcpy(&given, s->valid, s->size);
				if (f->kind == TEXT)
					memcpy(given.bytes + f->at, &wrong_texts[k], sizeof wrong_texts[k]);
				else
					memcpy(given.bytes + f->at, f->kind == ENUM ? (const void *)&wrong_values[k] : &bits, 4);
				snprintf(what, sizeof what, "%s.%s, wrong in way %d", s->name, f->name, (int)k);
				assert_wrong(&p, RPV_E_INVALID, s->call(&p, &given), what, "");
			}
	close_place(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls_when_an_id_is_none_then_refused),
		cmocka_unit_test(test_structs_when_of_another_size_then_only_what_is_known),
		cmocka_unit_test(test_structs_when_a_field_is_out_of_range_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
