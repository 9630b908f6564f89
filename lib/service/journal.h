/* SPDX-License-Identifier: MIT */
/* A journal that is chained. */
#ifndef RPV__SERVICE_JOURNAL_H
#define RPV__SERVICE_JOURNAL_H

#include "store.h"

rpv_status rpv__journal_chain(rpv_session *session);
rpv_status rpv__journal_anchor(rpv_session *session, char *text, size_t size);
rpv_status rpv__journal_verify(rpv_session *session, const char *anchor, int32_t from_anchor, rpv_journal_proof *proof);

#endif
