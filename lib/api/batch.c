/* SPDX-License-Identifier: MIT */
/* Exported functions of batch.h. */
#include "../service/batch.h"

rpv_status rpv_batch_begin(rpv_session *session, const rpv_batch_options *options, rpv_batch **batch)
{
	rpv_status st;

	if (batch)
		*batch = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!batch)
		st = rpv__fail(&session->error, RPV_E_INVALID, "batch is NULL");
	else
		st = rpv__batch_begin(session, options, batch);
	return rpv__leave(session, st);
}

void rpv_batch_free(rpv_batch *batch)
{
	if (batch)
		rpv__batch_free(batch);
}

/* One function that collects: `call` does it. */
#define COLLECT(batch, given, call)                                                                                  \
	rpv_status st;                                                                                                   \
                                                                                                                     \
	if (!(batch))                                                                                                    \
		return RPV_E_INVALID;                                                                                        \
	st = rpv__enter((batch)->session);                                                                               \
	if (st != RPV_OK)                                                                                                \
		return st;                                                                                                   \
	st = (given) ? (call) : rpv__batch_malformed(batch, "", "the record is NULL");                                   \
	return rpv__leave((batch)->session, st)

/* Facts of a host that was built for another version: 0 stands for the first size. */
static rpv_status take_facts(rpv_batch *batch, const void *given, void *facts, size_t size)
{
	size_t given_size;

	if (!given)
		return rpv__batch_malformed(batch, "", "the record is NULL");
	memcpy(&given_size, given, sizeof given_size);
	if (given_size == 0) {
		memcpy(facts, given, size);
		return RPV_OK;
	}
	return rpv__take_struct(given, size, facts, size, "facts", &batch->session->error);
}

/* The same for a struct of facts. */
#define COLLECT_FACTS(batch, given, type, function)                                                                  \
	type facts_of;                                                                                                   \
                                                                                                                     \
	COLLECT(batch, true, (st = take_facts(batch, given, &facts_of, sizeof facts_of)) == RPV_OK                       \
	                         ? function(batch, &facts_of) : st)

rpv_status rpv_batch_device(rpv_batch *batch, const rpv_device_facts *facts)
{
	COLLECT_FACTS(batch, facts, rpv_device_facts, rpv__batch_device);
}

rpv_status rpv_batch_weakness(rpv_batch *batch, const rpv_weakness_facts *facts)
{
	COLLECT_FACTS(batch, facts, rpv_weakness_facts, rpv__batch_weakness);
}

rpv_status rpv_batch_recommendation(rpv_batch *batch, const rpv_recommendation_facts *facts)
{
	COLLECT_FACTS(batch, facts, rpv_recommendation_facts, rpv__batch_recommendation);
}

rpv_status rpv_batch_group(rpv_batch *batch, const rpv_group_facts *facts)
{
	COLLECT_FACTS(batch, facts, rpv_group_facts, rpv__batch_group);
}

rpv_status rpv_batch_weakness_set(rpv_batch *batch, const rpv_weakness_set_facts *facts)
{
	COLLECT_FACTS(batch, facts, rpv_weakness_set_facts, rpv__batch_set);
}

rpv_status rpv_batch_assessment(rpv_batch *batch, const rpv_assessment_facts *facts)
{
	COLLECT_FACTS(batch, facts, rpv_assessment_facts, rpv__batch_assessment);
}

rpv_status rpv_batch_assessments(rpv_batch *batch, const rpv_assessment_columns *columns)
{
	COLLECT_FACTS(batch, columns, rpv_assessment_columns, rpv__batch_assessments);
}

rpv_status rpv_batch_control(rpv_batch *batch, const rpv_control_facts *facts)
{
	COLLECT_FACTS(batch, facts, rpv_control_facts, rpv__batch_control);
}

rpv_status rpv_batch_full_report(rpv_batch *batch, const char *device)
{
	COLLECT(batch, true, rpv__batch_report(batch, device));
}

rpv_status rpv_batch_assess(rpv_batch *batch, const char *device, const char *recommendation,
                            const char *const *weaknesses, size_t weakness_count)
{
	rpv_assessment_facts facts = { 0 };

	facts.device = device;
	facts.recommendation = recommendation;
	facts.weaknesses = weaknesses;
	facts.weakness_count = weakness_count;
	return rpv_batch_assessment(batch, &facts);
}

rpv_status rpv_batch_commit(rpv_batch *batch, rpv_batch_result *result)
{
	COLLECT(batch, true, rpv__batch_commit(batch, result));
}

/* --- restore.h --- */
rpv_status rpv_batch_restore_exception(rpv_batch *batch, const rpv_exception *exception)
{
	COLLECT_FACTS(batch, exception, rpv_exception, rpv__batch_restore_exception);
}

/* A remediation activity and its targets, each as take_facts(). */
static rpv_status take_remediation(rpv_batch *batch, const rpv_remediation *given, const rpv_target *targets,
                                   size_t target_count)
{
	rpv_remediation facts;
	rpv_status st = take_facts(batch, given, &facts, sizeof facts);

	if (st != RPV_OK)
		return st;
	if (!targets && target_count > 0)
		return rpv__batch_malformed(batch, "targets", "there are no targets");
	for (size_t i = 0; i < target_count; i++)
		if (targets[i].struct_size != 0 && targets[i].struct_size != sizeof *targets)
			return rpv__fail_field(&batch->session->error, RPV_E_VERSION, RPV_NO_INDEX, "targets",
			                       "the targets are structs of another version");
	return rpv__batch_restore_remediation(batch, &facts, targets, target_count);
}

rpv_status rpv_batch_restore_remediation(rpv_batch *batch, const rpv_remediation *remediation,
                                         const rpv_target *targets, size_t target_count)
{
	COLLECT(batch, true, take_remediation(batch, remediation, targets, target_count));
}

rpv_status rpv_batch_restore_score(rpv_batch *batch, const rpv_score_point *point)
{
	COLLECT_FACTS(batch, point, rpv_score_point, rpv__batch_restore_score);
}

rpv_status rpv_batch_restore_event(rpv_batch *batch, const rpv_event *event)
{
	COLLECT_FACTS(batch, event, rpv_event, rpv__batch_restore_event);
}
