// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "hog.h"

struct pair {
	struct task_struct *victim;
	struct edu_hold *hold;
	u64 before_ns; /* before the waking */
	u64 ran_ns; /* the victim runs; stored with release */
	bool waits; /* the victim is about to sleep */
};

static int victim(void *data)
{
	struct pair *pair = data;

	set_current_state(TASK_IDLE);
	WRITE_ONCE(pair->waits, true);
	schedule();
	smp_store_release(&pair->ran_ns, ktime_get_ns());
	while (!kthread_should_stop())
		schedule_timeout_idle(1);
	return 0;
}

static int hog(void *data)
{
	struct pair *pair = data;
	struct edu_hold *hold = pair->hold;

	pair->before_ns = ktime_get_ns();
	wake_up_process(pair->victim);
	hold->start_ns = ktime_get_ns();
	do {
		cpu_relax();
		hold->end_ns = ktime_get_ns();
	} while (hold->end_ns - hold->start_ns < hold->asked_ns);
	while (!kthread_should_stop())
		schedule_timeout_idle(1);
	return 0;
}

static struct task_struct *create(int (*run)(void *), struct pair *pair, int cpu, const char *name)
{
	struct task_struct *task = kthread_create(run, pair, "%s", name);

	if (!IS_ERR(task))
		kthread_bind(task, cpu);
	return task;
}

int hog_hold(struct edu_hold *hold, int cpu)
{
	struct pair pair = { .hold = hold };
	struct task_struct *holder;

	if (cpu == EDU_CPU_ANY)
		return -EINVAL;
	pair.victim = create(victim, &pair, cpu, "rtprobe-victim");
	if (IS_ERR(pair.victim))
		return PTR_ERR(pair.victim);
	sched_set_fifo_low(pair.victim);
	holder = create(hog, &pair, cpu, "rtprobe-hog");
	if (IS_ERR(holder)) {
		kthread_stop(pair.victim);
		return PTR_ERR(holder);
	}
	sched_set_fifo(holder);
	wake_up_process(pair.victim);
	/* Asleep, not just about to, so that it is a wake-up when the hog wakes it: a tick later it is. */
	while (!READ_ONCE(pair.waits))
		schedule_timeout_uninterruptible(1);
	schedule_timeout_uninterruptible(1);
	wake_up_process(holder);
	while (!smp_load_acquire(&pair.ran_ns))
		schedule_timeout_uninterruptible(1);
	hold->cpu = cpu;
	hold->enclosing_ns = pair.ran_ns - pair.before_ns;
	hold->pid = pair.victim->pid;
	strscpy(hold->comm, "rtprobe-victim", sizeof(hold->comm));
	kthread_stop(holder);
	kthread_stop(pair.victim);
	return 0;
}
