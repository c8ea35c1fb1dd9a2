/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The netlink family and its requests. Process context. */
#ifndef RTPROBE_NETLINK_H
#define RTPROBE_NETLINK_H

int rtp_netlink_init(void);
void rtp_netlink_exit(void);

#endif
