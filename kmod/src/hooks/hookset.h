/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hooks that are wanted for two reasons: a measure records what they see, and others need it
 * counted. Registered in the variant that fits, or not at all. Process context, config mutex held,
 * throughout.
 */
#ifndef RTPROBE_HOOKSET_H
#define RTPROBE_HOOKSET_H

#include "base/tracepoint.h"

struct rtp_hookset {
	struct rtp_hook *record;	/* while the measure is on */
	struct rtp_hook *account;	/* while only others need what they count */
	unsigned int n;			/* of each */
	void (*forget)(void);	/* what is open; called before hooks are registered and after */

	struct rtp_hook *registered;	/* one of the above; NULL: none */
	unsigned int holds;
	bool recording;
};

/* Look up the tracepoints; returns how many of one variant exist. */
unsigned int rtp_hookset_find(struct rtp_hookset *set);

/* Switch the measure; on an error it is as it was. Off never fails. */
int rtp_hookset_record(struct rtp_hookset *set, bool on);

/* Holds count. Between them what the hooks count is counted. */
int rtp_hookset_hold(struct rtp_hookset *set);
void rtp_hookset_release(struct rtp_hookset *set);

#endif
