/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Netlink requests to add, arm and delete rules. Process context. */
#ifndef RTPROBE_NETLINK_RULE_H
#define RTPROBE_NETLINK_RULE_H

struct genl_info;
struct sk_buff;

int rtp_netlink_add_rule(struct sk_buff *request, struct genl_info *info);
int rtp_netlink_arm_rule(struct sk_buff *request, struct genl_info *info);
int rtp_netlink_del_rule(struct sk_buff *request, struct genl_info *info);

#endif
