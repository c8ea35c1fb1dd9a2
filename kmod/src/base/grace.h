/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Polls RCU grace periods instead of waiting for them. Process context. Only rtp_grace_exit waits
 * for one.
 */
#ifndef RTPROBE_GRACE_H
#define RTPROBE_GRACE_H

#include <linux/types.h>

/* Starts a grace period and returns a cookie to poll it. */
unsigned long rtp_grace_start(void);

bool rtp_grace_is_over(unsigned long grace);

/* Waits for the callback, if one is used. No grace period may be polled or started any more. */
void rtp_grace_exit(void);

#endif
