// SPDX-License-Identifier: GPL-2.0-or-later
#include "series.h"

#include <linux/compiler.h>
#include <linux/processor.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/nmi.h>

/* Non-maskable interrupts that the CPU sends to itself, with a handler that only counts. */
static unsigned long sent, received;

static int handle(unsigned int type, struct pt_regs *regs)
{
	if (READ_ONCE(received) == READ_ONCE(sent))
		return NMI_DONE;
	WRITE_ONCE(received, received + 1);
	return NMI_HANDLED;
}

static void nmi_batch(void)
{
	unsigned int i;

	for (i = 0; i < SERIES_PER_BATCH; i++) {
		WRITE_ONCE(sent, sent + 1);
		apic->send_IPI(smp_processor_id(), NMI_VECTOR);
		while (READ_ONCE(received) != sent)
			cpu_relax();
	}
}

static int nmi_init(void)
{
	return register_nmi_handler(NMI_LOCAL, handle, 0, "rtprobe-bench");
}

static void nmi_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, "rtprobe-bench");
}

const struct series nmi_series = {
	.name = "nmi",
	.batch = nmi_batch,
	.in_interrupt = true,
	.init = nmi_init,
	.exit = nmi_exit,
};
