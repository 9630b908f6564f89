/* SPDX-License-Identifier: MIT */
/* Opening the store for a command, and what failures mean for the exit code. */
#include "program.h"
#ifdef WITH_POSTGRES
#include <reprieve-postgres/reprieve-postgres.h>
#endif
#include <reprieve-sqlite/reprieve-sqlite.h>
#include <reprieve/system-clock.h>
#include <stdlib.h>
#include <string.h>

void *need_memory(void *block)
{
	if (!block) {
		fputs("reprieve: no memory\n", stderr);
		exit(EXIT_STORAGE);
	}
	return block;
}

static int exit_code(rpv_status status)
{
	switch (status) {
	case RPV_OK:
		return EXIT_DONE;
	case RPV_E_INVALID:
	case RPV_E_NOT_FOUND:
	case RPV_E_REFUSED:
	case RPV_E_DENIED:
	case RPV_E_LIMIT:
	case RPV_E_CLOCK:
	case RPV_E_READ_ONLY:
		return EXIT_REFUSED;
	default:
		return EXIT_STORAGE;
	}
}

int fail_with(const char *message, rpv_status status)
{
	fputs("reprieve: ", stderr);
	put_plain(stderr, message && *message ? message : rpv_status_name(status));
	fputs(status == RPV_E_CLOCK ? " (--accept-clock-jump)\n" : "\n", stderr);
	return exit_code(status);
}

int fail(const program *p, rpv_status status)
{
	return fail_with(p->session ? rpv_session_error(p->session)->message : NULL, status);
}

/* Says a thing once, however often a command meets it. */
static void write_log(void *user, rpv_log_level level, const char *text)
{
	program *p = user;

	if (strcmp(p->logged, text) == 0)
		return;
	snprintf(p->logged, sizeof p->logged, "%s", text);
	fprintf(stderr, "reprieve: %s", level == RPV_LOG_WARNING ? "warning: " : "");
	put_plain(stderr, text);
	fputc('\n', stderr);
}

static int open_session(program *p, rpv_store *store, rpv_session **out)
{
	rpv_principal principal = RPV_PRINCIPAL_INIT;
	const char *user = getenv("USER");
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status;

	principal.id = p->as ? p->as : user && *user ? user : "local";
	principal.permissions = RPV_PERMIT_ALL;
	if (p->visible_groups.count > 0) {
		principal.visible_groups = p->visible_groups.items;
		principal.visible_group_count = p->visible_groups.count;
	}
	status = rpv_session_open(store, &principal, out, &error);
	return status == RPV_OK ? EXIT_DONE : fail_with(error.message, status);
}

/* The command works on the what-if; the store itself stays at hand as the base. */
static int open_what_if(program *p)
{
	rpv_store *what_if;
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status = rpv_what_if_open(p->store, NULL, &what_if, &error);

	if (status != RPV_OK)
		return fail_with(error.message, status);
	p->base = p->store;
	p->store = what_if;
	return open_session(p, p->base, &p->base_session);
}

static int open_sessions(program *p, int64_t as_of)
{
	int code = p->what_if ? open_what_if(p) : EXIT_DONE;
	rpv_status status = RPV_OK;

	if (code == EXIT_DONE)
		code = open_session(p, p->store, &p->session);
	if (code == EXIT_DONE && p->as_of)
		status = rpv_session_set_as_of(p->session, as_of);
	return status == RPV_OK ? code : fail(p, status);
}

int tell_what_if(program *p)
{
	rpv_score before = RPV_SCORE_INIT, after = RPV_SCORE_INIT;
	rpv_status status = rpv_score_read(p->base_session, NULL, &before);

	if (status != RPV_OK)
		return fail_with(rpv_session_error(p->base_session)->message, status);
	status = rpv_score_read(p->session, NULL, &after);
	if (status != RPV_OK)
		return fail(p, status);
	fprintf(stderr, "reprieve: nothing was changed; the exposure score would go from %.4f to %.4f",
	        before.exposure_official, after.exposure_official);
	if (before.secure_official.percent >= 0 && after.secure_official.percent >= 0)
		fprintf(stderr, ", the secure score from %.4f to %.4f %%", before.secure_official.percent,
		        after.secure_official.percent);
	fputc('\n', stderr);
	return EXIT_DONE;
}

/* A SQLite file, or what looks like the address of a PostgreSQL database. */
static rpv_status open_storage(const char *db, rpv_storage *storage, rpv_error *error)
{
	if (strncmp(db, "postgresql://", 13) != 0 && strncmp(db, "postgres://", 11) != 0)
		return rpv_sqlite_storage(db, RPV_SQLITE_CREATE, 0, storage, error);
#ifdef WITH_POSTGRES
	rpv_postgres_options options = RPV_POSTGRES_OPTIONS_INIT;

	options.conninfo = db;
	return rpv_postgres_storage(&options, storage, error);
#else
	snprintf(error->message, sizeof error->message, "--db %.200s: this program was built without PostgreSQL", db);
	return RPV_E_STORAGE;
#endif
}

int open_program(program *p)
{
	rpv_store_options options = RPV_STORE_OPTIONS_INIT;
	rpv_error error = RPV_ERROR_INIT;
	rpv_status status;
	int64_t as_of = 0;
	int code = EXIT_DONE;

	if (!p->db || !*p->db)
		code = usage_error("--db FILE is missing; see reprieve --help");
	else if (p->as && !*p->as)
		code = usage_error("--as: a name is needed");
	if (code == EXIT_DONE)
		code = take_instant("--now", p->now, &p->now_ms);
	if (code == EXIT_DONE)
		code = take_instant("--as-of", p->as_of, &as_of);
	if (code != EXIT_DONE)
		return code;
	options.clock = rpv_clock_system();
	if (p->now)
		rpv_clock_manual(&p->now_ms, &options.clock);
	options.log.user = p;
	options.log.write = write_log;
	options.hash = program_hash();
	options.accept_clock_jump = p->accept_clock_jump;
	status = open_storage(p->db, &options.storage, &error);
	if (status == RPV_OK)
		status = rpv_store_open(&options, &p->store, &error);
	if (status == RPV_OK)
		return open_sessions(p, as_of);
	fail_with(error.message, status);
	return EXIT_STORAGE;
}

void close_program(program *p)
{
	rpv_session_close(p->session);
	rpv_store_close(p->store);
	rpv_session_close(p->base_session);
	rpv_store_close(p->base);
	free_kept(p);
}
