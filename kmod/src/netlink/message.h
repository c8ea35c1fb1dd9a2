/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * Builders of the attributes of each message; uapi/rtprobe.yaml describes them. All return 0, or
  * -EMSGSIZE if the buffer is full. The caller then discards the partial message. Process context.
 */
#ifndef RTPROBE_MESSAGE_H
#define RTPROBE_MESSAGE_H

#include <net/netlink.h>

#include "capture/rule.h"
#include "settings/config.h"
#include "spikes/spike.h"
#include "values/source.h"

/*
 * Maximum size of all messages but a whole spike. A row with all buckets filled needs 4.8 KB, a
 * spike without lists at most 22.6 KB, see selftest.c. An allocation of this size fits in 32 KB.
 */
#define RTP_MESSAGE_MAX 23040

/* @event_seq: number of the newest event. */
int rtp_message_put_info(struct sk_buff *skb, u32 event_seq);

int rtp_message_put_config(struct sk_buff *skb, const struct rtp_config *config);
/* rtp_rows_lock held */
int rtp_message_put_source(struct sk_buff *skb, const struct rtp_source *source);
/* rtp_rules_lock held */
int rtp_message_put_rule(struct sk_buff *skb, const struct rtp_rule *rule);
int rtp_message_put_task(struct sk_buff *skb, int attr, const struct rtp_task *task);

/* The same, or only the pid and comm if no more is known. */
int rtp_message_put_named(struct sk_buff *skb, int attr, const struct rtp_task *task);

/*
 * Puts a spike; if @whole, with the lists of files, sockets and locks. @allowed is a mask of
 * RTP_ACCESS_*: the registers that the receiver may see.
 */
int rtp_message_put_spike(struct sk_buff *skb, const struct rtp_spike *spike, bool whole,
			  unsigned int allowed);

/* Puts where samples of a spike found its tasks in user mode. The message has NLMSG_GOODSIZE. */
int rtp_message_put_user_samples(struct sk_buff *skb, const struct rtp_spike *spike);

/* Puts a process as a nest of type @attr; nothing if @process is NULL. */
int rtp_message_put_process(struct sk_buff *skb, int attr, const struct rtp_process *process,
			    bool lists);

/* Returns a buffer size that is sufficient for a whole spike. */
size_t rtp_message_spike_bytes(const struct rtp_spike *spike);

/* Puts an entry of the task table; nothing if it is free. rtp_tasks_lock, rtp_rows_lock held. */
struct rtp_task_entry;
int rtp_message_put_task_stat(struct sk_buff *skb, const struct rtp_task_entry *entry);

/* Puts the module's overhead on a CPU, as of the newest rtp_rows_count_handled. */
int rtp_message_put_cpu(struct sk_buff *skb, int cpu);

/* Puts the loss counters as a nest of type @attr. */
int rtp_message_put_lost(struct sk_buff *skb, int attr);

/* Puts the first message of a dump of histograms. */
int rtp_message_put_hist_header(struct sk_buff *skb, u32 epoch);

/* Puts a row and a copy of its histogram. The row has a source; rtp_rows_lock held. */
int rtp_message_put_row(struct sk_buff *skb, const struct rtp_row *row,
			const struct rtp_hist_view *view);

#endif
