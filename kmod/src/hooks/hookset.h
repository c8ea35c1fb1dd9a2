/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * Hooks with two kinds of users: a measure that records the values, and others that need only the
  * accounting. The matching variant is registered, or none. Process context, config mutex held.
 */
#ifndef RTPROBE_HOOKSET_H
#define RTPROBE_HOOKSET_H

#include "base/tracepoint.h"

struct rtp_hookset {
	struct rtp_hook *record;	/* used while the measure is on */
	struct rtp_hook *account;	/* used while only the accounting is needed */
	unsigned int n;			/* number of hooks in each variant */
	void (*forget)(void);	/* discards open entries, before and after registration */

	struct rtp_hook *registered;	/* one of the above; NULL: none */
	unsigned int holds;
	bool recording;
};

/* Looks up the tracepoints. Returns how many of one variant exist. */
unsigned int rtp_hookset_find(struct rtp_hookset *set);

/* Switches recording. On an error restores the previous state. Switching off never fails. */
int rtp_hookset_record(struct rtp_hookset *set, bool on);

/* Keep the accounting on; calls nest. hold returns 0 or a negative errno. */
int rtp_hookset_hold(struct rtp_hookset *set);
void rtp_hookset_release(struct rtp_hookset *set);

#endif
