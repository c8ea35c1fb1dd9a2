/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking whether an RCU grace period has ended, instead of waiting for one. Process context. */
#ifndef RTPROBE_COMPAT_RCU_H
#define RTPROBE_COMPAT_RCU_H

#include <linux/rcupdate.h>

#include "compat/probes.h"

#ifdef RTPROBE_HAVE_EXPORT_START_POLL_SYNCHRONIZE_RCU
#define COMPAT_GRACE_CAN_BE_POLLED 1

static inline unsigned long compat_grace_start(void)
{
	return start_poll_synchronize_rcu();
}

static inline bool compat_grace_is_over(unsigned long cookie)
{
	return poll_state_synchronize_rcu(cookie);
}
#else
#define COMPAT_GRACE_CAN_BE_POLLED 0

static inline unsigned long compat_grace_start(void)
{
	return 0;
}

/* Waits for it: always true. */
static inline bool compat_grace_is_over(unsigned long cookie)
{
	synchronize_rcu();
	return true;
}
#endif

#endif
