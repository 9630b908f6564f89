/* SPDX-License-Identifier: MIT */
/* What the PostgreSQL storage is compiled with in place of the functions of libpq that send statements. */
#ifndef BELOW_POSTGRES_H
#define BELOW_POSTGRES_H

#include <libpq-fe.h>

PGresult *below_PQexec(PGconn *conn, const char *command);
PGresult *below_PQprepare(PGconn *conn, const char *name, const char *command, int count, const Oid *types);
PGresult *below_PQexecPrepared(PGconn *conn, const char *name, int count, const char *const *values, const int *lengths,
                               const int *formats, int binary);
int below_PQsendQueryParams(PGconn *conn, const char *command, int count, const Oid *types, const char *const *values,
                            const int *lengths, const int *formats, int binary);
int below_PQsendQueryPrepared(PGconn *conn, const char *name, int count, const char *const *values, const int *lengths,
                              const int *formats, int binary);
int below_PQpipelineSync(PGconn *conn);

#endif
