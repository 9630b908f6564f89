/* SPDX-License-Identifier: MIT */
/* A request for an exception: checked, then its subject and times found and held against the rules. */
#include "../model/instant.h"
#include "exception.h"

#include <stdarg.h>
#include <stdio.h>

#define TIME_MAX INT64_C(253402300799999) /* the end of the year 9999 */
#define BLANKS " \t\r\n"

rpv_status rpv__text_list_add(rpv__arena *arena, rpv__text_list *list, const char *text)
{
	if (rpv__arena_grow(arena, &list->items, &list->cap, list->count, sizeof *list->items))
		return RPV_E_NOMEM;
	const char *copy = rpv__arena_text(arena, text, strlen(text));
	if (!copy)
		return RPV_E_NOMEM;
	list->items[list->count++] = copy;
	return RPV_OK;
}

static int compare_texts(const void *a, const void *b, const void *context)
{
	(void)context;
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

rpv_status rpv__text_list_sort(rpv__arena *arena, const char **texts, size_t count)
{
	return rpv__sort(&arena->alloc, texts, count, sizeof *texts, compare_texts, NULL);
}

rpv_status rpv__plan_refuse(rpv__plan *plan, rpv_status status, rpv_error *error, const char *format, ...)
{
	char words[512];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	if (!plan->dry)
		return rpv__fail(error, status, "%s", words);
	if (rpv__text_list_add(&plan->filing->arena, &plan->refusals, words))
		return rpv__fail_nomem(error);
	return RPV_OK;
}

/* --- without the store --- */
rpv_status rpv__plan_open(rpv__plan *plan, rpv_session *session, const rpv_exception_request *request)
{
	rpv_status st = rpv__plan_open_empty(plan, session);
	if (st == RPV_OK)
		st = rpv__take_struct(request, sizeof plan->request, &plan->request, sizeof plan->request, "exception request",
		                      &session->error);
	plan->run = rpv__plan_file;
	return st;
}

rpv_status rpv__plan_open_empty(rpv__plan *plan, rpv_session *session)
{
	const rpv_exception_request init = RPV_EXCEPTION_REQUEST_INIT;
	const rpv__alloc *alloc = &session->store->port.alloc;
	memset(plan, 0, sizeof *plan);
	plan->session = session;
	plan->request = init;
	plan->filing = rpv__new(alloc, sizeof *plan->filing);
	if (!plan->filing)
		return rpv__fail_nomem(&session->error);
	rpv__arena_init(&plan->filing->arena, alloc);
	return RPV_OK;
}

void rpv__filing_free(rpv_filing *filing)
{
	if (!filing)
		return;
	rpv__alloc alloc = filing->arena.alloc;
	rpv__arena_free(&filing->arena);
	rpv__free(&alloc, filing);
}

static rpv_status invalid(rpv_error *error, const char *field, const char *words)
{
	return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, field, "%s", words);
}

static rpv_status check_texts(const rpv_exception_request *r, rpv_error *error)
{
	rpv_status st = RPV_OK;
	if (!r->recommendation && !r->weakness)
		return invalid(error, "recommendation", "neither a recommendation nor a weakness is named");
	if (r->recommendation)
		st = rpv__check_id(r->recommendation, "recommendation", error);
	if (st == RPV_OK && r->weakness)
		st = rpv__check_id(r->weakness, "weakness", error);
	if (st == RPV_OK)
		st = rpv__check_text(r->context, "context", error);
	if (st == RPV_OK && (!r->context || !r->context[strspn(r->context, BLANKS)]))
		st = invalid(error, "context", "the context is missing: say why, in words");
	if (st == RPV_OK && r->ticket)
		st = rpv__check_id(r->ticket, "ticket", error);
	if (st == RPV_OK && (r->evidence_count % 2 || (r->evidence_count && !r->evidence)))
		st = invalid(error, "evidence", "evidence consists of pairs: URI and digest");
	if (st == RPV_OK && r->control_count && !r->controls)
		st = invalid(error, "controls", "the list is NULL, but its count is not 0");
	for (size_t i = 0; st == RPV_OK && i < r->control_count; i++)
		st = rpv__check_id(r->controls[i], "controls", error);
	for (size_t i = 0; st == RPV_OK && i < r->evidence_count; i++) {
		st = rpv__check_text(r->evidence[i], "evidence", error);
		if (st == RPV_OK && i % 2 == 0 && (!r->evidence[i] || !*r->evidence[i]))
			st = invalid(error, "evidence", "a URI is missing");
	}
	return st;
}

/* The widest scope must not be what one gets by forgetting to say "groups" or "devices". */
static rpv_status check_scope(const rpv_exception_request *r, rpv_error *error)
{
	if ((uint32_t)r->scope > RPV_SCOPE_DEVICES)
		return invalid(error, "scope", "there is no such scope");
	if (r->group_count && r->scope != RPV_SCOPE_GROUPS)
		return invalid(error, "groups", "device groups are named, but the scope is another");
	if (r->device_count && r->scope != RPV_SCOPE_DEVICES)
		return invalid(error, "devices", "devices are named, but the scope is another");
	if (r->scope == RPV_SCOPE_GROUPS && (!r->group_count || !r->groups))
		return invalid(error, "groups", "no device group is named");
	if (r->scope == RPV_SCOPE_DEVICES && (!r->device_count || !r->devices))
		return invalid(error, "devices", "no device is named");
	return RPV_OK;
}

static rpv_status check_values(const rpv_exception_request *r, rpv_error *error)
{
	if (r->justification == RPV_JUSTIFICATION_NONE)
		return invalid(error, "justification", "the justification is missing");
	if ((uint32_t)r->justification > RPV_JUSTIFICATION_FALSE_POSITIVE)
		return invalid(error, "justification", "there is no such justification");
	if ((uint32_t)r->impact > RPV_IMPACT_HYBRID)
		return invalid(error, "impact", "there is no such impact");
	if (r->supersede != 0 && r->supersede != 1)
		return invalid(error, "supersede", "neither 0 nor 1");
	if (r->start_ms < 0 || r->start_ms > TIME_MAX)
		return invalid(error, "start_ms", "not an instant of the years 1970 to 9999");
	if (r->end_ms < 0 || r->end_ms > TIME_MAX)
		return invalid(error, "end_ms", "not an instant of the years 1970 to 9999");
	if (r->duration_ms < 0)
		return invalid(error, "duration_ms", "the duration is negative");
	if (!r->end_ms == !r->duration_ms)
		return invalid(error, "end_ms", "either an end or a duration is needed, and not both");
	return RPV_OK;
}

rpv_status rpv__plan_check(rpv__plan *plan, rpv_error *error)
{
	const rpv_exception_request *r = &plan->request;
	uint32_t needed = RPV_PERMIT_EXCEPTIONS;
	rpv_status st;
	if (r->scope == RPV_SCOPE_GLOBAL)
		needed |= RPV_PERMIT_GLOBAL_EXCEPTIONS;
	if (r->impact != RPV_IMPACT_DEFAULT)
		needed |= RPV_PERMIT_SETTINGS;
	st = rpv__session_require_write(plan->session, needed, r->recommendation ? r->recommendation : r->weakness);
	if (st == RPV_OK && r->scope == RPV_SCOPE_GLOBAL && !plan->session->all_groups)
		st = rpv__fail(error, RPV_E_DENIED, "a global exception needs a session that sees all device groups");
	if (st == RPV_OK)
		st = check_texts(r, error);
	if (st == RPV_OK)
		st = check_values(r, error);
	if (st == RPV_OK)
		st = check_scope(r, error);
	return st;
}

rpv_status rpv__plan_check_renewal(const rpv_renewal_request *r, rpv_error *error)
{
	const rpv_exception_request as_filed = { .recommendation = r->id, .context = r->context ? r->context : "as before",
		.ticket = r->ticket, .evidence = r->evidence, .evidence_count = r->evidence_count, .end_ms = r->end_ms,
		.duration_ms = r->duration_ms, .justification = RPV_JUSTIFICATION_RISK_ACCEPTED };
	rpv_status st = check_texts(&as_filed, error);
	return st == RPV_OK ? check_values(&as_filed, error) : st;
}

/* --- subject and rules --- */
/* Characters of a text without the blanks around it. */
static size_t length_of(const char *text)
{
	text += strspn(text, BLANKS);
	size_t characters = 0, size = strlen(text);
	while (size && strchr(BLANKS, text[size - 1])) /* unreachable: a context of nothing but blanks is refused before */
		size--;
	for (size_t i = 0; i < size; i++)
		characters += ((unsigned char)text[i] & 0xC0) != 0x80;
	return characters;
}

static rpv_status resolve_recommendation(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	const char *id = plan->request.recommendation;
	rpv__key key;
	rpv_bytes at = { NULL, 0 }, value;
	rpv__recommendation record;
	rpv_status st;
	if (!id)
		return RPV_OK;
	st = rpv__txn_name_find(txn, RPV__N_RECOMMENDATION, 0, id, &plan->cover.recommendation, error);
	if (st == RPV_OK) {
		at = rpv__key32(&key, RPV__K_RECOMMENDATION, plan->cover.recommendation);
		st = rpv__txn_get(txn, at, &value, error);
	}
	if (st == RPV_OK && !rpv__get_recommendation(value, &plan->filing->arena, &record))
		return rpv__fail_corrupt(error, "recommendation", at);
	if (st == RPV_E_NOT_FOUND || (st == RPV_OK && record.removed))
		return rpv__fail_field(error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "recommendation",
		                       "there is no recommendation \"%s\"", id);
	if (st == RPV_OK) {
		plan->recommendation = record.id;
		plan->configuration = record.kind == RPV_KIND_CONFIGURATION_CHANGE;
	}
	return st;
}

static rpv_status resolve_weakness(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	const char *id = plan->request.weakness;
	if (!id)
		return RPV_OK;
	rpv_status st = rpv__txn_name_find(txn, RPV__N_WEAKNESS, 0, id, &plan->cover.weakness, error);
	if (st == RPV_E_NOT_FOUND)
		return rpv__fail_field(error, RPV_E_NOT_FOUND, RPV_NO_INDEX, "weakness", "there is no weakness \"%s\"", id);
	plan->weakness = rpv__arena_text(&plan->filing->arena, id, strlen(id));
	return st == RPV_OK && !plan->weakness ? rpv__fail_nomem(error) : st;
}

static rpv_status hold_against_rules(rpv__plan *plan, rpv_error *error)
{
	const rpv_exception_request *r = &plan->request;
	rpv_status st = RPV_OK;
	bool of_weaknesses = r->justification == RPV_JUSTIFICATION_NO_PATCH_AVAILABLE ||
	                     r->justification == RPV_JUSTIFICATION_FALSE_POSITIVE;
	if (of_weaknesses && !r->weakness)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the justification %s is for single weaknesses only",
		                      rpv_word(RPV_WORDS_JUSTIFICATION, (int32_t)r->justification));
	if (st == RPV_OK && r->weakness && plan->configuration)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "\"%s\" is a configuration: it has no single weaknesses",
		                      plan->recommendation);
	if (st == RPV_OK && r->weakness && r->impact != RPV_IMPACT_DEFAULT)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error,
		                      "exceptions of single weaknesses always count as mitigation: their impact cannot be chosen");
	if (st == RPV_OK && length_of(r->context) < plan->policy->context_min)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the context has %zu characters, at least %u are asked for "
		                      "(policy context_min)", length_of(r->context), (unsigned)plan->policy->context_min);
	plan->cover.justification = r->justification;
	plan->cover.impact = rpv__exception_impact(plan->policy, r->justification, r->impact, r->weakness != NULL);
	return st;
}

/* R4. What cannot be agreed to is taken as near as possible, so that a dry run can go on. */
static rpv_status resolve_times(rpv__plan *plan, rpv_error *error)
{
	const rpv_exception_request *r = &plan->request;
	int64_t now = plan->now_ms, start = r->start_ms ? r->start_ms : now;
	int64_t most = plan->policy->duration_max_ms[r->justification], longest = start + most, end = r->end_ms;
	char start_text[RPV_TIME_TEXT_SIZE] = "", end_text[RPV_TIME_TEXT_SIZE] = "", limit[RPV__DURATION_WORDS];
	rpv_status st = RPV_OK;
	if (!end)
		end = r->duration_ms > TIME_MAX - start ? TIME_MAX + 1 : start + r->duration_ms;
	rpv__time_text(start, start_text);
	rpv__time_text(end < TIME_MAX ? end : TIME_MAX, end_text);
	if (start < now)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the start, %s, lies in the past", start_text);
	else if (start - now > plan->policy->start_ahead_max_ms && !plan->renewal)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the start, %s, lies more than %s ahead (policy "
		                      "start_ahead_max)", start_text, rpv__duration_words(plan->policy->start_ahead_max_ms, limit));
	if (st == RPV_OK && r->supersede && start > now)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "what supersedes starts now: a later start is refused");
	if (st == RPV_OK && end <= now)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the end, %s, does not lie ahead", end_text);
	else if (st == RPV_OK && end <= start)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the end, %s, does not lie behind the start, %s", end_text,
		                      start_text);
	else if (st == RPV_OK && end > longest)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the exception would last longer than %s (policy "
		                      "duration_max.%s)", rpv__duration_words(most, limit),
		                      rpv_word(RPV_WORDS_JUSTIFICATION, (int32_t)r->justification));
	else if (st == RPV_OK && end > TIME_MAX)
		st = rpv__plan_refuse(plan, RPV_E_REFUSED, error, "the exception would last beyond the year 9999");
	plan->cover.filed_ms = now;
	plan->cover.start_ms = start;
	plan->cover.end_ms = end < TIME_MAX ? end : TIME_MAX;
	return st;
}

static rpv_status take_texts(rpv__plan *plan, rpv_error *error)
{
	const rpv_exception_request *r = &plan->request;
	rpv__arena *arena = &plan->filing->arena;
	rpv__text_list evidence = { NULL, 0, 0 };
	rpv__exception *t = &plan->texts;
	t->recommendation = plan->cover.recommendation;
	t->weakness = plan->cover.weakness;
	t->context = rpv__arena_text(arena, r->context, strlen(r->context));
	t->requester = rpv__arena_text(arena, plan->session->principal, strlen(plan->session->principal));
	t->ticket = r->ticket ? rpv__arena_text(arena, r->ticket, strlen(r->ticket)) : NULL;
	for (size_t i = 0; i < r->evidence_count; i++)
		if (rpv__text_list_add(arena, &evidence, r->evidence[i] ? r->evidence[i] : ""))
			return rpv__fail_nomem(error);
	t->evidence = (rpv__texts){ evidence.items, evidence.count };
	return !t->context || !t->requester || (r->ticket && !t->ticket) ? rpv__fail_nomem(error) : RPV_OK;
}

rpv_status rpv__plan_resolve(rpv__plan *plan, rpv__txn *txn, rpv_error *error)
{
	rpv_status st = rpv__txn_policy(txn, &plan->policy, error);
	if (st == RPV_OK)
		st = resolve_recommendation(plan, txn, error);
	if (st == RPV_OK)
		st = resolve_weakness(plan, txn, error);
	if (st == RPV_OK)
		st = hold_against_rules(plan, error);
	if (st == RPV_OK)
		st = resolve_times(plan, error);
	if (st == RPV_OK)
		st = rpv__plan_controls(plan, txn, error);
	if (st == RPV_OK)
		st = take_texts(plan, error);
	if (st == RPV_OK)
		st = plan->renewal ? rpv__plan_name_units(plan, txn, error) : rpv__plan_scope(plan, txn, error);
	return st;
}
