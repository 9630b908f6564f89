/* SPDX-License-Identifier: MIT */
/**
 * @file
 * @brief All of the core: recommendations, exceptions, remediation activities, scores.
 */
#ifndef RPV_REPRIEVE_H
#define RPV_REPRIEVE_H

#include <reprieve/approval.h>
#include <reprieve/batch.h>
#include <reprieve/budget.h>
#include <reprieve/columns.h>
#include <reprieve/control.h>
#include <reprieve/device.h>
#include <reprieve/exception.h>
#include <reprieve/explain.h>
#include <reprieve/forecast.h>
#include <reprieve/group.h>
#include <reprieve/history.h>
#include <reprieve/host.h>
#include <reprieve/instant.h>
#include <reprieve/journal.h>
#include <reprieve/list.h>
#include <reprieve/model.h>
#include <reprieve/partial.h>
#include <reprieve/plan.h>
#include <reprieve/policy.h>
#include <reprieve/recommendation.h>
#include <reprieve/remediation.h>
#include <reprieve/restore.h>
#include <reprieve/score.h>
#include <reprieve/session.h>
#include <reprieve/status.h>
#include <reprieve/storage.h>
#include <reprieve/store.h>
#include <reprieve/version.h>
#include <reprieve/weakness.h>
#include <reprieve/what-if.h>
#include <reprieve/words.h>

#endif
