/* SPDX-License-Identifier: MIT */
/* The PostgreSQL storage: the contract, opening what is and is not a store, and lost connections. Runs within
 * tests/support/in_postgres.py. */
#include "../support/storage_suite.h"

#include <errno.h>
#include <libpq-fe.h>
#include <reprieve-postgres/reprieve-postgres.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

static const char *conninfo;
static int number; /* of the table in use: each fresh storage has one of its own */

static rpv_postgres_options options_for(char name[32])
{
	rpv_postgres_options options = RPV_POSTGRES_OPTIONS_INIT;
	snprintf(name, 32, "Table \"%d\"", number);
	options.conninfo = conninfo;
	options.table = name;
	return options;
}

static void open_postgres(rpv_storage *storage, bool again)
{
	char name[32];
	rpv_error error = RPV_ERROR_INIT;
	if (!again)
		number++;
	rpv_postgres_options options = options_for(name);
	options.mode = again ? RPV_POSTGRES_EXISTING : RPV_POSTGRES_CREATE;
	assert_status_error(RPV_OK, rpv_postgres_storage(&options, storage, &error), &error);
}

/* Asks the server something of our own; the answer is freed by the next question. */
static const char *sql(const char *text)
{
	static char answer[200];
	PGconn *conn = PQconnectdb(conninfo);
	assert_int_equal(PQstatus(conn), CONNECTION_OK);
	PGresult *result = PQexec(conn, text);
	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", text, PQerrorMessage(conn));
	snprintf(answer, sizeof answer, "%s", PQntuples(result) ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	PQfinish(conn);
	return answer;
}

/* Ends every other connection, as a restart of the server would. */
static void cut_connections(void)
{
	sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'reprieve'");
	const struct timespec moment = { 0, 100000000 };
	nanosleep(&moment, NULL);
}

static void crash_postgres(rpv_storage *storage)
{
	cut_connections();
	storage->close(storage->user);
}

/* Messages to and from the server, counted, of which one is lost together with the connection. libpq calls these instead
 * of the C library's. */
static uint64_t fault_at, messages;

static bool lose(int fd)
{
	if (!fault_at || ++messages != fault_at)
		return false;
	shutdown(fd, SHUT_RDWR);
	errno = ECONNRESET;
	return true;
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
	return lose(fd) ? -1 : sendto(fd, data, size, flags, NULL, 0);
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
	return lose(fd) ? -1 : recvfrom(fd, data, size, flags, NULL, NULL);
}

static int32_t fault_postgres(uint64_t nth)
{
	int32_t met = fault_at && messages >= fault_at;
	fault_at = nth;
	messages = 0;
	return met;
}

static suite_backend backend = { open_postgres, NULL, true, true, crash_postgres, fault_postgres };

/* --- opening --- */
static rpv_error failed;

static rpv_status open_as(const rpv_postgres_options *options)
{
	rpv_storage s = RPV_STORAGE_INIT;
	failed = (rpv_error)RPV_ERROR_INIT;
	rpv_status status = rpv_postgres_storage(options, &s, &failed);
	if (!status)
		s.close(s.user);
	else
		assert_null(s.get);
	return status;
}

#define assert_words(words) assert_non_null(strstr(failed.message, words))

static void test_postgres_when_called_wrongly_then_invalid(void **state)
{
	(void)state;
	char name[32], longer[300];
	rpv_storage s;
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	assert_status(RPV_E_INVALID, rpv_postgres_storage(NULL, &s, NULL));
	rpv_postgres_options good = options_for(name), o = good;
	assert_status(RPV_E_INVALID, rpv_postgres_storage(&o, NULL, NULL));
	o.struct_size = 4;
	assert_status(RPV_E_INVALID, open_as(&o));
	o = good, o.mode = 3;
	assert_status(RPV_E_INVALID, open_as(&o));
	o = good, o.quiet = 2;
	assert_status(RPV_E_INVALID, open_as(&o));
	o = good, o.reconnect_ms = -1;
	assert_status(RPV_E_INVALID, open_as(&o));
	o = good, o.table = longer;
	assert_status(RPV_E_INVALID, open_as(&o));
	o = good, o.schema = "";
	assert_status(RPV_E_INVALID, open_as(&o));
	o = good, o.conninfo = "host=somewhere colour=blue";
	assert_status(RPV_E_INVALID, open_as(&o));
	assert_words("invalid connection option \"colour\"");
}

static void test_postgres_when_there_is_no_server_or_table_then_says_so(void **state)
{
	(void)state;
	char name[32];
	rpv_postgres_options o = options_for(name);
	o.conninfo = "host=/nowhere dbname=x";
	assert_status(RPV_E_STORAGE, open_as(&o));
	assert_words("/nowhere");
	o = options_for(name);
	o.table = "not there";
	o.mode = RPV_POSTGRES_EXISTING;
	assert_status(RPV_E_NOT_FOUND, open_as(&o));
	assert_words("there is no table \"not there\"");
	o.mode = RPV_POSTGRES_READ_ONLY;
	assert_status(RPV_E_NOT_FOUND, open_as(&o));
	o.mode = RPV_POSTGRES_CREATE;
	o.schema = "no schema";
	assert_status(RPV_E_STORAGE, open_as(&o));
	assert_words("no schema");
	assert_int_equal(failed.host_code, (int32_t)strtol("3F000", NULL, 36));
}

static void test_postgres_when_the_table_is_another_then_untouched(void **state)
{
	(void)state;
	rpv_postgres_options o = RPV_POSTGRES_OPTIONS_INIT;
	o.conninfo = conninfo;
	o.table = "theirs";
	sql("CREATE TABLE theirs (key text, value bytea)");
	assert_status(RPV_E_CORRUPT, open_as(&o));
	assert_words("not one of this library");
	sql("ALTER TABLE theirs DROP COLUMN key");
	assert_status(RPV_E_CORRUPT, open_as(&o));
}

static void test_postgres_when_a_schema_is_named_then_used(void **state)
{
	(void)state;
	rpv_storage s;
	rpv_postgres_options o = RPV_POSTGRES_OPTIONS_INIT;
	o.conninfo = conninfo;
	o.schema = "Security";
	sql("CREATE SCHEMA \"Security\"");
	assert_ok(rpv_postgres_storage(&o, &s, NULL));
	assert_ok(suite_put(&s, "a", "1"));
	assert_string_equal(sql("SELECT count(*) FROM \"Security\".reprieve"), "1");
	s.close(s.user);
}

static void test_postgres_when_read_only_then_reads_and_refuses_commits(void **state)
{
	(void)state;
	char name[32];
	rpv_storage writer, reader;
	rpv_error error = RPV_ERROR_INIT;
	open_postgres(&writer, false);
	assert_ok(suite_put(&writer, "a", "one"));
	rpv_postgres_options o = options_for(name);
	o.mode = RPV_POSTGRES_READ_ONLY;
	assert_ok(rpv_postgres_storage(&o, &reader, NULL));
	assert_int_equal(reader.capabilities, RPV_STORAGE_READ_ONLY);
	assert_string_equal(suite_get(&reader, "a"), "one");
	rpv_write write = { suite_bytes("a"), suite_bytes("two"), 0 };
	assert_status(RPV_E_READ_ONLY, reader.commit(reader.user, &write, 1, NULL, 0, &error));
	assert_string_equal(suite_get(&reader, "a"), "one");
	reader.close(reader.user);
	writer.close(writer.user);
}

static void test_postgres_when_commits_are_not_synchronous_then_made_so(void **state)
{
	(void)state;
	rpv_storage s;
	sql("ALTER ROLE tester SET synchronous_commit TO off");
	open_postgres(&s, false);
	assert_ok(suite_put(&s, "a", "1"));
	sql("ALTER ROLE tester RESET synchronous_commit");
	s.close(s.user);
}

/* --- locks and lost connections --- */
static void test_postgres_when_somebody_holds_a_lock_then_busy(void **state)
{
	(void)state;
	char name[32], text[100];
	rpv_storage s;
	rpv_error error = RPV_ERROR_INIT;
	open_postgres(&s, false);
	assert_ok(suite_put(&s, "a", "1"));
	s.close(s.user);
	rpv_postgres_options o = options_for(name);
	o.statement_timeout_ms = 200;
	assert_ok(rpv_postgres_storage(&o, &s, NULL));
	PGconn *other = PQconnectdb(conninfo);
	snprintf(text, sizeof text, "BEGIN; SELECT value FROM \"Table \"\"%d\"\"\" FOR UPDATE", number);
	PQclear(PQexec(other, text));
	rpv_write write = { suite_bytes("a"), suite_bytes("2"), 0 };
	rpv_expect expected = { suite_bytes("a"), suite_bytes("1"), 0 };
	assert_status(RPV_E_BUSY, s.commit(s.user, &write, 1, &expected, 1, &error));
	assert_int_equal(error.host_code, (int32_t)strtol("57014", NULL, 36));
	assert_string_equal(suite_get(&s, "a"), "1"); /* readers are not held up */
	PQfinish(other);
	assert_ok(s.commit(s.user, &write, 1, &expected, 1, &error));
	assert_string_equal(suite_get(&s, "a"), "2");
	s.close(s.user);
}

static rpv_status count_pairs(void *user, rpv_bytes key, rpv_bytes value)
{
	(void)key;
	(void)value;
	++*(int *)user;
	return RPV_OK;
}

static void test_postgres_when_the_connection_is_lost_then_connects_again(void **state)
{
	(void)state;
	rpv_storage s;
	rpv_error error = RPV_ERROR_INIT;
	int count = 0;
	open_postgres(&s, false);
	assert_ok(suite_put(&s, "a", "1"));
	cut_connections();
	assert_string_equal(suite_get(&s, "a"), "1");
	cut_connections();
	assert_ok(s.scan(s.user, suite_bytes("a"), (rpv_bytes){ NULL, 0 }, 0, 0, count_pairs, &count, &error));
	assert_int_equal(count, 1);
	cut_connections();
	assert_ok(suite_put(&s, "a", "2")); /* lost before anything was committed */
	cut_connections();
	assert_ok(s.begin_read(s.user, &error));
	assert_string_equal(suite_get(&s, "a"), "2");
	cut_connections();
	rpv_status status = s.get(s.user, suite_bytes("a"), count_pairs, &count, &error);
	assert_status(RPV_E_STORAGE, status); /* that moment is gone */
	s.end_read(s.user);
	assert_string_equal(suite_get(&s, "a"), "2");
	s.close(s.user);
}

static void test_postgres_when_lost_while_committing_then_outcome_unknown(void **state)
{
	(void)state;
	char text[400];
	rpv_storage s;
	rpv_error error = RPV_ERROR_INIT;
	open_postgres(&s, false);
	/* the server ends the connection when the commit is under way */
	snprintf(text, sizeof text, "CREATE OR REPLACE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS "
	         "$$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END$$; "
	         "CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON \"Table \"\"%d\"\"\" DEFERRABLE INITIALLY DEFERRED "
	         "FOR EACH ROW EXECUTE FUNCTION cut()", number);
	sql(text);
	assert_status(RPV_E_OUTCOME, suite_put(&s, "a", "1"));
	assert_null(suite_get(&s, "a"));
	snprintf(text, sizeof text, "DROP TRIGGER cut ON \"Table \"\"%d\"\"\"", number);
	sql(text);
	rpv_write write = { suite_bytes("a"), suite_bytes("2"), 0 };
	assert_ok(s.commit(s.user, &write, 1, NULL, 0, &error));
	assert_string_equal(suite_get(&s, "a"), "2");
	s.close(s.user);
}

/* --- pages --- */
static void test_postgres_when_a_scan_is_longer_than_a_page_then_all_of_one_moment(void **state)
{
	(void)state;
	enum { PAIRS = 2500 };
	static char keys[PAIRS][8];
	static rpv_write writes[PAIRS];
	rpv_storage s;
	rpv_error error = RPV_ERROR_INIT;
	open_postgres(&s, false);
	for (int i = 0; i < PAIRS; i++) {
		snprintf(keys[i], sizeof keys[i], "%05d", i);
		writes[i] = (rpv_write){ suite_bytes(keys[i]), suite_bytes("x"), 0 };
	}
	assert_ok(s.commit(s.user, writes, PAIRS, NULL, 0, &error));
	static const uint64_t limits[] = { 0, 1, 99, 100, 101, 1100, 1101, 2499, 2500, 2501, UINT64_MAX };
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		for (int reverse = 0; reverse < 2; reverse++) {
			int count = 0;
			assert_ok(s.scan(s.user, suite_bytes("0"), reverse ? suite_bytes("9") : (rpv_bytes){ NULL, 0 }, reverse,
			                 limits[i], count_pairs, &count, &error));
			assert_int_equal(count, limits[i] && limits[i] < PAIRS ? limits[i] : PAIRS);
		}
	s.close(s.user);
}

int main(void)
{
	conninfo = getenv("REPRIEVE_TEST_POSTGRES");
	if (!conninfo)
		return 77; /* skipped: to be run within in_postgres.py */
	const struct CMUnitTest tests[] = {
		STORAGE_SUITE(&backend),
		cmocka_unit_test(test_postgres_when_called_wrongly_then_invalid),
		cmocka_unit_test(test_postgres_when_there_is_no_server_or_table_then_says_so),
		cmocka_unit_test(test_postgres_when_the_table_is_another_then_untouched),
		cmocka_unit_test(test_postgres_when_a_schema_is_named_then_used),
		cmocka_unit_test(test_postgres_when_read_only_then_reads_and_refuses_commits),
		cmocka_unit_test(test_postgres_when_commits_are_not_synchronous_then_made_so),
		cmocka_unit_test(test_postgres_when_somebody_holds_a_lock_then_busy),
		cmocka_unit_test(test_postgres_when_the_connection_is_lost_then_connects_again),
		cmocka_unit_test(test_postgres_when_lost_while_committing_then_outcome_unknown),
		cmocka_unit_test(test_postgres_when_a_scan_is_longer_than_a_page_then_all_of_one_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
