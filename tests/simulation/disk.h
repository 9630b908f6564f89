/* SPDX-License-Identifier: MIT */
/* What the processes of a simulation share: one storage, and for each process a way to it that fails as told. */
#ifndef SIMULATION_DISK_H
#define SIMULATION_DISK_H

#include "../support/test.h"

enum { PORTS_MOST = 3 };

/* What goes wrong next. */
typedef struct fault {
	unsigned calls;       /* bits of ::test_call that count */
	uint64_t countdown;   /* it strikes at the call that makes it 0; 0: never */
	uint64_t times;       /* so often in a row; UINT64_MAX: from then on */
	rpv_status status;    /* with this one; RPV_E_OUTCOME and deaths: at commits */
	bool happens;         /* a commit that it strikes takes place all the same */
	bool all_fail;        /* and every other call after it, */
	bool deadly;          /* since the process ends */
} fault;

typedef struct port {
	struct disk *disk;
	fault fault;
	bool struck;
	uint64_t commits;     /* that took place since the call of the library began */
	bool reading;         /* between begin_read and end_read: */
	rpv_storage moment;   /* as it was, once somebody else committed; `get` NULL: nobody did */
	/* Called before each commit, and with `crowded` before each read: the place for somebody else's commit. */
	void (*meanwhile)(void *user);
	void *meanwhile_user;
	bool crowded;
} port;

typedef struct disk {
	rpv_storage pairs;
	port ports[PORTS_MOST];
	bool moments;         /* it has begin_read */
} disk;

/* A storage through a port. */
rpv_storage disk_storage(disk *d, int number);
/* Forgets the moment of a process that ends. */
void disk_leave(port *p);

#endif
