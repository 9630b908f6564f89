/* SPDX-License-Identifier: MIT */
/* Exported functions of explain.h. */
#include "../service/explain.h"

rpv_status rpv_explain(rpv_session *session, const char *device, const char *recommendation, const char *weakness,
                       rpv_explanation **explanation)
{
	rpv_status st;

	if (explanation)
		*explanation = NULL;
	if (!session)
		return RPV_E_INVALID;
	st = rpv__enter(session);
	if (st != RPV_OK)
		return st;
	if (!device || !recommendation || !explanation)
		st = rpv__fail(&session->error, RPV_E_INVALID, "device, recommendation or explanation is NULL");
	else
		st = rpv__explain(session, device, recommendation, weakness, explanation);
	return rpv__leave(session, st);
}

const rpv_explanation_outcome *rpv_explanation_read(const rpv_explanation *explanation)
{
	return explanation ? &explanation->outcome : NULL;
}

void rpv_explanation_free(rpv_explanation *explanation)
{
	rpv__explanation_free(explanation);
}
