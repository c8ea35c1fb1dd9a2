// SPDX-License-Identifier: GPL-2.0-or-later

#include "hooks/retire.h"

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/kprobes.h>
#include <linux/printk.h>

#include "base/housekeeping.h"
#include "hooks/irq_thread.h"
#include "hooks/irqline.h"
#include "hooks/stale.h"
#include "values/row.h"

#ifdef CONFIG_KRETPROBES

/* free_irq may sleep, so several calls can be in progress at the same time. */
#define CONCURRENT_FREES 64

struct freeing {
	unsigned int irq;
	const void *dev_id;
};

/* Arguments of free_irq(irq, dev_id) and free_percpu_irq(irq, percpu_dev_id). */
static int free_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct freeing *freeing = (struct freeing *)instance->data;

	freeing->irq = regs_get_kernel_argument(regs, 0);
	freeing->dev_id = (const void *)regs_get_kernel_argument(regs, 1);
	return 0;
}
NOKPROBE_SYMBOL(free_entry);

static void retire_rows_on(struct rtp_cpu *c, const struct freeing *freeing, bool any)
{
	struct rtp_row *row;

	for (row = rtp_row_first(c, freeing->irq); row; row = rtp_row_next(row))
		if (smp_load_acquire(&row->key) &&
		    (any || READ_ONCE(row->dev_id) == freeing->dev_id))
			WRITE_ONCE(row->key, NULL);
}

static void retire_rows_everywhere(const struct freeing *freeing, bool any)
{
	int cpu;

	for_each_possible_cpu(cpu)
		retire_rows_on(per_cpu_ptr(rtp_cpus, cpu), freeing, any);
	rtp_irqline_freed(freeing->irq);
	rtp_irq_thread_retire(freeing->irq, freeing->dev_id, any);
}

/* Only stores, because preemption is off here; the housekeeping work does the rest. */
static void retire_action(const struct freeing *freeing, bool any)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	unsigned long flags;
	u64 since;

	if (freeing->irq >= rtp_irq_slots)
		return;
	local_irq_save(flags);
	since = rtp_cost_hook_begin(&c->cost);
	retire_rows_everywhere(freeing, any);
	rtp_cost_hook_end(&c->cost, since);
	local_irq_restore(flags);
	rtp_housekeeping_kick();
}

static int free_irq_exit(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	retire_action((struct freeing *)instance->data, false);
	return 0;
}
NOKPROBE_SYMBOL(free_irq_exit);

/* A per-CPU interrupt has a single action. */
static int free_percpu_irq_exit(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	retire_action((struct freeing *)instance->data, true);
	return 0;
}
NOKPROBE_SYMBOL(free_percpu_irq_exit);

static struct kretprobe free_irq_probe = {
	.kp.symbol_name = "free_irq",
	.entry_handler = free_entry,
	.handler = free_irq_exit,
	.data_size = sizeof(struct freeing),
	.maxactive = CONCURRENT_FREES,
};

static struct kretprobe free_percpu_irq_probe = {
	.kp.symbol_name = "free_percpu_irq",
	.entry_handler = free_entry,
	.handler = free_percpu_irq_exit,
	.data_size = sizeof(struct freeing),
	.maxactive = CONCURRENT_FREES,
};

static struct kretprobe *retire_probes[] = { &free_irq_probe, &free_percpu_irq_probe };

u64 rtp_retire_missed(void)
{
	return (u64)free_irq_probe.nmissed + free_percpu_irq_probe.nmissed;
}

static int retire_watch(void)
{
	return register_kretprobes(retire_probes, ARRAY_SIZE(retire_probes));
}

static void retire_unwatch(void)
{
	unregister_kretprobes(retire_probes, ARRAY_SIZE(retire_probes));
}

#else

u64 rtp_retire_missed(void)
{
	return 0;
}

static int retire_watch(void)
{
	return -EOPNOTSUPP;
}

static void retire_unwatch(void)
{
}

#endif

int rtp_retire_init(void)
{
	int err = retire_watch();

	if (err == -ENOMEM)
		return err;
	rtp_frees_are_watched = !err;
	if (err)
		pr_warn("no_kprobe: cannot watch free_irq (%d), the kernel needs CONFIG_KRETPROBES; sources stay after their interrupt was freed\n",
			err);
	return 0;
}

void rtp_retire_exit(void)
{
	if (rtp_frees_are_watched)
		retire_unwatch();
}
