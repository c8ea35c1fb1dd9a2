/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builders of the attributes of each message; uapi/rtprobe.yaml says what they mean. All return 0
 * or -EMSGSIZE when the buffer is full, and then the caller drops what was put. Process context.
 */
#ifndef RTPROBE_MESSAGE_H
#define RTPROBE_MESSAGE_H

#include <net/netlink.h>

#include "capture/rule.h"
#include "settings/config.h"
#include "spikes/spike.h"
#include "values/source.h"

/*
 * No message is longer but a whole spike: a row with every bucket filled takes 4.8 KB, a spike
 * without lists at most 10 KB.
 */
#define RTP_MESSAGE_MAX 12288

/* @event_seq: number of the newest event. */
int rtp_message_put_info(struct sk_buff *skb, u32 event_seq);
static inline int rtp_put_u64(struct sk_buff *skb, int attr, u64 value, int pad)
{
	return nla_put_u64_64bit(skb, attr, value, pad);
}

int rtp_message_put_config(struct sk_buff *skb, const struct rtp_config *config);
/* rtp_rows_lock held */
int rtp_message_put_source(struct sk_buff *skb, const struct rtp_source *source);
/* rtp_rules_lock held */
int rtp_message_put_rule(struct sk_buff *skb, const struct rtp_rule *rule);
int rtp_message_put_task(struct sk_buff *skb, int attr, const struct rtp_task *task);

/*
 * A spike, @whole: with the lists of files, sockets and locks. @allowed: mask of RTP_ACCESS_*, the
 * registers that whoever receives it may see.
 */
int rtp_message_put_spike(struct sk_buff *skb, const struct rtp_spike *spike, bool whole,
			  unsigned int allowed);

/* A process, as a nest of type @attr; nothing when it is NULL. */
int rtp_message_put_process(struct sk_buff *skb, int attr, const struct rtp_process *process,
			    bool lists);

/* Enough for a whole spike. */
size_t rtp_message_spike_bytes(const struct rtp_spike *spike);

/* A task of the table, which is one; rtp_tasks_lock and rtp_rows_lock held. */
struct rtp_task_entry;
int rtp_message_put_task_stat(struct sk_buff *skb, const struct rtp_task_entry *entry);

/* What the module costs a CPU, as of the newest rtp_rows_count_handled. */
int rtp_message_put_cpu(struct sk_buff *skb, int cpu);

/* The counters, as a nest of type @attr. */
int rtp_message_put_lost(struct sk_buff *skb, int attr);

/* The first message of a dump of histograms. */
int rtp_message_put_hist_header(struct sk_buff *skb, u32 epoch);

/* A row and a view of it, rtp_rows_lock held; its source must be known. */
int rtp_message_put_row(struct sk_buff *skb, const struct rtp_row *row,
			const struct rtp_hist_view *view);

#endif
