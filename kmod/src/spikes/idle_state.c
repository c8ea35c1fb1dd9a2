// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/idle_state.h"

#include <linux/cpufreq.h>
#include <linux/cpuidle.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

/* Only its number is read, on kernels where CPUs can have different drivers. */
static struct cpuidle_device asked;

/* The memory of a driver that is a module is freed a grace period after it was unregistered. */
static void describe_by_driver(struct rtp_idle_state *state, int cpu)
{
	const struct cpuidle_driver *driver;

	asked.cpu = cpu;
	rcu_read_lock();
	driver = cpuidle_get_cpu_driver(&asked);
	state->has_driver = driver && state->index < driver->state_count;
	if (state->has_driver) {
		strscpy(state->name, driver->states[state->index].name, sizeof(state->name));
		state->exit_latency = driver->states[state->index].exit_latency_ns;
	}
	rcu_read_unlock();
}

void rtp_idle_state_describe(struct rtp_idle_state *state, int cpu, u32 index)
{
	*state = (struct rtp_idle_state) { .index = index };
	if (index == RTP_IDLE_UNKNOWN)
		return;
	describe_by_driver(state, cpu);
	state->frequency = cpufreq_quick_get(cpu);
}
