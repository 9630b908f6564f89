/* SPDX-License-Identifier: MIT */
/* What fuzz targets share: a store in memory, and taking input apart. */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include <reprieve/reprieve.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct world {
	int64_t now_ms;
	rpv_store *store;
	rpv_session *session;
} world;

/* A store on `storage`, which it closes; in memory for NULL. Not open when that failed. */
static inline rpv_status world_open(world *w, const rpv_storage *storage)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	rpv_status status = RPV_OK;
	memset(w, 0, sizeof *w);
	w->now_ms = INT64_C(1772323200000);
	rpv_clock_manual(&w->now_ms, &options.clock);
	principal.id = "fuzz";
	principal.permissions = RPV_PERMIT_ALL;
	if (storage)
		options.storage = *storage;
	else
		status = rpv_memory_storage(NULL, &options.storage);
	if (!status)
		status = rpv_store_open(&options, &w->store, NULL);
	if (!status)
		status = rpv_session_open(w->store, &principal, &w->session, NULL);
	return status;
}

static inline void world_close(world *w)
{
	rpv_session_close(w->session);
	rpv_store_close(w->store);
}

/* Five of everything, four exceptions and activities; one of each is over. */
static inline void world_fill(world *w)
{
	rpv_batch *batch;
	if (rpv_batch_begin(w->session, NULL, &batch))
		abort();
	for (int i = 0; i < 5; i++) {
		const char id[] = { 'd', (char)('a' + i), '\0' }, cve[] = { 'C', 'V', 'E', '-', (char)('1' + i), '\0' };
		const char *list[] = { cve };
		rpv_device_facts d = { .id = id };
		rpv_weakness_facts weakness = { .id = cve, .severity = (rpv_severity)(1 + i) };
		rpv_recommendation_facts r = { .id = id, .title = "t" };
		rpv_control_facts c = { .id = id };
		if (rpv_batch_device(batch, &d) || rpv_batch_weakness(batch, &weakness) || rpv_batch_recommendation(batch, &r) ||
		    rpv_batch_control(batch, &c) || rpv_batch_assess(batch, id, id, list, 1))
			abort();
	}
	if (rpv_batch_commit(batch, NULL))
		abort();
	rpv_batch_free(batch);
	for (int i = 0; i < 4; i++) {
		const char id[] = { 'd', (char)('a' + i), '\0' };
		rpv_exception_request e = RPV_EXCEPTION_REQUEST_INIT;
		rpv_remediation_request r = RPV_REMEDIATION_REQUEST_INIT;
		e.recommendation = r.recommendation = id;
		e.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
		e.context = "accepted";
		e.duration_ms = RPV_DAYS(5 + i);
		r.due_ms = w->now_ms + RPV_DAYS(9);
		if (rpv_remediation_request_file(w->session, &r, NULL) || rpv_exception_file(w->session, &e, NULL))
			abort();
	}
	rpv_policy_change change = { "context_min", "2" };
	if (rpv_exception_cancel(w->session, "E-1", NULL, "x") || rpv_remediation_complete(w->session, "R-1") ||
	    rpv_policy_set(w->session, &change, 1, NULL, NULL))
		abort();
}

/* --- input --- */
typedef struct input {
	const uint8_t *at;
	size_t left;
	char *texts[64]; /* handed out */
	size_t text_count;
} input;

/* 0 when there is nothing left. */
static inline uint64_t take_number(input *in, size_t bytes)
{
	uint64_t number = 0;
	for (; bytes && in->left; bytes--, in->left--)
		number = number << 8 | *in->at++;
	return number;
}

/* One of `count` texts, or, one time in four, one made of the input; now and then none. */
static inline const char *take_text(input *in, const char *const *texts, size_t count)
{
	uint64_t what = take_number(in, 1);
	if (what < 8 || in->text_count == sizeof in->texts / sizeof *in->texts)
		return NULL;
	if (what < 192)
		return texts[what % count];
	size_t size = what % 32 < in->left ? what % 32 : in->left;
	char *text = malloc(size + 1);
	if (!text)
		abort();
	memcpy(text, in->at, size);
	text[size] = '\0';
	in->at += size;
	in->left -= size;
	in->texts[in->text_count++] = text;
	return text;
}

static inline void forget_texts(input *in)
{
	while (in->text_count)
		free(in->texts[--in->text_count]);
}

/* The input, all of it, as a text. */
static inline char *as_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
