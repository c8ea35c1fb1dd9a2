// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/held.h"

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/rt.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "base/about.h"
#include "base/grace.h"
#include "base/reason.h"

/* Maximum number of CPUs that a refusal names. */
#define MOST_NAMED 3

/* The task that runs on a CPU. */
struct held_holder {
	int cpu;
	bool real_time;
	struct rtp_task task;
};

static DEFINE_MUTEX(held_mutex);
static char held_by[128];

/* Called by IPI on the CPU. */
static void held_look(void *data)
{
	struct held_holder *holder = data;

	holder->real_time = rt_task(current);
	rtp_task_describe(&holder->task, current);
}

static size_t held_name(char *to, size_t room, const struct held_holder *holder)
{
	return scnprintf(to, room, "%sCPU %d (%s/%u, priority %d)", to == held_by ? "" : ", ",
			 holder->cpu, holder->task.comm, holder->task.pid, holder->task.priority);
}

/* Stores the name of CPU @only; if it is -1, of all CPUs that run a real-time task now. */
static void held_find(int only)
{
	unsigned int named = 0;
	size_t used = 0;
	int cpu;

	mutex_lock(&held_mutex);
	held_by[0] = '\0';
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		struct held_holder holder = { .cpu = cpu };

		if (only >= 0 && cpu != only)
			continue;
		smp_call_function_single(cpu, held_look, &holder, 1);
		if ((only >= 0 || holder.real_time) && named++ < MOST_NAMED)
			used += held_name(held_by + used, sizeof(held_by) - used, &holder);
	}
	cpus_read_unlock();
	if (!named)
		strscpy(held_by, "a CPU", sizeof(held_by));
	mutex_unlock(&held_mutex);
}

int rtp_held_check(void)
{
	unsigned long limit = jiffies + msecs_to_jiffies(RTP_PATIENCE_MS);
	unsigned long grace = rtp_grace_start();

	while (!rtp_grace_is_over(grace)) {
		if (time_after(jiffies, limit)) {
			held_find(-1);
			return -EBUSY;
		}
		schedule_timeout_uninterruptible(1);
	}
	return 0;
}

void rtp_held_note(int cpu)
{
	held_find(cpu);
}

int rtp_held_refuse(struct rtp_reason *reason)
{
	mutex_lock(&held_mutex);
	rtp_refuse(reason, "cpu_held", "no response from %s; nothing was changed", held_by);
	mutex_unlock(&held_mutex);
	return -EBUSY;
}
