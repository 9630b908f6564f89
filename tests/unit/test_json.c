/* SPDX-License-Identifier: MIT */
/* The parser of JSON against jansson's, on whole texts and on ones with bytes changed, taken out and put in: the same
 * values, and the same texts refused. (What jansson does without memory is why there is one: see tests/faults.) */
#include "test.h"

#include "../../lib/interop/io.h"
#include <stdlib.h>

static test_random chance;

static void same(const char *text, size_t size)
{
	const char *reason;
	size_t offset;
	json_error_t what;
	char *exact = malloc(size ? size : 1); /* so that a sanitizer sees reads past the end */
	assert_non_null(exact);
	memcpy(exact, text, size);
	json_t *ours = rpv__io_json(exact, size, &reason, &offset), *theirs = json_loadb(exact, size, JSON_DECODE_ANY, &what);
	if (!ours != !theirs || (ours && !json_equal(ours, theirs)))
		fail_msg("%.*s\nours: %s, theirs: %s", (int)size, exact, ours ? "fine" : reason, theirs ? "fine" : what.text);
	assert_true(ours ? reason == NULL : reason && *reason && offset <= size);
	json_decref(ours);
	json_decref(theirs);
	free(exact);
}

static const char *const texts[] = {
	"{\"a\":[1,-2,0,-0,3.5,-1e3,1E-2,2e+5,9223372036854775807,-9223372036854775808,true,false,null],\"b\":{\"c\":\"\"}}",
	"{\"type\":\"device\",\"id\":\"pc-17\","
	"\"tags\":[\"vip\",\"\\u00e9\\ud83d\\ude00\\n\\t\\/\\\\\\\"\"],\"a\":1,\"a\":{\"a\":2}}",
	"[[],{},[[]],[{}],{\"\":[]},\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\",0.1,1.7976931348623157e308,4.9e-324]",
	" \t\r\n [ 1 , 2 ] \n", "\"plain\"",
	"\"\"", "17", "-0.0", "true", "null", "", " ", "{", "[", "\"", "\"\\", "\"\\u", "-", "1.",
	"1e", "01", "+1", ".5", "tru", "nulll", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "[1,]", "[,1]", "[1 2]", "{}{}",
	"9223372036854775808", "-9223372036854775809", "1e400", "-1e400", "\"\\u0000\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
	"\"\\udc00\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xff\"", "\"\x01\"",
	"\"\n\"", "\"\xe2\x82\"",
	"{\"\\u0000\":1}", "{\"a\\u0062\":1}", "nan", "Infinity", "'a'", "\xef\xbb\xbf[]",
};

static void test_json_when_texts_are_plain_or_broken_then_as_jansson(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		same(texts[i], strlen(texts[i]));
}

static void test_json_when_cut_anywhere_then_as_jansson(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t size = 0; size < strlen(texts[i]); size++)
			same(texts[i], size);
}

static void test_json_when_bytes_change_then_as_jansson(void **state)
{
	static const char bytes[] = "{}[],:\"\\ 0159-+.eEutfalsn\n\x80\xc3\xff";
	uint64_t rounds = test_rounds(300000, 3000);
	char text[400];
	(void)state;
	chance.state = 7;
	for (uint64_t n = 0; n < rounds; n++) {
		size_t size = strlen(strcpy(text, texts[test_random_below(&chance, 5)]));
		for (uint64_t changes = 1 + test_random_below(&chance, 4); changes && size > 2; changes--) {
			size_t at = test_random_below(&chance, size);
			char byte = bytes[test_random_below(&chance, sizeof bytes - 1)];
			uint64_t how = test_random_below(&chance, 3);
			if (how == 0) {
				text[at] = byte;
			} else if (how == 1) {
				memmove(text + at, text + at + 1, size-- - at - 1);
			} else {
				memmove(text + at + 1, text + at, size++ - at);
				text[at] = byte;
			}
		}
		same(text, size);
	}
}

static void test_json_when_nested_too_deeply_then_refused(void **state)
{
	char text[2 * RPV__IO_DEPTH_MAX + 2];
	const char *reason;
	size_t offset;
	(void)state;
	for (size_t depth = RPV__IO_DEPTH_MAX; depth < RPV__IO_DEPTH_MAX + 2; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		json_t *json = rpv__io_json(text, 2 * depth, &reason, &offset);
		assert_true(depth > RPV__IO_DEPTH_MAX ? !json && offset == RPV__IO_DEPTH_MAX : json != NULL);
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_when_texts_are_plain_or_broken_then_as_jansson),
		cmocka_unit_test(test_json_when_cut_anywhere_then_as_jansson),
		cmocka_unit_test(test_json_when_bytes_change_then_as_jansson),
		cmocka_unit_test(test_json_when_nested_too_deeply_then_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
