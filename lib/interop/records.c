/* SPDX-License-Identifier: MIT */
/* Units that are one record of the input each. */
#include "import.h"
#include <stdlib.h>

struct record_unit {
	rpv__io_unit unit;
	json_t *json;
	bool any_case;
	rpv__io_apply apply;
};

static rpv_status fill(rpv__io_unit *unit, rpv__io_writer *writer)
{
	struct record_unit *u = (struct record_unit *)unit;
	rpv__io_record record = { .json = u->json, .where = unit->where, .error = writer->error, .any_case = u->any_case };
	rpv_status st = u->apply(&record, writer);
	rpv__io_record_done(&record);
	return st;
}

static void record_free(rpv__io_unit *unit)
{
	json_decref(((struct record_unit *)unit)->json);
	free(unit);
}

static const rpv__io_unit_kind record_kind = { fill, record_free };

rpv_status rpv__io_enqueue_record(rpv__io_import *import, rpv__io_apply apply, const rpv__io_record *record)
{
	struct record_unit *u = calloc(1, sizeof(*u));
	if (u == NULL)
		return rpv__io_nomem(import->error);
	u->unit.kind = &record_kind;
	u->unit.where = record->where;
	u->unit.weight = 1;
	u->unit.records = 1;
	u->json = json_incref(record->json);
	u->any_case = record->any_case;
	u->apply = apply;
	return rpv__io_enqueue(import, &u->unit, NULL, 0);
}

rpv_status rpv__io_try(rpv__io_import *import, rpv__io_apply apply, rpv__io_record *record)
{
	enum { MANY = 1000 };
	rpv__io_writer *w = &import->scratch;
	if (w->count >= MANY) {
		rpv_batch_free(w->batch);
		w->batch = NULL;
	}
	if (w->batch == NULL) {
		rpv_batch_options options = RPV_BATCH_OPTIONS_INIT;
		options.restore = import->restore;
		w->error = import->error;
		w->session = import->session;
		w->count = 0;
		if (rpv_batch_begin(import->session, &options, &w->batch) != RPV_OK)
			return rpv__io_fail_core(import->error, import->session);
	}
	return apply(record, w);
}
