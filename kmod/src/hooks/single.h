/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures with a single row a CPU, which is called like the measure. On the CPU, interrupts off.
 */
#ifndef RTPROBE_SINGLE_H
#define RTPROBE_SINGLE_H

#include "values/row.h"

struct task_struct;

struct rtp_row *rtp_single_adopt(struct rtp_cpu *c, enum rtprobe_measure measure);

/* The row, taken up now if need be; NULL, counted, if that cannot be. */
static inline struct rtp_row *rtp_single_row(struct rtp_cpu *c, enum rtprobe_measure measure)
{
	return rtp_row_first(c, rtp_measure_slot(measure)) ?: rtp_single_adopt(c, measure);
}

/*
 * Record a latency that ends now, of @victim, NULL for nobody. The window of a spike is the
 * latency's, up to now: the clocks of the two differ.
 */
void rtp_single_record(struct rtp_cpu *c, enum rtprobe_measure measure, s64 ns,
		       struct task_struct *victim);

/* The same of a latency from which @own ns of the module's own work were subtracted. */
void rtp_single_record_net(struct rtp_cpu *c, enum rtprobe_measure measure, s64 ns, u64 own,
			   struct task_struct *victim);

#endif
