// SPDX-License-Identifier: GPL-2.0-or-later
#include "series.h"

#include <linux/irqflags.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/irq_vectors.h>

/*
 * A function-call IPI. The guest has one CPU, and the kernel calls a function for the own CPU without an IPI. So this is
 * both of them: an IPI with an empty queue, and a call.
 */
static void run(void *unused)
{
}

static call_single_data_t csd;

static void ipi_batch(void)
{
	unsigned int i;

	for (i = 0; i < SERIES_PER_BATCH; i++) {
		local_irq_disable();
		smp_call_function_single_async(smp_processor_id(), &csd);
		/* Pending until interrupts are on, so that each IPI is delivered at the same instruction. */
		apic->send_IPI_self(CALL_FUNCTION_SINGLE_VECTOR);
		local_irq_enable();
	}
}

static int ipi_init(void)
{
	csd.func = run;
	return 0;
}

const struct series ipi_series = {
	.name = "ipi",
	.batch = ipi_batch,
	.init = ipi_init,
};
