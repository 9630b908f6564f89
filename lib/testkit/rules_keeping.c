/* SPDX-License-Identifier: MIT */
/* Rules: what is there after closing, after a crash, and after something failed. */
#include "inside.h"

#include <stdlib.h>

/* --- keeping --- */
/* Three commits; the last one changes, removes and adds. */
static bool history(kit *k)
{
	const rpv_write first[] = { rpv__kit_put("a", "1"), rpv__kit_put("b", "1"), rpv__kit_put("c", "1") };
	const rpv_write last[] = { rpv__kit_put("a", "3"), rpv__kit_remove("c"), rpv__kit_put("d", "3"), rpv__kit_put("e", "") };
	return rpv__kit_commit(k, &k->s, first, 3, NULL, 0, RPV_OK) && rpv__kit_set(k, &k->s, "b", "2") &&
	       rpv__kit_commit(k, &k->s, last, 4, NULL, 0, RPV_OK);
}

static bool history_is_there(kit *k)
{
	const kit_pair expected[] = { { rpv__kit_bytes("a"), rpv__kit_bytes("3") }, { rpv__kit_bytes("b"), rpv__kit_bytes("2") },
		{ rpv__kit_bytes("d"), rpv__kit_bytes("3") }, { rpv__kit_bytes("e"), { "", 0 } } };
	return rpv__kit_gives(k, &k->s, &rpv__kit_all, expected, KIT_COUNT(expected));
}

static bool reopen_keeps(kit *k)
{
	if (k->s.capabilities & RPV_STORAGE_VOLATILE)
		return rpv__kit_skip(k, "the storage says RPV_STORAGE_VOLATILE");
	return rpv__kit_reopen(k) && history(k) && rpv__kit_reopen(k) && history_is_there(k) &&
	       rpv__kit_set(k, &k->s, "f", "4") && rpv__kit_reopen(k) && rpv__kit_has_text(k, &k->s, "f", "4");
}

static bool crash_keeps(kit *k)
{
	if (k->s.capabilities & RPV_STORAGE_VOLATILE)
		return rpv__kit_skip(k, "the storage says RPV_STORAGE_VOLATILE");
	if (!k->options->crash)
		return rpv__kit_skip(k, "there is no `crash` callback");
	if (!history(k))
		return false;
	k->options->crash(k->options->user, &k->s);
	k->is_open = rpv__kit_open(k, RPV_TESTKIT_AGAIN, &k->s);
	return k->is_open && history_is_there(k) && rpv__kit_set(k, &k->s, "f", "4") && rpv__kit_has_text(k, &k->s, "f", "4");
}

const kit_rule rpv__kit_keeping[] = {
	{ "keeping", "reopen-keeps", "When `commit` returns ::RPV_OK, the writes survive", reopen_keeps },
	{ "keeping", "crash-keeps",
	  "When `commit` returns ::RPV_OK, the writes survive a crash of the process, and of the machine.", crash_keeps },
	{ NULL, NULL, NULL, NULL },
};

/* --- faults --- */
#define MOST_FAULTS 2000
#define PAIRS 40

static bool may_fail_with(rpv_status status)
{
	return status == RPV_E_STORAGE || status == RPV_E_FULL || status == RPV_E_BUSY || status == RPV_E_NOMEM ||
	       status == RPV_E_READ_ONLY || status == RPV_E_CORRUPT;
}

/* Two states of a storage, and the writes from one to the other. */
typedef struct passage {
	char keys[PAIRS][8];
	unsigned char value[2][3000];
	rpv_write writes[2][PAIRS];
	kit_pair pairs[2][PAIRS];
	size_t count[2];
} passage;

/* State 0 has every third key not, state 1 every fourth not. */
static void plan(passage *p)
{
	for (size_t state = 0; state < 2; state++) {
		memset(p->value[state], 'A' + (int)state, sizeof p->value[state]);
		p->count[state] = 0;
		for (size_t i = 0; i < PAIRS; i++) {
			snprintf(p->keys[i], sizeof p->keys[i], "%03zu", i);
			rpv_bytes key = rpv__kit_bytes(p->keys[i]), value = { p->value[state], 70 * i };
			bool there = i % (3 + state) != 0;
			p->writes[state][i] = (rpv_write){ key, value, !there };
			if (there)
				p->pairs[state][p->count[state]++] = (kit_pair){ key, value };
		}
	}
}

static bool is_state(kit *k, const passage *p, int state)
{
	return rpv__kit_gives(k, &k->s, &rpv__kit_all, p->pairs[state], p->count[state]);
}

static rpv_status count_pair(void *user, rpv_bytes key, rpv_bytes value)
{
	(void)key;
	(void)value;
	++*(size_t *)user;
	return RPV_OK;
}

/* Which state it is, by the number of pairs; -1 when it cannot be read. */
static int which_state(kit *k, const passage *p)
{
	size_t count = 0;
	rpv_error error = RPV_ERROR_INIT;
	if (k->s.scan(k->s.user, rpv__kit_all.from, rpv__kit_all.to, 0, 0, count_pair, &count, &error))
		return -1;
	return count == p->count[1];
}

/* One commit from state 0 that fails at its nth operation. *met: it got that far. */
static bool commit_with_fault(kit *k, const passage *p, uint64_t nth, bool *met)
{
	const rpv_testkit_options *o = k->options;
	bool again = !(k->s.capabilities & RPV_STORAGE_VOLATILE);
	rpv_error error = RPV_ERROR_INIT;
	const rpv_expect expected = { p->pairs[0][0].key, p->pairs[0][0].value, 0 };
	if (!rpv__kit_commit(k, &k->s, p->writes[0], PAIRS, NULL, 0, RPV_OK))
		return false;
	o->fault(o->user, nth);
	rpv_status status = k->s.commit(k->s.user, p->writes[1], PAIRS, &expected, 1, &error);
	*met = o->fault(o->user, 0) == 1;
	if (status && !*met)
		return rpv__kit_wrong(k, "commit without a fault", RPV_OK, status, &error);
	if (status && status != RPV_E_OUTCOME && !may_fail_with(status))
		return rpv__kit_wrong(k, "commit with a fault", RPV_E_STORAGE, status, &error);
	int state = status == RPV_OK;
	if (status == RPV_E_OUTCOME) {
		state = which_state(k, p);
		if (state < 0 && (!rpv__kit_reopen(k) || (state = which_state(k, p)) < 0))
			return rpv__kit_fail(k, "after RPV_E_OUTCOME it cannot be read, even opened again");
	}
	return is_state(k, p, state) && (!again || (rpv__kit_reopen(k) && is_state(k, p, state)));
}

static bool fault_commit(kit *k)
{
	passage *p = k->options->fault ? malloc(sizeof *p) : NULL;
	bool met = true, right = true;
	uint64_t nth = 1;
	if (!p)
		return k->options->fault ? rpv__kit_nomem(k) : rpv__kit_skip(k, "there is no `fault` callback");
	plan(p);
	for (; right && met && nth <= MOST_FAULTS; nth++)
		right = commit_with_fault(k, p, nth, &met);
	if (!right) {
		char words[sizeof k->message];
		memcpy(words, k->message, sizeof words);
		snprintf(k->message, sizeof k->message, "operation %llu of a commit fails: %.600s",
		         (unsigned long long)nth - 1, words);
	}
	free(p);
	return right;
}

/* One scan that fails at its nth operation, and one after it. */
static bool scan_with_fault(kit *k, const passage *p, uint64_t nth, bool *met)
{
	const rpv_testkit_options *o = k->options;
	kit_pairs got = { NULL, 0, 0 };
	rpv_error error;
	o->fault(o->user, nth);
	rpv_status status = rpv__kit_scan(k, &k->s, &rpv__kit_all, &got, &error);
	*met = o->fault(o->user, 0) == 1;
	size_t count = got.count;
	rpv__kit_free(&got);
	if (status && (!*met || !may_fail_with(status)))
		return rpv__kit_wrong(k, "scan", *met ? RPV_E_STORAGE : RPV_OK, status, &error);
	if (!status && count != p->count[1])
		return rpv__kit_fail(k, "scan, of which operation %llu fails: expected a failure or %zu pairs, got RPV_OK and %zu",
		                     (unsigned long long)nth, p->count[1], count);
	return is_state(k, p, 1);
}

static bool fault_read(kit *k)
{
	passage *p = k->options->fault ? malloc(sizeof *p) : NULL;
	bool met = true;
	if (!p)
		return k->options->fault ? rpv__kit_nomem(k) : rpv__kit_skip(k, "there is no `fault` callback");
	plan(p);
	bool right = rpv__kit_commit(k, &k->s, p->writes[1], PAIRS, NULL, 0, RPV_OK);
	for (uint64_t nth = 1; right && met && nth <= MOST_FAULTS; nth++)
		right = scan_with_fault(k, p, nth, &met);
	free(p);
	return right;
}

const kit_rule rpv__kit_faults[] = {
	{ "faults", "fault-commit", "After any other failure nothing of the commit is visible, and never becomes visible later.",
	  fault_commit },
	{ "faults", "fault-read", "A read never ends with ::RPV_OK early.", fault_read },
	{ NULL, NULL, NULL, NULL },
};
