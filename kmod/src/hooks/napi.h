/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * napi_duration: how long a poll of a network device kept its CPU. The kernel reports a poll only
 * at its end, so the value is an upper bound: since the NET_RX softirq began, or since the poll
 * before it ended. Time of other code is subtracted as in function.h.
 *
 * The key of a row is the device, or the poll function if there is none; its dev_id is the poll
 * function, because a device can have several. Both retire a row: the device when it is renamed or
 * unregistered, the function with its module.
 */
#ifndef RTPROBE_HOOKS_NAPI_H
#define RTPROBE_HOOKS_NAPI_H

#include <linux/types.h>

/* Looks up the tracepoint, once at load. */
void rtp_napi_find(void);

/* Returns whether this kernel has it. */
bool rtp_napi_available(void);

/*
 * Keep the hook registered, which records polls in the flight recorder. Calls nest. hold returns 0
 * or a negative errno. Process context, config mutex held.
 */
int rtp_napi_hold(void);
void rtp_napi_release(void);

/* Process context. After exit, no notifier runs. */
int rtp_napi_init(void);
void rtp_napi_exit(void);

#endif
