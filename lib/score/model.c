/* SPDX-License-Identifier: MIT */
/* Exposure models as hosts give them; see model.h. */
#include "model.h"

#include <stddef.h>

/* Constants of the public struct, in its order, and where the arithmetic has them. */
typedef struct constant { const char *field; uint16_t from, to; uint32_t least, most; } constant;
#define FROM(field) #field, (uint16_t)offsetof(rpv_exposure_model, field)
#define TO(field) (uint16_t)offsetof(rpv__exposure_model, field)
#define CONSTANT(field, to, least, most) { FROM(field), TO(to), least, most }
enum { MOST_WEIGHT = 20000 };

static const constant constants[] = {
	CONSTANT(base_unknown, base[RPV_SEVERITY_UNKNOWN], 0, RPV_LIKELIHOOD_ONE),
	CONSTANT(base_low, base[RPV_SEVERITY_LOW], 0, RPV_LIKELIHOOD_ONE),
	CONSTANT(base_medium, base[RPV_SEVERITY_MEDIUM], 0, RPV_LIKELIHOOD_ONE),
	CONSTANT(base_high, base[RPV_SEVERITY_HIGH], 0, RPV_LIKELIHOOD_ONE),
	CONSTANT(base_critical, base[RPV_SEVERITY_CRITICAL], 0, RPV_LIKELIHOOD_ONE),
	CONSTANT(floor_public, exploit_floor[RPV_EXPLOIT_PUBLIC], 0, RPV_LIKELIHOOD_ONE),
	CONSTANT(floor_verified, exploit_floor[RPV_EXPLOIT_VERIFIED], 0, RPV_LIKELIHOOD_ONE),
	CONSTANT(floor_in_kit, exploit_floor[RPV_EXPLOIT_KIT], 0, RPV_LIKELIHOOD_ONE),
	CONSTANT(floor_known_exploited, known_exploited_floor, 0, RPV_LIKELIHOOD_ONE),
	CONSTANT(floor_active_alert, active_alert_floor, 0, RPV_LIKELIHOOD_ONE),
	CONSTANT(highest, highest, 0, RPV_LIKELIHOOD_ONE - 1),
	CONSTANT(consequence_unknown, consequence[RPV_SEVERITY_UNKNOWN], 0, 1000),
	CONSTANT(consequence_low, consequence[RPV_SEVERITY_LOW], 0, 1000),
	CONSTANT(consequence_medium, consequence[RPV_SEVERITY_MEDIUM], 0, 1000),
	CONSTANT(consequence_high, consequence[RPV_SEVERITY_HIGH], 0, 1000),
	CONSTANT(consequence_critical, consequence[RPV_SEVERITY_CRITICAL], 0, 1000),
	CONSTANT(reach, reach, 0, 1000),
	CONSTANT(internet_facing, internet_facing, 1, RPV__M_MAX),
	CONSTANT(active_alert, active_alert, 1, RPV__M_MAX),
	CONSTANT(value_low, value_low, 1, MOST_WEIGHT),
	CONSTANT(value_normal, value_normal, 1, MOST_WEIGHT),
	CONSTANT(value_high_least, value_high_least, 1, MOST_WEIGHT),
	CONSTANT(value_high_per_device, value_high_per_device, 0, 4),
};

static rpv_status take_constants(const rpv_exposure_model *given, rpv__exposure_model *out, rpv_error *error)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < RPV__COUNT(constants); i++) {
		const constant *c = &constants[i];
		uint32_t value;
		memcpy(&value, (const char *)given + c->from, sizeof value);
		if (value < c->least || value > c->most)
			return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, c->field, "%s of the model is %lu, not %lu to %lu",
			                       c->field, (unsigned long)value, (unsigned long)c->least, (unsigned long)c->most);
		memcpy((char *)out + c->to, &value, sizeof value);
	}
	out->base[0] = out->base[RPV_SEVERITY_UNKNOWN];
	out->consequence[0] = out->consequence[RPV_SEVERITY_UNKNOWN];
	if (out->internet_facing * out->active_alert > RPV__M_MAX)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "active_alert",
		                       "internet_facing times active_alert of the model is %lu, at most %lu are allowed",
		                       (unsigned long)(out->internet_facing * out->active_alert), (unsigned long)RPV__M_MAX);
	return RPV_OK;
}

rpv_status rpv__model_check(const rpv_exposure_model *given, rpv__exposure_model *inside, rpv_error *error)
{
	rpv_status status = take_constants(given, inside, error);
	if (status)
		return status;
	size_t size = given->name ? strlen(given->name) : 0;
	if (size == 0 || size > RPV_MODEL_NAME_MAX || !rpv__utf8_ok(given->name, size))
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "name",
		                       "the name of the model is missing, is not UTF-8, or has more than %d bytes",
		                       RPV_MODEL_NAME_MAX);
	if (strcmp(given->name, RPV_EXPOSURE_MODEL) == 0 &&
	    (given->likelihood || memcmp(inside, &rpv__exposure_model_default, sizeof *inside) != 0))
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "name",
		                       "a model of other constants, or with a callback, needs another name than %s",
		                       RPV_EXPOSURE_MODEL);
	return RPV_OK;
}

uint64_t rpv__model_digest(const rpv__exposure_model *inside)
{
	uint8_t bytes[RPV__COUNT(constants) * 4];
	for (size_t i = 0; i < RPV__COUNT(constants); i++) {
		uint32_t value;
		memcpy(&value, (const char *)inside + constants[i].to, sizeof value);
		for (unsigned j = 0; j < 4; j++)
			bytes[4 * i + j] = (uint8_t)(value >> (24 - 8 * j));
	}
	return rpv__hash(bytes, sizeof bytes);
}

bool rpv__model_is(const rpv__model *model, const rpv_exposure_model *given, const rpv__exposure_model *inside)
{
	return strcmp(model->name, given->name) == 0 && model->given.likelihood == given->likelihood &&
	       model->given.user == given->user && memcmp(&model->constants, inside, sizeof *inside) == 0;
}

rpv__model *rpv__model_new(const rpv__alloc *alloc, const rpv_exposure_model *given,
                           const rpv__exposure_model *inside)
{
	rpv__model *model = rpv__new(alloc, sizeof *model);
	if (!model)
		return NULL;
	model->given = *given;
	model->constants = *inside;
	memcpy(model->name, given->name, strlen(given->name) + 1);
	model->given.name = model->name;
	return model;
}

void rpv__model_free(const rpv__alloc *alloc, rpv__model *model)
{
	if (!model)
		return;
	rpv__free(alloc, model->facts);
	rpv__free(alloc, model->told);
	rpv__free(alloc, model);
}

/* --- the callback --- */
static bool is_same(const rpv__threat *a, const rpv__threat *b)
{
	const unsigned flags = RPV__THREAT_EXISTS | RPV__THREAT_KNOWN_EXPLOITED | RPV__THREAT_ALERT;
	return a->epss == b->epss && a->severity == b->severity && a->exploit == b->exploit &&
	       (a->flags & flags) == (b->flags & flags);
}

static rpv_status ask_one(rpv__model *model, const rpv__view *view, uint32_t number, rpv__arena *scratch,
                          rpv_error *error)
{
	const rpv__threat *t = &view->threats[number];
	rpv__weakness record;
	rpv__key key;
	rpv_bytes value, at = rpv__key32(&key, RPV__K_WEAKNESS, number);
	rpv_status status = rpv__source_get(&view->source, at, scratch, &value, error);
	if (status == RPV_E_NOT_FOUND || (!status && !rpv__get_weakness(value, scratch, &record)))
		return rpv__fail_corrupt(error, "weakness", at);
	if (status)
		return status;
	rpv__likelihood_facts known = rpv__threat_facts(t);
	rpv_likelihood_facts facts = { sizeof facts, record.id, t->epss == RPV__EPSS_UNKNOWN ? RPV_LIKELIHOOD_UNKNOWN : t->epss,
		                           rpv__likelihood(&model->constants, &known),
		                           t->severity ? (rpv_severity)t->severity : RPV_SEVERITY_UNKNOWN,
		                           t->exploit ? (rpv_exploit)t->exploit : RPV_EXPLOIT_NONE, known.known_exploited,
		                           known.active_alert };
	status = rpv__port_likelihood(&model->given, &facts, &model->told[number], error);
	if (!status)
		model->facts[number] = *t;
	return status;
}

rpv_status rpv__model_ask(rpv__model *model, const rpv__view *view, rpv_error *error)
{
	rpv_status status = RPV_OK;
	rpv__arena scratch;
	if (!model || !model->given.likelihood)
		return RPV_OK;
	if (rpv__grow(&view->alloc, &model->facts, &model->fact_cap, view->threat_count + 1, sizeof *model->facts) ||
	    rpv__grow(&view->alloc, &model->told, &model->told_cap, view->threat_count + 1, sizeof *model->told))
		return rpv__fail_nomem(error);
	for (; model->fact_count < view->threat_count; model->fact_count++)
		memset(&model->facts[model->fact_count], 0, sizeof *model->facts);
	rpv__arena_init(&scratch, &view->alloc);
	for (size_t i = 0; !status && i < view->threat_count; i++)
		if (view->threats[i].flags & RPV__THREAT_EXISTS && !is_same(&view->threats[i], &model->facts[i])) {
			status = ask_one(model, view, (uint32_t)i, &scratch, error);
			rpv__arena_free(&scratch);
		}
	rpv__arena_free(&scratch);
	return status;
}
