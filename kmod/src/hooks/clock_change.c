// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/clock_change.h"

#include <linux/string.h>

#include "base/active.h"
#include "base/clock.h"
#include "base/cpu.h"
#include "capture/capture.h"
#include "recorder/recorder.h"
#include "tasks/task.h"

/* The log is of ticks; sums are only ever subtracted from each other, so they stay. */
static void forget_nmis(struct rtp_cpu *c)
{
	WRITE_ONCE(c->nmis, 0);
	memset(c->nmi_log, 0, sizeof(c->nmi_log));
}

void rtp_clock_change_to_mono(void)
{
	int cpu;

	rtp_recorder_empty();
	rtp_captures_forget_windows();
	rtp_tasks_convert_clock();
	for_each_possible_cpu(cpu) {
		forget_nmis(per_cpu_ptr(rtp_cpus, cpu));
		rtp_cost_convert(&per_cpu_ptr(rtp_cpus, cpu)->cost);
	}
	rtp_clock_give_up();
	rtp_active_barrier();
	for_each_possible_cpu(cpu)
		rtp_cost_converted(&per_cpu_ptr(rtp_cpus, cpu)->cost);
}
