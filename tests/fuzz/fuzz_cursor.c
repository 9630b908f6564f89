/* SPDX-License-Identifier: MIT */
/* Fuzzes cursors: any text is refused, or a list goes on behind it, with a cursor that is accepted in its turn. The first
 * byte chooses the list and its order. */
#include "world.h"

typedef rpv_status lister(rpv_session *session, const char *after, unsigned order, rpv_list **out);

static rpv_status recommendations(rpv_session *session, const char *after, unsigned order, rpv_list **out)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	q.after = after;
	q.limit = 2;
	q.states = RPV_STATE_ALL;
	q.sort = (rpv_recommendation_sort)order;
	return rpv_recommendation_list(session, &q, out);
}

static rpv_status devices(rpv_session *session, const char *after, unsigned order, rpv_list **out)
{
	rpv_device_query q = RPV_DEVICE_QUERY_INIT;
	(void)order;
	q.after = after;
	q.limit = 2;
	return rpv_device_list(session, &q, out);
}

static rpv_status weaknesses(rpv_session *session, const char *after, unsigned order, rpv_list **out)
{
	rpv_weakness_query q = RPV_WEAKNESS_QUERY_INIT;
	(void)order;
	q.after = after;
	q.limit = 2;
	return rpv_weakness_list(session, &q, out);
}

static rpv_status controls(rpv_session *session, const char *after, unsigned order, rpv_list **out)
{
	rpv_control_query q = RPV_CONTROL_QUERY_INIT;
	(void)order;
	q.after = after;
	q.limit = 2;
	return rpv_control_list(session, &q, out);
}

static rpv_status exceptions(rpv_session *session, const char *after, unsigned order, rpv_list **out)
{
	rpv_exception_query q = RPV_EXCEPTION_QUERY_INIT;
	q.after = after;
	q.limit = 2;
	q.sort = (rpv_exception_sort)order;
	return rpv_exception_list(session, &q, out);
}

static rpv_status remediations(rpv_session *session, const char *after, unsigned order, rpv_list **out)
{
	rpv_remediation_query q = RPV_REMEDIATION_QUERY_INIT;
	(void)order;
	q.after = after;
	q.limit = 2;
	return rpv_remediation_list(session, &q, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static lister *const listers[] = { recommendations, devices, weaknesses, controls, exceptions, remediations };
	static world w;
	rpv_list *list = NULL, *rest = NULL;
	if (!w.store) {
		if (world_open(&w, NULL))
			abort();
		world_fill(&w);
	}
	if (size == 0)
		return 0;
	char *after = as_text(data + 1, size - 1);
	lister *lists = listers[data[0] % 6];
	unsigned order = data[0] / 6 % 8;
	rpv_status status = lists(w.session, after, order, &list);
	if (status != RPV_OK && (status != RPV_E_INVALID || !rpv_session_error(w.session)->message[0] || list))
		abort();
	if (status == RPV_OK && rpv_list_cursor(list) && lists(w.session, rpv_list_cursor(list), order, &rest))
		abort();
	rpv_list_free(list);
	rpv_list_free(rest);
	free(after);
	return 0;
}
