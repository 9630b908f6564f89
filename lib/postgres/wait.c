/* SPDX-License-Identifier: MIT */
/* Waiting for others' commits: the server says when there is one. */
#include "inside.h"

#include <poll.h>
#include <string.h>

#define WITHOUT_NOTICE_MS 1000 /* how long to wait where the server does not say anything */

/* Takes what has been said; whether any of it was of this table. */
static bool take_notices(server *s)
{
	bool of_ours = false;
	PGnotify *notice;
	PQconsumeInput(s->conn);
	while ((notice = PQnotifies(s->conn))) {
		of_ours |= strcmp(notice->extra, s->table) == 0;
		PQfreemem(notice);
	}
	return of_ours;
}

rpv_status rpv__pg_wait(void *user, int32_t timeout_ms, rpv_error *error)
{
	server *s = user;
	rpv_status status = rpv__pg_ready(s, error);
	if (status)
		return status;
	if (!s->listens && s->notifies && rpv__pg_command(s, "LISTEN " PG_CHANNEL, NULL) == RPV_OK) {
		s->listens = true;
		return RPV_OK; /* somebody may have committed before */
	}
	if (!s->listens && timeout_ms > WITHOUT_NOTICE_MS)
		timeout_ms = WITHOUT_NOTICE_MS;
	int64_t end = rpv__pg_now_ms() + timeout_ms;
	for (;;) {
		int64_t left = end - rpv__pg_now_ms();
		struct pollfd socket = { .fd = PQsocket(s->conn), .events = POLLIN };
		if (take_notices(s) || left <= 0 || rpv__pg_lost(s))
			return RPV_OK;
		poll(&socket, 1, (int)left);
	}
}
