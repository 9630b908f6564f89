/* SPDX-License-Identifier: MIT */
/* A SQLite file of which a byte was changed, or that was cut: opening, reading and checking it never crash or hang, and
 * together name the damage, or every answer is as it was.
 * usage: api_damaged_file [STEP]      every so many bytes; 1: all */
#include "../support/interop.h"
#include <reprieve-sqlite/reprieve-sqlite.h>

#include <stdlib.h>
#include <unistd.h>

static size_t step = 23;
static char path[512];

#define FACTS \
	"{'type':'device','id':'a','group':'Sales','value':'high'}\n" \
	"{'type':'device','id':'b','group':'Plant','internet_facing':true}\n" \
	"{'type':'weakness','id':'CVE-2026-1','severity':'high','epss':0.2}\n" \
	"{'type':'recommendation','id':'browser','kind':'update','title':'Update it'}\n" \
	"{'type':'recommendation','id':'lock','kind':'configuration_change','points':5}\n" \
	"{'type':'assessment','device':'a','recommendation':'browser','weaknesses':['CVE-2026-1']}\n" \
	"{'type':'assessment','device':'b','recommendation':'browser','weaknesses':['CVE-2026-1']}\n" \
	"{'type':'assessment','device':'b','recommendation':'lock','state':'exposed'}\n"

/* --- the store --- */
static rpv_status open_file(test_world *w, rpv_sqlite_mode mode, rpv_error *error)
{
	static int64_t now_ms = TEST_NOW;
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	*w = (test_world){ .now_ms = TEST_NOW };
	w->options = (rpv_import_options)RPV_IMPORT_OPTIONS_INIT;
	rpv_clock_manual(&now_ms, &options.clock);
	principal.id = "tester@example.org";
	principal.permissions = RPV_PERMIT_ALL;
	rpv_status status = rpv_sqlite_storage(path, mode, 0, &options.storage, error);
	if (status == RPV_OK)
		status = rpv_store_open(&options, &w->store, error);
	return status == RPV_OK ? rpv_session_open(w->store, &principal, &w->session, error) : status;
}

static void close_file(test_world *w)
{
	rpv_session_close(w->session);
	rpv_store_close(w->store);
}

static test_bytes small_file(void)
{
	test_world w;
	rpv_error error = RPV_ERROR_INIT;
	rpv_exception_request r = RPV_EXCEPTION_REQUEST_INIT;
	test_temporary_path(path, sizeof path, "store.db");
	assert_status_error(RPV_OK, open_file(&w, RPV_SQLITE_CREATE, &error), &error);
	assert_ok(test_import_text(&w, FACTS));
	r.recommendation = "browser";
	r.justification = RPV_JUSTIFICATION_RISK_ACCEPTED;
	r.context = "accepted";
	r.duration_ms = RPV_DAYS(30);
	assert_status_error(RPV_OK, rpv_exception_file(w.session, &r, NULL), rpv_session_error(w.session));
	close_file(&w); /* nothing is left in the log */
	return test_read_file(path);
}

static rpv_status answers(test_world *w, test_bytes *out)
{
	rpv_export_result result = RPV_EXPORT_RESULT_INIT;
	rpv_import_error error = RPV_IMPORT_ERROR_INIT;
	rpv_score score = RPV_SCORE_INIT;
	rpv_status status = rpv_score_read(w->session, NULL, &score);
	if (status == RPV_OK)
		test_bytes_add(out, "%a %a %a\n", score.exposure_official, score.exposure_no_impact, score.secure_official.points);
	return status == RPV_OK ? rpv_export_ndjson(w->session, test_bytes_sink, out, &result, &error) : status;
}

/* --- damage --- */
typedef struct damage { test_bytes file, sound; size_t tried, named, same; } damage;

static void write_file(const char *data, size_t size)
{
	static const char *const others[] = { "-wal", "-shm", "-journal" };
	char other[600];
	FILE *to = fopen(path, "wb");
	assert_true(to && fwrite(data, 1, size, to) == size && fclose(to) == 0);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		snprintf(other, sizeof other, "%s%s", path, others[i]);
		unlink(other);
	}
}

static bool is_name(rpv_status status)
{
	return status == RPV_E_CORRUPT || status == RPV_E_VERSION;
}

/* What is in the file now. */
static void look(damage *d, const char *what, size_t at)
{
	test_world w;
	test_bytes now = { NULL, 0 };
	rpv_error error = RPV_ERROR_INIT, of_file = RPV_ERROR_INIT;
	rpv_status file = rpv_sqlite_check(path, &of_file);
	rpv_status status = open_file(&w, d->tried++ % 2 ? RPV_SQLITE_EXISTING : RPV_SQLITE_READ_ONLY, &error);
	bool named = is_name(file) || is_name(status);
	if (status == RPV_OK) {
		status = answers(&w, &now);
		named = named || is_name(status) || is_name(rpv_store_check(w.store, NULL, &error));
	}
	close_file(&w);
	bool same = status == RPV_OK && now.size == d->sound.size && memcmp(now.data, d->sound.data, now.size) == 0;
	test_bytes_free(&now);
	d->named += named;
	d->same += !named && same;
	if (!named && !same)
		fail_msg("%s %zu: silent: %s, %s: %s", what, at, rpv_status_name(file), rpv_status_name(status), error.message);
}

static void begin(damage *d)
{
	test_world w;
	rpv_error error = RPV_ERROR_INIT;
	*d = (damage){ .file = small_file() };
	assert_status_error(RPV_OK, open_file(&w, RPV_SQLITE_EXISTING, &error), &error);
	assert_ok(answers(&w, &d->sound));
	close_file(&w);
}

static void end(damage *d)
{
	print_message("%zu damages of %zu bytes: %zu named, %zu change no answer\n", d->tried, d->file.size, d->named, d->same);
	test_bytes_free(&d->file);
	test_bytes_free(&d->sound);
	test_remove_folder(path);
}

static void test_bytes_changed(void **state)
{
	static const uint8_t patterns[] = { 0x01, 0xFF, 0x80, 0x10 };
	damage d;
	(void)state;
	begin(&d);
	for (size_t at = 0; at < d.file.size; at += at < 100 ? 1 : step)
		for (size_t p = 0; p < (step == 1 || at < 100 ? sizeof patterns : 1); p++) {
			uint8_t pattern = patterns[step == 1 || at < 100 ? p : at / step % sizeof patterns];
			d.file.data[at] = (char)(d.file.data[at] ^ pattern);
			write_file(d.file.data, d.file.size);
			look(&d, "byte", at);
			d.file.data[at] = (char)(d.file.data[at] ^ pattern);
		}
	assert_true(d.named > 0 && d.same > 0); /* there is room between the records, which nobody reads */
	end(&d);
}

static void test_file_cut(void **state)
{
	damage d;
	(void)state;
	begin(&d);
	for (size_t size = 0; size < d.file.size; size += 5 * step) {
		write_file(d.file.data, size);
		look(&d, "cut to", size);
	}
	assert_int_equal(d.tried, d.named);
	end(&d);
}

int main(int argc, char **argv)
{
	if (getenv("RPV_TEST_SHORT"))
		step = 397;
	if (argc > 1)
		step = strtoul(argv[1], NULL, 10);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_changed),
		cmocka_unit_test(test_file_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
