// SPDX-License-Identifier: GPL-2.0-or-later
#include "series.h"

#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/numa.h>

/*
 * An interrupt line without a device. Its chip and its handler do nothing. What remains is the kernel's path from the
 * flow handler to the action, and what probes add to it.
 */
static int irq;

static irqreturn_t handle(int number, void *data)
{
	return IRQ_HANDLED;
}

static void interrupt_batch(void)
{
	unsigned int i;

	for (i = 0; i < SERIES_PER_BATCH; i++)
		generic_handle_irq(irq);
}

static int interrupt_init(void)
{
	int err;

	irq = irq_alloc_desc(NUMA_NO_NODE);
	if (irq < 0)
		return irq;
	irq_set_chip_and_handler(irq, &dummy_irq_chip, handle_simple_irq);
	irq_modify_status(irq, IRQ_NOREQUEST, 0);
	/* Not threaded on PREEMPT_RT: the handler must run in the loop. */
	err = request_irq(irq, handle, IRQF_NO_THREAD, "rtprobe-bench", &irq);
	if (err)
		irq_free_desc(irq);
	return err;
}

static void interrupt_exit(void)
{
	free_irq(irq, &irq);
	irq_free_desc(irq);
}

const struct series interrupt_series = {
	.name = "interrupt",
	.batch = interrupt_batch,
	.in_interrupt = true,
	.init = interrupt_init,
	.exit = interrupt_exit,
};
