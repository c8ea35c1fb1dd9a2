/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures with one row per CPU, which has the name of the measure. Called on the CPU, interrupts
 * off.
 */
#ifndef RTPROBE_SINGLE_H
#define RTPROBE_SINGLE_H

#include "values/row.h"

struct task_struct;

struct rtp_row *rtp_single_adopt(struct rtp_cpu *c, enum rtprobe_measure measure);

/* Returns the row; adds it if necessary. Returns NULL and counts the loss if that fails. */
static inline struct rtp_row *rtp_single_row(struct rtp_cpu *c, enum rtprobe_measure measure)
{
	return rtp_row_first(c, rtp_measure_slot(measure)) ?: rtp_single_adopt(c, measure);
}

/*
 * Records a latency that ends now. @victim is the task that waited, or NULL. The window of a spike
 * is the latency's length before now, because the latency was measured on another clock.
 */
void rtp_single_record(struct rtp_cpu *c, enum rtprobe_measure measure, s64 ns,
		       struct task_struct *victim);

/* Does the same for a latency from which @own ns of the module's own work were subtracted. */
void rtp_single_record_net(struct rtp_cpu *c, enum rtprobe_measure measure, s64 ns, u64 own,
			   struct task_struct *victim);

#endif
