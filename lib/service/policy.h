/* SPDX-License-Identifier: MIT */
/* Showing and changing policies. */
#ifndef RPV__SERVICE_POLICY_H
#define RPV__SERVICE_POLICY_H

#include "store.h"

rpv_status rpv__policy_list(rpv_session *session, const char *name, rpv_list **out);
/* `dry`: writes nothing. `outcome` and `out` may be NULL. */
rpv_status rpv__policy_change(rpv_session *session, const rpv_policy_change *changes, size_t count, bool dry,
                              rpv_policy_outcome *outcome, rpv_list **out);
/* Takes changes in order; the first bad one is named by its index. */
rpv_status rpv__policy_take_all(rpv__policy *policy, const rpv_policy_change *changes, size_t count, rpv_error *error);
/* Adds a row to a list; `previous` may be NULL. */
rpv_status rpv__policy_row_add(rpv_list *list, const rpv__policy *policy, const rpv__policy *previous,
                               rpv__policy_name name, rpv_error *error);
rpv_status rpv__txn_put_policy(rpv__txn *txn, const rpv__policy *policy, rpv_error *error);

#endif
