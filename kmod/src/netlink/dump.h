/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dumps of the netlink family: each fills one buffer after the other and resumes where it left
 * off. A lock is held only while one buffer is filled, and never one the probes need.
 */
#ifndef RTPROBE_DUMP_H
#define RTPROBE_DUMP_H

struct netlink_callback;
struct sk_buff;

int rtp_dump_sources_start(struct netlink_callback *cb);
int rtp_dump_sources(struct sk_buff *skb, struct netlink_callback *cb);

/* Ends with -EAGAIN when the histograms were cleared under way: rows of two epochs never mix. */
int rtp_dump_hists_start(struct netlink_callback *cb);
int rtp_dump_hists(struct sk_buff *skb, struct netlink_callback *cb);

int rtp_dump_spikes_start(struct netlink_callback *cb);
int rtp_dump_spikes(struct sk_buff *skb, struct netlink_callback *cb);

int rtp_dump_rules_start(struct netlink_callback *cb);
int rtp_dump_rules(struct sk_buff *skb, struct netlink_callback *cb);
int rtp_dump_tasks_start(struct netlink_callback *cb);
int rtp_dump_tasks(struct sk_buff *skb, struct netlink_callback *cb);

/* The trace of the spike the request names; -ENOENT when there is none. */
int rtp_dump_trace_start(struct netlink_callback *cb);
int rtp_dump_trace(struct sk_buff *skb, struct netlink_callback *cb);

int rtp_dump_cpus_start(struct netlink_callback *cb);
int rtp_dump_cpus(struct sk_buff *skb, struct netlink_callback *cb);

#endif
