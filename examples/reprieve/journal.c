/* SPDX-License-Identifier: MIT */
/* reprieve chain, reprieve anchor, reprieve verify; and the hash that they need, from the library nettle. */
#include "program.h"
#include <nettle/sha2.h>
#include <string.h>

static rpv_status sha256(void *user, const void *data, size_t size, unsigned char *out)
{
	struct sha256_ctx context;

	(void)user;
	sha256_init(&context);
	sha256_update(&context, size, data);
	sha256_digest(&context, SHA256_DIGEST_SIZE, out);
	return RPV_OK;
}

rpv_hash program_hash(void)
{
	return (rpv_hash){ NULL, "sha256", SHA256_DIGEST_SIZE, sha256 };
}

static int open_without_options(program *p)
{
	const option options[] = { OPTIONS_END };
	int code = take_options(p, options, NULL, 0, 0);

	return code == EXIT_DONE ? open_program(p) : code;
}

int run_chain(program *p)
{
	int code = open_without_options(p);

	if (code != EXIT_DONE)
		return code;
	rpv_status status = rpv_journal_chain(p->session);
	if (status != RPV_OK)
		return fail(p, status);
	puts("The journal is chained. Keep an anchor where nobody who writes to the store can change it: reprieve anchor");
	return EXIT_DONE;
}

int run_anchor(program *p)
{
	char anchor[RPV_ANCHOR_MAX];
	int code = open_without_options(p);

	if (code != EXIT_DONE)
		return code;
	rpv_status status = rpv_journal_anchor(p->session, anchor, sizeof anchor);
	if (status != RPV_OK)
		return fail(p, status);
	puts(anchor);
	return EXIT_DONE;
}

static void print_proof(const rpv_journal_proof *proof)
{
	printf("%s commits and %s events, up to commit %s: all as they were written.\n", count_text(proof->commits),
	       count_text(proof->events), count_text(proof->revision));
}

static void print_json_proof(const rpv_journal_proof *proof)
{
	json_t *o = need_memory(json_object());

	json_object_set_new(o, "revision", json_count(proof->revision));
	json_object_set_new(o, "sequence", json_count(proof->sequence));
	json_object_set_new(o, "commits", json_count(proof->commits));
	json_object_set_new(o, "events", json_count(proof->events));
	json_object_set_new(o, "first_linked", json_count(proof->first_linked));
	print_json(o);
}

int run_verify(program *p)
{
	int json = 0, since = 0, code;
	const char *anchor = NULL;
	rpv_journal_proof proof = RPV_JOURNAL_PROOF_INIT;
	const option options[] = {
		{ OPTION_TEXT, "--anchor", "TEXT", "the journal must lead to this anchor, too", &anchor },
		{ OPTION_FLAG, "--from-anchor", NULL, "read only what came after the anchor", &since },
		{ OPTION_FLAG, "--json", NULL, "one JSON object", &json },
		OPTIONS_END
	};

	code = take_options(p, options, NULL, 0, 0);
	if (code == EXIT_DONE && since && !anchor)
		code = usage_error("--from-anchor: --anchor says where");
	if (code == EXIT_DONE)
		code = open_program(p);
	if (code != EXIT_DONE)
		return code;
	rpv_status status = rpv_journal_verify(p->session, anchor, since, &proof);
	if (status != RPV_OK)
		return fail(p, status);
	(json ? print_json_proof : print_proof)(&proof);
	return EXIT_DONE;
}
