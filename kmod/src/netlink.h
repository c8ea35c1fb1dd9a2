/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The generic netlink family "rtprobe"; uapi/rtprobe.yaml describes it. Process context. */
#ifndef RTPROBE_NETLINK_H
#define RTPROBE_NETLINK_H

#include <linux/types.h>

struct genl_family;

/* Index of the multicast group of events. */
#define RTP_GROUP_EVENTS 0

extern struct genl_family rtp_family;

/* Whether the family is there and somebody listens to its events. */
bool rtp_netlink_heard(void);

int rtp_netlink_init(void);
void rtp_netlink_exit(void);

#endif
