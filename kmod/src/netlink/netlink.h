/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The generic netlink family "rtprobe"; uapi/rtprobe.yaml describes it. Process context. */
#ifndef RTPROBE_NETLINK_H
#define RTPROBE_NETLINK_H

#include <linux/types.h>

struct genl_family;
struct genl_info;
struct sk_buff;

/* Index of the multicast group of events. */
#define RTP_GROUP_EVENTS 0

extern struct genl_family rtp_family;

/* Whether the family is there and somebody listens to its events. */
bool rtp_netlink_heard(void);

/* Answer a request with one message filled by @put. */
int rtp_netlink_reply(struct genl_info *info, int (*put)(struct sk_buff *skb, const void *subject),
		      const void *subject);

/* Requests about rules: rule.c. */
int rtp_netlink_add_rule(struct sk_buff *request, struct genl_info *info);
int rtp_netlink_del_rule(struct sk_buff *request, struct genl_info *info);

int rtp_netlink_init(void);
void rtp_netlink_exit(void);

#endif
