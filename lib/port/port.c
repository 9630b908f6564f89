/* SPDX-License-Identifier: MIT */
/* The host's clock, log and say in permissions. */
#include "../model/instant.h"
#include "txn.h"
#include <reprieve/model.h>

#include <stdarg.h>
#include <stdio.h>

#define TIME_MAX INT64_C(253402300799999)

rpv_status rpv__port_now(rpv__port *port, int64_t *out_ms, rpv_error *error)
{
	int64_t now = 0;
	rpv_status status = port->clock.now(port->clock.user, &now);
	if (status) {
		if (error)
			error->host_code = (int32_t)status;
		return rpv__fail(error, RPV_E_CLOCK, "the host's clock failed with code %d", (int)status);
	}
	if (now < 1 || now > TIME_MAX)
		return rpv__fail(error, RPV_E_CLOCK, "the host's clock says %lld ms since 1970, which is no usable time",
		                 (long long)now);
	*out_ms = now;
	return RPV_OK;
}

void rpv__port_log(rpv__port *port, rpv_log_level level, const char *format, ...)
{
	if (!port->log.write)
		return;
	char text[512];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	port->log.write(port->log.user, level, text);
}

void rpv__port_log_behind(rpv__port *port, int64_t clock_ms, int64_t mark_ms)
{
	char clock[RPV_TIME_TEXT_SIZE], mark[RPV_TIME_TEXT_SIZE];
	(void)rpv__time_format(clock_ms, clock); /* both are times that there are: one was checked, one was read */
	(void)rpv__time_format(mark_ms, mark);
	rpv__port_log(port, RPV_LOG_WARNING, "the host's clock, %s, is behind the store's time, %s, which counts", clock, mark);
}

rpv_status rpv__port_authorise(rpv__port *port, const char *principal, uint32_t permission, const char *object,
                               rpv_error *error)
{
	if (!port->authorise.decide)
		return RPV_OK;
	rpv_question question = { sizeof question, principal, permission, 0, object };
	rpv_status status = port->authorise.decide(port->authorise.user, &question);
	if (status == RPV_OK)
		return RPV_OK;
	if (status == RPV_E_DENIED || status > 0)
		return rpv__fail(error, RPV_E_DENIED, "%s may not do this: the host denied it", principal);
	return rpv__fail(error, status, "the host could not decide whether %s may do this", principal);
}

rpv_status rpv__port_likelihood(const rpv_exposure_model *model, const rpv_likelihood_facts *facts, uint32_t *out,
                                rpv_error *error)
{
	*out = RPV_LIKELIHOOD_UNKNOWN;
	rpv_status status = model->likelihood(model->user, facts, out);
	if (status)
		return rpv__fail(error, status < 0 && status >= RPV_E_READ_ONLY ? status : RPV_E_INVALID,
		                 "the likelihood callback of the model %s failed with code %d for the weakness \"%.255s\"",
		                 model->name, (int)status, facts->weakness);
	if (*out != RPV_LIKELIHOOD_UNKNOWN && *out > RPV_LIKELIHOOD_ONE)
		return rpv__fail_field(error, RPV_E_INVALID, RPV_NO_INDEX, "likelihood",
		                       "the likelihood callback of the model %s says %lu for the weakness \"%.255s\", at most %lu "
		                       "is allowed", model->name, (unsigned long)*out, facts->weakness,
		                       (unsigned long)RPV_LIKELIHOOD_ONE);
	return RPV_OK;
}
