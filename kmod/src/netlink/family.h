/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The generic netlink family "rtprobe", for the units that send; uapi/rtprobe.yaml describes it. */
#ifndef RTPROBE_FAMILY_H
#define RTPROBE_FAMILY_H

#include <linux/types.h>

struct genl_family;
struct genl_info;
struct sk_buff;

/* Index of the multicast group of events. */
#define RTP_GROUP_EVENTS 0

/* Defined with its operations in netlink.c. */
extern struct genl_family rtp_family;

/* Replies to a request with one message that @put fills. Process context. */
int rtp_family_reply(struct genl_info *info, int (*put)(struct sk_buff *skb, const void *subject),
		     const void *subject);

/* Returns whether the family is registered and has a listener for events. Any context. */
bool rtp_family_has_listeners(void);
void rtp_family_set_registered(bool is);

#endif
