/* SPDX-License-Identifier: MIT */
/* A storage around another that writes down what was promised: after a crash the other must hold exactly the commits
 * that were acknowledged, and of the one that was under way all or nothing. */
#ifndef LEDGER_H
#define LEDGER_H

#include "test.h"

typedef struct ledger {
	rpv_storage inner;     /* what may crash */
	rpv_storage promised;  /* in memory: all that was acknowledged */
	rpv_write *open;       /* the commit under way when it crashed */
	size_t open_count;
	bool underway;
	uint64_t acknowledged, happened, vanished; /* commits; those under way that are there in the end, or are not */
} ledger;

void ledger_open(ledger *l);
void ledger_free(ledger *l);
/* The storage to use; closes `inner` with it. */
rpv_storage ledger_around(ledger *l, const rpv_storage *inner);
/* Compares with what is there after a crash. False: something acknowledged is missing, or something is half there. */
bool ledger_agrees(ledger *l, const rpv_storage *there);

#endif
