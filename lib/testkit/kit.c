/* SPDX-License-Identifier: MIT */
/* Running the rules one after the other, and what is said of them. */
#include "inside.h"

#include <stdarg.h>

#define ROUNDS 300
#define SEED 1

/* --- messages --- */
bool rpv__kit_fail(kit *k, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	if (!k->failed && !k->not_tried && !k->no_memory) {
		k->failed = true;
		vsnprintf(k->message, sizeof k->message, format, args);
	}
	va_end(args);
	return false;
}

bool rpv__kit_skip(kit *k, const char *reason)
{
	if (!k->failed) {
		k->not_tried = true;
		snprintf(k->message, sizeof k->message, "%s", reason);
	}
	return false;
}

bool rpv__kit_nomem(kit *k)
{
	k->no_memory = true;
	return false;
}

const char *rpv__kit_show(rpv_bytes bytes, char out[KIT_SHOWN])
{
	const unsigned char *data = bytes.data;
	size_t at = 0;
	out[at++] = '"';
	for (size_t i = 0; i < bytes.size; i++) {
		if (at > KIT_SHOWN - 40) {
			snprintf(out + at, KIT_SHOWN - at, "\"... (%zu bytes)", bytes.size);
			return out;
		}
		bool plain = data[i] >= ' ' && data[i] < 0x7F && data[i] != '"' && data[i] != '\\';
		at += (size_t)snprintf(out + at, KIT_SHOWN - at, plain ? "%c" : "\\x%02X", data[i]);
	}
	snprintf(out + at, KIT_SHOWN - at, "\"");
	return out;
}

void rpv_testkit_text(const rpv_testkit_result *result, char *text, size_t size)
{
	static const char *const words[] = { "passed", "FAILED", "not tried" };
	if (!text || size == 0)
		return;
	text[0] = '\0';
	if (!result || (unsigned)result->outcome >= KIT_COUNT(words))
		return;
	const char *word = words[result->outcome];
	if (result->outcome == RPV_TESTKIT_PASSED)
		snprintf(text, size, "%-9s %s", word, result->rule);
	else if (result->outcome == RPV_TESTKIT_NOT_TRIED)
		snprintf(text, size, "%-9s %s: %s", word, result->rule, result->message);
	else
		snprintf(text, size, "%-9s %s: %s\n          storage.h: \"%s\"", word, result->rule, result->message,
		         result->sentence);
}

/* --- handles --- */
bool rpv__kit_open(kit *k, rpv_testkit_place place, rpv_storage *out)
{
	rpv_storage opened = RPV_STORAGE_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = k->options->open(k->options->user, place, &opened, &error);
	if (status)
		return rpv__kit_wrong(k, place == RPV_TESTKIT_FRESH ? "opening afresh" : "opening again", RPV_OK, status, &error);
	*out = opened;
	return true;
}

void rpv__kit_close(rpv_storage *storage)
{
	if (storage->close)
		storage->close(storage->user);
}

bool rpv__kit_reopen(kit *k)
{
	rpv__kit_close(&k->s);
	k->is_open = false;
	k->is_open = rpv__kit_open(k, RPV_TESTKIT_AGAIN, &k->s);
	return k->is_open;
}

/* --- running --- */
static void tell(kit *k, const kit_rule *rule, rpv_testkit_outcome outcome, rpv_testkit_report *report)
{
	const rpv_testkit_result result = { rule->name, rule->part, rule->sentence, outcome, k->message };
	report->passed += outcome == RPV_TESTKIT_PASSED;
	report->failed += outcome == RPV_TESTKIT_FAILED;
	report->not_tried += outcome == RPV_TESTKIT_NOT_TRIED;
	if (outcome == RPV_TESTKIT_FAILED && !report->first_failed)
		report->first_failed = rule->name;
	if (k->options->result)
		k->options->result(k->options->user, &result);
}

static void run_rule(kit *k, const kit_rule *rule, const char *why_not, rpv_testkit_report *report)
{
	k->failed = k->not_tried = false;
	k->message[0] = '\0';
	if (why_not) {
		snprintf(k->message, sizeof k->message, "the rule %s failed before", why_not);
		tell(k, rule, RPV_TESTKIT_NOT_TRIED, report);
		return;
	}
	k->is_open = rpv__kit_open(k, RPV_TESTKIT_FRESH, &k->s);
	bool passed = k->is_open && rule->run(k);
	if (k->is_open)
		rpv__kit_close(&k->s);
	k->is_open = false;
	if (k->no_memory)
		return;
	if (!passed && !k->failed && !k->not_tried)
		rpv__kit_fail(k, "the kit gives no reason");
	tell(k, rule, k->failed ? RPV_TESTKIT_FAILED : k->not_tried ? RPV_TESTKIT_NOT_TRIED : RPV_TESTKIT_PASSED, report);
}

static bool valid(const rpv_testkit_options *o)
{
	return o && o->struct_size == sizeof *o && o->open && !(o->flags & ~(uint32_t)RPV_TESTKIT_SHARED);
}

rpv_status rpv_testkit_storage(const rpv_testkit_options *options, rpv_testkit_report *report)
{
	static const kit_rule *const parts[] = { rpv__kit_reads, rpv__kit_order, rpv__kit_ranges, rpv__kit_expectations,
		rpv__kit_sizes, rpv__kit_keeping, rpv__kit_handles, rpv__kit_faults, rpv__kit_random };
	if (!valid(options))
		return RPV_E_INVALID;
	kit k = { .options = options, .seed = options->seed ? options->seed : SEED,
	          .rounds = options->rounds ? options->rounds : ROUNDS };
	rpv_testkit_report sum = { 0, 0, 0, k.rounds, k.seed, NULL };
	for (size_t i = 0; i < KIT_COUNT(parts); i++) {
		const char *why_not = sum.first_failed;
		for (const kit_rule *rule = parts[i]; rule->name && !k.no_memory; rule++)
			run_rule(&k, rule, why_not, &sum);
	}
	if (report)
		*report = sum;
	if (k.no_memory)
		return RPV_E_NOMEM;
	return sum.failed ? RPV_E_REFUSED : RPV_OK;
}
