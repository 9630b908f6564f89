/* SPDX-License-Identifier: MIT */
/* A store with something of everything, for scenes that act on much of it. */
#ifndef FULL_H
#define FULL_H

#include "faults.h"
#include "decisions.h"

#define SHELL "va-_-acme-_-shell"
#define READER "va-_-acme-_-reader"
#define CRYPT "sca-_-scid-8"

/* Weaknesses by their digits, as in "1 5". */
size_t ids_of(const char *digits, const char *out[9]);

/* What a source says of a device; of a set, or of weaknesses. */
typedef struct said { const char *device, *recommendation, *set, *weaknesses; } said;
void say(rpv_batch *batch, const said *all, size_t count);
void put_all(rpv_batch *batch); /* devices, weaknesses, recommendations, sets, controls, assessments of one source */
rpv_batch *batch_of(run *r, const char *source, bool restores);
void commit_batch(run *r, rpv_batch *batch);

/* A backup of another store: begun with a batch, and what goes into it beside facts. */
void begin_restore(run *r, rpv_session *from);
void put_decisions(rpv_batch *batch, rpv_session *from);

#endif
