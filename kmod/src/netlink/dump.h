/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dumps of the netlink family. Each call fills one buffer and resumes where the previous call
 * stopped. Locks are held only while one buffer is filled; probes never need them. A dump that a
 * change made inconsistent says so with NLM_F_DUMP_INTR; the descriptions of the operations in
 * uapi/rtprobe.yaml name these changes. Process context.
 */
#ifndef RTPROBE_DUMP_H
#define RTPROBE_DUMP_H

#include <linux/netlink.h>

/*
 * States the version of what is dumped, in each call and with the lock held. If it changes during a
 * dump, the dump's next message, its end included, has NLM_F_DUMP_INTR. The lowest bit is set
 * because 0 means that there is no version.
 */
static inline void rtp_dump_version(struct netlink_callback *cb, u32 version)
{
	cb->seq = version << 1 | 1;
}

int rtp_dump_sources_start(struct netlink_callback *cb);
int rtp_dump_sources(struct sk_buff *skb, struct netlink_callback *cb);

/* Fails with -EAGAIN if the histograms are cleared during the dump: epochs are never mixed. */
int rtp_dump_hists_start(struct netlink_callback *cb);
int rtp_dump_hists(struct sk_buff *skb, struct netlink_callback *cb);

int rtp_dump_spikes_start(struct netlink_callback *cb);
int rtp_dump_spikes(struct sk_buff *skb, struct netlink_callback *cb);

int rtp_dump_rules_start(struct netlink_callback *cb);
int rtp_dump_rules(struct sk_buff *skb, struct netlink_callback *cb);
int rtp_dump_tasks_start(struct netlink_callback *cb);
int rtp_dump_tasks(struct sk_buff *skb, struct netlink_callback *cb);

/* Dumps the trace of the spike that the request names; -ENOENT if it is not stored. */
int rtp_dump_trace_start(struct netlink_callback *cb);
int rtp_dump_trace(struct sk_buff *skb, struct netlink_callback *cb);

int rtp_dump_cpus_start(struct netlink_callback *cb);
int rtp_dump_cpus(struct sk_buff *skb, struct netlink_callback *cb);

#endif
