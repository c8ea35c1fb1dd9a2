// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rtprobe_faulty: makes the mistake it is loaded for, so that a test can show that the mistake is reported.
 *
 *   insmod rtprobe_faulty.ko kind=use_after_free   reads memory that has been freed
 *   insmod rtprobe_faulty.ko kind=leak             loses the only pointer to an allocation
 *   insmod rtprobe_faulty.ko kind=nesting          takes a sleeping lock of PREEMPT_RT inside a raw spinlock
 *   insmod rtprobe_faulty.ko kind=timer            frees memory that holds an active timer
 *   insmod rtprobe_faulty.ko kind=shift            shifts by more bits than the type has
 *   insmod rtprobe_faulty.ko kind=race             two CPUs increment a counter without any order, for two seconds
 *
 * Only for guests of kernels that check themselves.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>

static char *kind = "";
module_param(kind, charp, 0444);

static unsigned long result; /* keeps the compiler from removing what is read */

static int use_after_free(void)
{
	unsigned long *memory = kzalloc(64, GFP_KERNEL);

	if (!memory)
		return -ENOMEM;
	OPTIMIZER_HIDE_VAR(memory);
	kfree(memory);
	result = READ_ONCE(memory[2]);
	return 0;
}

static int leak(void)
{
	void *memory = kzalloc(192, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(memory);
	return memory ? 0 : -ENOMEM;
}

static DEFINE_RAW_SPINLOCK(outer);
static DEFINE_SPINLOCK(inner);

static int nesting(void)
{
	raw_spin_lock(&outer);
	spin_lock(&inner);
	spin_unlock(&inner);
	raw_spin_unlock(&outer);
	return 0;
}

struct with_timer {
	struct timer_list timer;
};

static void expired(struct timer_list *unused)
{
}

static int timer(void)
{
	struct with_timer *memory = kzalloc(sizeof(*memory), GFP_KERNEL);

	if (!memory)
		return -ENOMEM;
	timer_setup(&memory->timer, expired, 0);
	mod_timer(&memory->timer, jiffies + 600 * HZ);
	kfree(memory);
	return 0;
}

static int shift(void)
{
	unsigned int bits = 40;

	OPTIMIZER_HIDE_VAR(bits);
	result = 1U << bits;
	return 0;
}

static unsigned long counter;

static int count(void *unused)
{
	while (!kthread_should_stop()) {
		counter++;
		cond_resched();
	}
	return 0;
}

static int race(void)
{
	struct task_struct *tasks[2];
	int err = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(tasks); i++) {
		tasks[i] = kthread_create(count, NULL, "faulty/%d", i);
		if (IS_ERR(tasks[i])) {
			err = PTR_ERR(tasks[i]);
			break;
		}
		kthread_bind(tasks[i], i);
		wake_up_process(tasks[i]);
	}
	msleep(2000);
	while (i--)
		kthread_stop(tasks[i]);
	return err;
}

static const struct {
	const char *kind;
	int (*make)(void);
} mistakes[] = {
	{ "use_after_free", use_after_free },
	{ "leak", leak },
	{ "nesting", nesting },
	{ "timer", timer },
	{ "shift", shift },
	{ "race", race },
};

static int __init faulty_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(mistakes); i++)
		if (!strcmp(kind, mistakes[i].kind))
			return mistakes[i].make();
	pr_err("no mistake \"%s\"\n", kind);
	return -EINVAL;
}

static void __exit faulty_exit(void)
{
}

module_init(faulty_init);
module_exit(faulty_exit);

MODULE_DESCRIPTION("Mistakes that a kernel which checks itself must report");
MODULE_LICENSE("GPL");
