/* SPDX-License-Identifier: MIT */
/* Which exception of a subject decides for a device, and where the others stand (R8, R18, R21). Pure; time is an
 * argument. */
#ifndef RPV__STANDING_H
#define RPV__STANDING_H

#include "exception.h"

/* A device, where it is now, and when. */
typedef struct rpv__place { uint32_t device, group; int64_t now_ms; } rpv__place;

/* Of covers of one subject: the widest in effect that covers the device, should there be two the older one; NULL: none. */
const rpv__cover *rpv__decider(const rpv__cover *covers, size_t count, const rpv__place *place);
/* Where one that covers the device stands within its subject. */
rpv_standing rpv__standing(const rpv__cover *cover, const rpv__cover *decider, int64_t now_ms);
/* The instant that it speaks of: since when, for a scheduled one from when on; 0: none. */
int64_t rpv__standing_at(const rpv__cover *cover, rpv_standing standing, int64_t now_ms);
bool rpv__standing_ended(rpv_standing standing);

#endif
