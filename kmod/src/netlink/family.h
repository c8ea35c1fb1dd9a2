/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The generic netlink family "rtprobe", for what sends on it; uapi/rtprobe.yaml describes it. */
#ifndef RTPROBE_FAMILY_H
#define RTPROBE_FAMILY_H

#include <linux/types.h>

struct genl_family;
struct genl_info;
struct sk_buff;

/* Index of the multicast group of events. */
#define RTP_GROUP_EVENTS 0

/* With its operations, in netlink.c. */
extern struct genl_family rtp_family;

/* Answer a request with one message filled by @put. Process context. */
int rtp_family_reply(struct genl_info *info, int (*put)(struct sk_buff *skb, const void *subject),
		     const void *subject);

/*
 * Whether the family is there, as its owner says, and somebody listens to its events. Any context.
 */
bool rtp_family_heard(void);
void rtp_family_set_registered(bool is);

#endif
