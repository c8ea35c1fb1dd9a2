// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/online.h"

#include <linux/cpuhotplug.h>
#include <linux/string.h>

#include "base/cpu.h"
#include "base/nest.h"
#include "hooks/section.h"
#include "tasks/softirq_run.h"

static int prepare_state;

/* Called on another CPU before any code runs on @cpu. */
static int online_prepare(unsigned int cpu)
{
	struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

	rtp_nest_forget(c);
	c->vector.key = 0;
	rtp_softirq_runs_reset(c);
	WRITE_ONCE(c->running, NULL);
	c->sample.ticks = 0;
	c->irqs_off.ticks = 0;
	rtp_section_forget(&c->preempt_off);
	rtp_section_forget(&c->softirqs_off);
	return 0;
}

int rtp_online_init(void)
{
	int state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "rtprobe:prepare",
					      online_prepare, NULL);

	if (state < 0)
		return state;
	prepare_state = state;
	return 0;
}

void rtp_online_exit(void)
{
	cpuhp_remove_state_nocalls(prepare_state);
}
