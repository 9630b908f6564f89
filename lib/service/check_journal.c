/* SPDX-License-Identifier: MIT */
/* Checks events, commits and change records: none is missing, and they fit to each other. */
#include "check.h"
#include <stdlib.h>

static rpv_status event(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint64_t number = 0;
	rpv__event record;
	(void)error;
	if (!rpv__key_is64(key, RPV__K_EVENT, &number) || !rpv__get_event(value, &c->scratch, &record) ||
	    record.sequence != number) {
		rpv__check_fault(c, "this is no event", key);
		return RPV_OK;
	}
	/* a backup may have left out events from before it */
	if (number != c->sequence + 1 && !(c->restored && number <= c->first_told))
		rpv__check_fault(c, "the events before this one are missing", key);
	c->policies += record.type == RPV_EVENT_POLICY_CHANGED;
	if (record.type == RPV_EVENT_SCORES_RECORDED)
		c->points += record.count - (record.before ? strtoull(record.before, NULL, 10) : 0);
	c->sequence = number;
	return RPV_OK;
}

static rpv_status commit(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint64_t number = 0;
	rpv__commit record;
	(void)error;
	if (!rpv__key_is64(key, RPV__K_COMMIT, &number) || !rpv__get_commit(value, &c->scratch, &record)) {
		rpv__check_fault(c, "this is no record of a commit", key);
		return RPV_OK;
	}
	if (number != c->commits + 1)
		rpv__check_fault(c, "the records of commits before this one are missing", key);
	if (record.event_count && record.first_sequence <= c->told)
		rpv__check_fault(c, "the commit has events of one before it", key);
	if (record.event_count && c->told && record.first_sequence != c->told + 1)
		rpv__check_fault(c, "events between this commit and the one before are of none", key);
	c->restored |= record.parts == 0;
	if (record.event_count && c->first_told == 0)
		c->first_told = record.first_sequence;
	if (record.event_count)
		c->told = record.first_sequence + record.event_count - 1;
	bool linked = record.link.size != 0;
	if (linked != c->linked && (c->linked || !c->revision->link.hash[0]))
		rpv__check_fault(c, "the commit has no link, or one where the journal is not chained", key);
	c->linked |= linked;
	if (number == c->revision->revision && (record.link.size != c->revision->link.size || (linked &&
	    memcmp(record.link.data, c->revision->link.bytes, record.link.size))))
		rpv__check_fault(c, "the link of the last commit is not the one that the store tells of", key);
	if (number == c->revision->revision && record.tag != c->revision->tag)
		rpv__check_fault(c, "this is not the last commit that the store tells of", key);
	c->commits = number;
	return RPV_OK;
}

static rpv_status any_change(void *user, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	(void)user;
	(void)key;
	(void)value;
	(void)error;
	return RPV_OK;
}

static rpv_status change_key(rpv__check *c, rpv_bytes key, rpv_bytes value, rpv_error *error)
{
	uint64_t revision;
	(void)value;
	(void)error;
	if (key.size != 13 || !rpv__key_is64((rpv_bytes){ key.data, 9 }, RPV__K_CHANGES, &revision) ||
	    revision < c->revision->oldest_changes || revision > c->revision->revision)
		rpv__check_fault(c, "this is no change record that is kept", key);
	return RPV_OK;
}

static rpv_status check_changes(rpv__check *c, rpv_error *error)
{
	rpv_status st = rpv__check_each(c, RPV__K_CHANGES, change_key, error);
	uint64_t first = c->revision->oldest_changes;
	for (uint64_t r = first; st == RPV_OK && first && r <= c->commits && r <= c->revision->revision; r++) {
		rpv_error problem = RPV_ERROR_INIT;
		rpv__key key;
		st = rpv__changes_since(c->source->port, r - 1, r, any_change, NULL, &problem);
		if (st == RPV_E_NOT_FOUND || st == RPV_E_CORRUPT) {
			rpv__check_fault(c, "what this commit changed is missing or damaged", rpv__key64(&key, RPV__K_CHANGES, r));
			st = RPV_OK;
		} else if (st && error) {
			*error = problem;
		}
	}
	return st;
}

rpv_status rpv__check_journal(rpv__check *c, rpv_error *error)
{
	rpv__key key;
	rpv_bytes at = rpv__key1(&key, RPV__K_REVISION);
	rpv_status st = rpv__check_each(c, RPV__K_COMMIT, commit, error);
	if (st == RPV_OK)
		st = rpv__check_each(c, RPV__K_EVENT, event, error);
	if (st)
		return st;
	if (c->sequence != c->revision->sequence && (c->told || !c->restored))
		rpv__check_fault(c, "the last events are missing", at);
	if (c->commits != c->revision->revision)
		rpv__check_fault(c, "the records of the last commits are missing", at);
	if (c->told && c->told != c->revision->sequence)
		rpv__check_fault(c, "the last events are of no commit", at);
	if (c->policies && !c->policy.revision)
		rpv__check_fault(c, "the policy is not the one that the events lead to", rpv__key1(&key, RPV__K_POLICY));
	return check_changes(c, error);
}
