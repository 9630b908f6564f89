/* SPDX-License-Identifier: MIT */
/* Fuzzes what is stored: a small store whose keys and values the input edits is refused with words, or answers; whatever is
 * called on it, it comes back. Values are edited without their sums, and get the right ones again, or what the input says:
 * else every edit would be found out at once. */
#include "world.h"

enum { PAIRS_MOST = 512 };

typedef struct pair { uint8_t *key, *value; size_t key_size, value_size; int removed, bare; } pair;
typedef struct pairs { pair items[PAIRS_MOST]; size_t count; } pairs;

static uint8_t *copy(const void *data, size_t size)
{
	uint8_t *to = malloc(size + 1);
	if (!to)
		abort();
	if (size)
		memcpy(to, data, size);
	return to;
}

static rpv_status keep(void *user, rpv_bytes key, rpv_bytes value)
{
	pairs *all = user;
	if (all->count == PAIRS_MOST)
		abort();
	all->items[all->count++] = (pair){ copy(key.data, key.size), copy(value.data, value.size), key.size, value.size, 0, 0 };
	return RPV_OK;
}

enum { SUM_BYTES = 5 };

static rpv_status keep_without_sum(void *user, rpv_bytes key, rpv_bytes value)
{
	rpv_bytes rest = { (const uint8_t *)value.data + SUM_BYTES, value.size - SUM_BYTES };
	return keep(user, key, value.size ? rest : value);
}

static uint32_t crc(uint32_t sum, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		sum ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0x82F63B78u : 0);
	}
	return sum;
}

static void add_sum(pair *p)
{
	if (!p->value_size || p->bare)
		return;
	uint32_t sum = ~crc(crc(UINT32_MAX, p->key, p->key_size), p->value, p->value_size);
	uint8_t *summed = malloc(p->value_size + SUM_BYTES);
	if (!summed)
		abort();
	summed[0] = 0xFD;
	for (int i = 0; i < 4; i++)
		summed[1 + i] = (uint8_t)(sum >> (24 - 8 * i));
	memcpy(summed + SUM_BYTES, p->value, p->value_size);
	free(p->value);
	p->value = summed;
	p->value_size += SUM_BYTES;
}

/* The store as it is before it is edited. */
static const pairs *whole_store(void)
{
	static pairs all;
	world w;
	rpv_storage storage, open;
	rpv_error error = RPV_ERROR_INIT;
	if (all.count)
		return &all;
	if (rpv_memory_storage(NULL, &storage))
		abort();
	open = storage;
	open.close = NULL;
	if (world_open(&w, &open))
		abort();
	world_fill(&w);
	world_close(&w);
	if (storage.scan(storage.user, (rpv_bytes){ "", 1 }, (rpv_bytes){ NULL, 0 }, 0, 0, keep_without_sum, &all, &error))
		abort();
	storage.close(storage.user);
	return &all;
}

/* --- editing --- */
static void replace(uint8_t **bytes, size_t *size, input *in)
{
	size_t n = take_number(in, 1);
	if (n > in->left)
		n = in->left;
	free(*bytes);
	*bytes = copy(in->at, n);
	*size = n;
	in->at += n;
	in->left -= n;
}

static void edit(pair *p, input *in)
{
	uint64_t what = take_number(in, 1) % 9, at = take_number(in, 1);
	switch (what) {
	case 0: p->removed = 1; break;
	case 1: replace(&p->key, &p->key_size, in); break;
	case 2: replace(&p->value, &p->value_size, in); break;
	case 3:
		if (p->key_size)
			p->key[at % p->key_size] = (uint8_t)take_number(in, 1);
		break;
	case 4:
		if (p->value_size)
			p->value_size = at % p->value_size;
		break;
	case 8: p->bare = 1; break;
	default:
		if (p->value_size)
			p->value[at % p->value_size] = (uint8_t)take_number(in, 1);
		break;
	}
}

static rpv_status edited_store(input *in, rpv_storage *out)
{
	const pairs *whole = whole_store();
	static pairs all;
	rpv_error error = RPV_ERROR_INIT;
	if (rpv_memory_storage(NULL, out))
		abort();
	all.count = 0;
	for (size_t i = 0; i < whole->count; i++) {
		const pair *p = &whole->items[i];
		keep(&all, (rpv_bytes){ p->key, p->key_size }, (rpv_bytes){ p->value, p->value_size });
	}
	while (in->left)
		edit(&all.items[take_number(in, 2) % all.count], in);
	for (size_t i = 0; i < all.count; i++) {
		pair *p = &all.items[i];
		add_sum(p);
		rpv_write write = { { p->key, p->key_size }, { p->value, p->value_size }, 0 };
		if (!p->removed && p->key_size && out->commit(out->user, &write, 1, NULL, 0, &error))
			abort();
		free(p->key);
		free(p->value);
	}
	return RPV_OK;
}

/* --- whatever is called --- */
static void judge(const world *w, rpv_status status)
{
	if (status > 0 || status < RPV_E_READ_ONLY || (status != RPV_OK) != (rpv_session_error(w->session)->message[0] != '\0'))
		abort();
}

static void list_all(world *w)
{
	rpv_recommendation_query q = RPV_RECOMMENDATION_QUERY_INIT;
	rpv_list *list;
	q.states = RPV_STATE_ALL;
#define LIST(call) \
	do { \
		list = NULL; \
		judge(w, (call)); \
		rpv_list_free(list); \
	} while (0)
	LIST(rpv_recommendation_list(w->session, &q, &list));
	LIST(rpv_device_list(w->session, NULL, &list));
	LIST(rpv_assessment_list(w->session, "da", &list));
	LIST(rpv_weakness_list(w->session, NULL, &list));
	LIST(rpv_weakness_set_list(w->session, &list));
	LIST(rpv_group_list(w->session, &list));
	LIST(rpv_control_list(w->session, NULL, &list));
	LIST(rpv_exception_list(w->session, NULL, &list));
	LIST(rpv_remediation_list(w->session, NULL, &list));
	LIST(rpv_target_list(w->session, "R-2", &list));
	LIST(rpv_event_list(w->session, NULL, &list));
	LIST(rpv_policy_list(w->session, NULL, &list));
	LIST(rpv_budget_list(w->session, &list));
}

static void ask(world *w)
{
	rpv_score score = RPV_SCORE_INIT;
	rpv_explanation *explanation = NULL;
	judge(w, rpv_score_read(w->session, NULL, &score));
	judge(w, rpv_explain(w->session, "db", "db", NULL, &explanation));
	rpv_explanation_free(explanation);
}

static void change(world *w)
{
	rpv_exception_request e = RPV_EXCEPTION_REQUEST_INIT;
	rpv_remediation_request r = RPV_REMEDIATION_REQUEST_INIT;
	rpv_device_facts d = { .id = "da", .group = "Sales" };
	const char *cves[] = { "CVE-1", "CVE-2" };
	rpv_batch *batch = NULL;
	uint64_t done;
	e.recommendation = r.recommendation = "de";
	e.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	e.context = "accepted";
	e.duration_ms = RPV_DAYS(5);
	r.due_ms = w->now_ms + RPV_DAYS(9);
	judge(w, rpv_exception_file(w->session, &e, NULL));
	judge(w, rpv_remediation_request_file(w->session, &r, NULL));
	judge(w, rpv_exception_cancel(w->session, "E-2", NULL, "x"));
	judge(w, rpv_remediation_complete(w->session, "R-2"));
	if (rpv_batch_begin(w->session, NULL, &batch) == RPV_OK) {
		judge(w, rpv_batch_device(batch, &d));
		judge(w, rpv_batch_assess(batch, "da", "db", cves, 2));
		judge(w, rpv_batch_commit(batch, NULL));
		rpv_batch_free(batch);
	}
	if (rpv_store_tick(w->store, 0, &done, NULL) > 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	input in = { .at = data, .left = size };
	rpv_storage storage;
	world w;
	if (edited_store(&in, &storage))
		abort();
	if (world_open(&w, &storage) == RPV_OK) {
		list_all(&w);
		ask(&w);
		judge(&w, rpv_session_set_as_of(w.session, w.now_ms));
		list_all(&w);
		judge(&w, rpv_session_set_as_of(w.session, 0));
		w.now_ms += RPV_DAYS(6);
		change(&w);
		list_all(&w);
		ask(&w);
	}
	world_close(&w);
	return 0;
}
