/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The requests of the netlink family, and the family itself. Process context. */
#ifndef RTPROBE_NETLINK_H
#define RTPROBE_NETLINK_H

int rtp_netlink_init(void);
void rtp_netlink_exit(void);

#endif
