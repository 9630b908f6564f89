/* SPDX-License-Identifier: MIT */
/* A disk for SQLite that loses power. It lives in memory, is the system that SQLite asks for files, and remembers which
 * writes no sync has made safe. At a crash each of those is kept, dropped or torn, by a seed. */
#ifndef TORN_DISK_H
#define TORN_DISK_H

#include "test.h"

typedef struct torn_disk {
	test_random chance;
	uint64_t fuse; /* the power goes at this write, sync, cut or deletion, counted down; 0: never */
	bool dead;     /* it went: every call fails until torn_disk_crash() */
	bool lies;     /* says that it synced, and did not */
	uint64_t kept, dropped, torn;
} torn_disk;

/* Becomes where SQLite keeps files from now on, empty. One at a time. */
void torn_disk_insert(torn_disk *disk, uint64_t seed);
/* What is on it when the power is back. All files must be closed. */
void torn_disk_crash(torn_disk *disk);
/* Frees what is on it; SQLite uses the real one again. */
void torn_disk_remove(torn_disk *disk);

#endif
