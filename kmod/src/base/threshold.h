/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The general thresholds: those of the values that no rule matches. Each measure has one. A measure
 * with rows by task has a second one for kernel threads, so that the wake-ups of rcu_preempt and
 * ksoftirqd do not crowd out those of the user's tasks. A measure that only rules judge has none.
 */
#ifndef RTPROBE_THRESHOLD_H
#define RTPROBE_THRESHOLD_H

#include <linux/types.h>

#include "base/measure.h"

/* Kind of task that a value belongs to. Measures without rows by task use RTP_KIND_USER. */
enum rtp_task_kind {
	RTP_KIND_USER,
	RTP_KIND_KTHREAD,
	RTP_KINDS,
};

/* In ns; 0: no spikes. */
struct rtp_thresholds {
	u64 ns[RTPROBE_MEASURE_COUNT][RTP_KINDS];
};

/* Process context. Valid once the measures were found at load. */
bool rtp_threshold_exists(enum rtprobe_measure measure, enum rtp_task_kind kind);

/* Sets all thresholds that exist. */
void rtp_thresholds_fill(struct rtp_thresholds *thresholds, u64 ns);

/* Returns the lowest threshold that is on, 0 if all are off. */
u64 rtp_thresholds_lowest(const struct rtp_thresholds *thresholds);

#endif
