/* SPDX-License-Identifier: MIT */
/* Exposure models as hosts give them: checked, kept by the store for as long as an engine has them, and the likelihoods
 * that their callbacks told. */
#ifndef RPV__MODEL_H
#define RPV__MODEL_H

#include "view.h"
#include "hazard.h"
#include "survival.h"
#include <reprieve/model.h>

typedef struct rpv__model {
	struct rpv__model *next;
	size_t engines;                /* that have it open */
	rpv_exposure_model given;      /* its name is `name` */
	char name[RPV_MODEL_NAME_MAX + 1];
	rpv__exposure_model constants;
	/* what the callback told of a weakness, by number, and on what facts; EXISTS is off where it was not asked */
	rpv__threat *facts; size_t fact_count, fact_cap;
	uint32_t *told; size_t told_count, told_cap;
} rpv__model;

/* Checks a model, whose struct was taken already, and turns it into constants. */
rpv_status rpv__model_check(const rpv_exposure_model *given, rpv__exposure_model *constants, rpv_error *error);
uint64_t rpv__model_digest(const rpv__exposure_model *constants);
bool rpv__model_is(const rpv__model *model, const rpv_exposure_model *given, const rpv__exposure_model *constants);
/* NULL: no memory. */
rpv__model *rpv__model_new(const rpv__alloc *alloc, const rpv_exposure_model *given,
                           const rpv__exposure_model *constants);
void rpv__model_free(const rpv__alloc *alloc, rpv__model *model);
/* Asks the callback for every weakness of the view that it does not know yet; without one nothing. */
rpv_status rpv__model_ask(rpv__model *model, const rpv__view *view, rpv_error *error);

/* NULL stands for rpv-exposure-1. */
static inline const rpv__exposure_model *rpv__model_constants(const rpv__model *model)
{
	return model ? &model->constants : &rpv__exposure_model_default;
}

static inline const char *rpv__model_name(const rpv__model *model)
{
	return model ? model->name : RPV_EXPOSURE_MODEL;
}

#endif
