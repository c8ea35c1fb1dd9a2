// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/cpus.h"

#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>

#include "base/active.h"
#include "base/housekeeping.h"
#include "hooks/thread.h"
#include "hooks/timer.h"
#include "values/interval.h"

static int hotplug_state;
static atomic_t hotplug_changes;

int rtp_cpus_set_active(const struct cpumask *cpus)
{
	int err = rtp_thread_set_cpus(cpus);

	if (err)
		return err;
	cpus_read_lock();
	rtp_timer_set_cpus(cpus);
	rtp_interval_settle();
	cpus_read_unlock();
	rtp_worker_set_cpus(cpus);
	return 0;
}

static int hotplug_online(unsigned int cpu)
{
	atomic_inc(&hotplug_changes);
	rtp_housekeeping_kick();
	rtp_thread_cpu_online(cpu);
	rtp_timer_cpu_online(cpu);
	rtp_interval_settle();
	return 0;
}

static int hotplug_offline(unsigned int cpu)
{
	atomic_inc(&hotplug_changes);
	rtp_timer_cpu_offline(cpu);
	rtp_thread_cpu_offline(cpu);
	rtp_interval_leave(cpu);
	return 0;
}

u32 rtp_hotplug_changes(void)
{
	return atomic_read(&hotplug_changes);
}

/*
 * The "nocalls" variants are used because otherwise a thread of each online CPU runs the callbacks.
 * A real-time thread can keep it from running, and the CPU hotplug lock is held meanwhile.
 */
int rtp_hotplug_init(void)
{
	int state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "rtprobe:online", hotplug_online,
					      hotplug_offline);

	if (state < 0)
		return state;
	hotplug_state = state;
	return 0;
}

void rtp_hotplug_exit(void)
{
	cpuhp_remove_state_nocalls(hotplug_state);
}
