/* SPDX-License-Identifier: MIT */
/* What all tests share: cmocka, readable assertions on statuses, memory and storage that fail when told to. */
#ifndef TEST_H
#define TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <reprieve/reprieve.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A number of rounds, or the smaller one where a run has to be short: under valgrind, say. */
uint64_t test_rounds(uint64_t many, uint64_t few);

/* --- statuses --- */
/* Prints both names. With an error record, its words too. */
#define assert_status(expected, actual) test_assert_status((expected), (actual), NULL, #actual, __FILE__, __LINE__)
#define assert_status_error(expected, actual, error) \
	test_assert_status((expected), (actual), (error), #actual, __FILE__, __LINE__)
#define assert_ok(actual) assert_status(RPV_OK, actual)
void test_assert_status(rpv_status expected, rpv_status actual, const rpv_error *error, const char *what,
                        const char *file, int line);

/* --- memory that fails --- */
/* Counts live blocks; fails the `fail_at`-th request for memory (from 1; 0: none), and with `sticky` all after it. */
typedef struct test_memory {
	size_t live, requests, fail_at;
	bool sticky;
} test_memory;
rpv_allocator test_memory_allocator(test_memory *memory);
/* Prepares for another run of what is tested: counts from 0, fails at `fail_at`. */
void test_memory_fail(test_memory *memory, size_t fail_at, bool sticky);
/* Whether the run since then got far enough to fail. */
bool test_memory_failed(const test_memory *memory);

/* --- storage that fails --- */
typedef enum test_call { TEST_GET = 1, TEST_SCAN = 2, TEST_COMMIT = 4, TEST_BEGIN_READ = 8, TEST_ANY = 15 } test_call;

/* Around another storage: counts calls, and fails the `fail_at`-th call of the kinds in `mask` with `status`. For
 * commits, `happens` tells whether the commit takes place all the same (for RPV_E_OUTCOME). `before_commit`, if set, is
 * called before each commit: the place for somebody else's. */
typedef struct test_storage {
	rpv_storage inner;
	size_t gets, scans, pairs, commits, writes; /* calls so far; pairs of all scans, writes of all commits */
	size_t calls, fail_at;               /* of the kinds in `mask` */
	unsigned mask;
	bool sticky, happens, failed;
	bool feeding;                        /* a sink is being fed, and must not call the storage */
	rpv_status status;
	void (*before_commit)(void *user);
	void *before_commit_user;
} test_storage;
/* `inner` is closed with the new storage. With `snapshots` false it hides begin_read. */
rpv_storage test_storage_around(test_storage *wrapper, const rpv_storage *inner, bool snapshots);
void test_storage_fail(test_storage *wrapper, unsigned mask, size_t fail_at, rpv_status status);

/* --- storages --- */
/* A sink that puts what it is fed into the storage that `user` points to. */
rpv_status test_copy_pair(void *user, rpv_bytes key, rpv_bytes value);
rpv_storage test_copy_storage(const rpv_storage *from); /* all of it, in memory */

/* Bytes that grow, for comparing what storages hold. */
typedef struct test_dump { unsigned char *data; size_t size, cap; } test_dump;
void test_dump_add(test_dump *dump, const void *data, size_t size);

/* --- values as stored: 0xFD, the sum of key and value, the value (docs/format.md) --- */
/* Writes the stored form to `out`, which has room for 5 bytes more; returns its size. */
size_t test_summed(uint8_t *out, rpv_bytes key, rpv_bytes value);
rpv_bytes test_unsummed(rpv_bytes key, rpv_bytes stored); /* must have the right sum, or be empty */

/* --- a hash for chained journals: nothing that anybody should trust, but every bit counts --- */
rpv_hash test_hash(void);

/* --- chance, the same on every machine --- */
typedef struct test_random { uint64_t state; } test_random;
uint64_t test_random_next(test_random *random);
uint64_t test_random_below(test_random *random, uint64_t bound); /* 0 .. bound - 1 */

/* --- places --- */
/* Name of a file in a new, empty folder below the system's place for temporary ones.
 * The folder is removed, with all in it, by test_remove_folder(). */
void test_temporary_path(char *out, size_t size, const char *name);
void test_remove_folder(const char *path_in_it);

#endif
