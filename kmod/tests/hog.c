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
	u64 before_ns; /* time before the wake-up */
	u64 ran_ns; /* time when the victim runs; stored with release */
	u64 hog_end_ns; /* last time stamp of the hog */
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

/* Creates a victim that sleeps until it is woken. */
static int create_victim(struct pair *pair, int cpu)
{
	pair->victim = create(victim, pair, cpu, "rtprobe-victim");
	if (IS_ERR(pair->victim))
		return PTR_ERR(pair->victim);
	sched_set_fifo_low(pair->victim);
	wake_up_process(pair->victim);
	/* Wait one more tick: the victim must sleep, or waking it would be no wake-up. */
	while (!READ_ONCE(pair->waits))
		schedule_timeout_uninterruptible(1);
	schedule_timeout_uninterruptible(1);
	return 0;
}

static struct task_struct *create_hog(int (*run)(void *), struct pair *pair, int cpu)
{
	struct task_struct *holder = create(run, pair, cpu, "rtprobe-hog");

	if (!IS_ERR(holder))
		sched_set_fifo(holder);
	return holder;
}

/* @holder: NULL if nothing delays the victim. */
static void finish(struct pair *pair, struct task_struct *holder, int cpu)
{
	struct edu_hold *hold = pair->hold;

	while (!smp_load_acquire(&pair->ran_ns))
		schedule_timeout_uninterruptible(1);
	hold->cpu = cpu;
	hold->ran_ns = pair->ran_ns;
	hold->pid = pair->victim->pid;
	strscpy(hold->comm, "rtprobe-victim", sizeof(hold->comm));
	if (holder)
		kthread_stop(holder);
	kthread_stop(pair->victim);
}

int hog_hold(struct edu_hold *hold, int cpu)
{
	struct pair pair = { .hold = hold };
	struct task_struct *holder;
	int error = cpu == EDU_CPU_ANY ? -EINVAL : create_victim(&pair, cpu);

	if (error)
		return error;
	holder = create_hog(hog, &pair, cpu);
	if (IS_ERR(holder)) {
		kthread_stop(pair.victim);
		return PTR_ERR(holder);
	}
	wake_up_process(holder);
	finish(&pair, holder, cpu);
	hold->enclosing_ns = pair.ran_ns - pair.before_ns;
	return 0;
}

int hog_none(struct edu_hold *hold, int cpu, int to)
{
	struct pair pair = { .hold = hold };
	int error = cpu == EDU_CPU_ANY ? -EINVAL : create_victim(&pair, to);

	if (error)
		return error;
	hold->wakes = pair.victim;
	error = edu_hold(hold, cpu);
	if (error)
		wake_up_process(pair.victim);
	finish(&pair, NULL, cpu);
	return error;
}

/* The hog gives up after this time, so that a missing interrupt does not block the CPU for ever. */
#define CHAIN_PATIENCE_NS (500 * NSEC_PER_MSEC)

static int chain_hog(void *data)
{
	struct pair *pair = data;
	const struct edu_hold *hold = pair->hold;
	u64 begun = ktime_get_ns(), now = begun, handled;

	WRITE_ONCE(pair->before_ns, begun);
	do {
		cpu_relax();
		handled = READ_ONCE(hold->start_ns);
		now = ktime_get_ns();
	} while (handled ? now - handled < hold->asked_ns : now - begun < CHAIN_PATIENCE_NS);
	pair->hog_end_ns = now;
	while (!kthread_should_stop())
		schedule_timeout_idle(1);
	return 0;
}

int hog_chain(struct edu_hold *hold, int cpu, int to, u64 *hog_end_ns)
{
	struct pair pair = { .hold = hold };
	struct task_struct *holder;
	int error = cpu == EDU_CPU_ANY ? -EINVAL : edu_go_to(cpu);

	/*
	 * Setting the affinity may wake the irq thread, which must sleep again before the hog runs. It has
	 * time for this while the victim is created.
	 */
	error = error ?: create_victim(&pair, to);
	if (error)
		return error;
	hold->threaded = true;
	hold->wakes = pair.victim;
	holder = create_hog(chain_hog, &pair, cpu);
	if (IS_ERR(holder)) {
		kthread_stop(pair.victim);
		return PTR_ERR(holder);
	}
	wake_up_process(holder);
	while (!READ_ONCE(pair.before_ns))
		schedule_timeout_uninterruptible(1);
	error = edu_hold(hold, cpu);
	if (error)
		wake_up_process(pair.victim);
	finish(&pair, holder, cpu);
	hold->enclosing_ns = pair.ran_ns - hold->before_ns;
	*hog_end_ns = pair.hog_end_ns;
	return error;
}
