/* SPDX-License-Identifier: MIT */
/* Runs the conformance kit on a storage: what the author of a backend does first. Put your own in place of open_one(). */
#include <reprieve-testkit/reprieve-testkit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* [host] */
/* A storage that forgets everything when it is closed needs no more than this: each one is fresh. */
static rpv_status open_one(void *user, rpv_testkit_place place, rpv_storage *storage, rpv_error *error)
{
	(void)user;
	(void)place;
	(void)error;
	return rpv_memory_storage(NULL, storage);
}

static void print(void *user, const rpv_testkit_result *result)
{
	char text[1000];

	(void)user;
	rpv_testkit_text(result, text, sizeof text);
	puts(text);
}

int main(int argc, char **argv)
{
	rpv_testkit_options options = RPV_TESTKIT_OPTIONS_INIT;
	rpv_testkit_report report;
	rpv_status status;

	options.open = open_one;
	options.result = print;
	options.seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	status = rpv_testkit_storage(&options, &report);
	printf("%u passed, %u failed, %u not tried; random run with seed %llu, %u rounds\n", report.passed, report.failed,
	       report.not_tried, (unsigned long long)report.seed, report.rounds);
	return status == RPV_OK ? 0 : 1;
}
/* [host] */
