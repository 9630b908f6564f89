/* SPDX-License-Identifier: MIT */
/* In half of the stories the journal is chained from some step on: whatever fails, dies or comes in between, the chain is
 * whole at any time, and leads to all anchors taken on the way. Draws of its own, so that the stories stay what they are. */
#include "simulation.h"

void forget_chain(void)
{
	sim.chained = false;
	memset(sim.anchors, 0, sizeof sim.anchors);
}

static void begin_chain(driver *d)
{
	rpv_status status;
	if (!model_idle(&d->m)) /* it writes down what fell due, too */
		return;
	say(d, "the journal is chained");
	ATTEMPT_(d, status, rpv_journal_chain(d->session), false);
	CHECK(d, !status || status == RPV_E_CLOCK, "chaining: %s (%s)", rpv_status_name(status),
	      rpv_session_error(d->session)->message);
	if (status)
		return;
	sim.chained = true;
	d->m.mark = ref_time(&d->m);
}

static void verify(driver *d)
{
	const char *anchor = sim.anchors[chance(ANCHORS_MOST)];
	bool from = anchor[0] && chance(2);
	rpv_journal_proof proof = RPV_JOURNAL_PROOF_INIT;
	rpv_store_info info = { .struct_size = sizeof info };
	CALL(d, rpv_journal_verify(d->session, anchor[0] ? anchor : NULL, from, &proof));
	CALL(d, rpv_store_read_info(d->at->store, &info, NULL));
	SAME(d, info.revision, proof.revision, "the last commit verified");
	SAME(d, info.sequence, proof.sequence, "the last event verified");
	counts.verified++;
}

void chain_step(driver *d, bool last)
{
	if (!sim.chains)
		return;
	d->session = d->at->sessions[0];
	if (!sim.chained && chance(6) == 0)
		begin_chain(d);
	if (!sim.chained)
		return;
	if (last || chance(4) == 0)
		verify(d);
	if (chance(3) == 0) {
		char *slot = sim.anchors[chance(ANCHORS_MOST)];
		CALL(d, rpv_journal_anchor(d->session, slot, RPV_ANCHOR_MAX));
	}
}
