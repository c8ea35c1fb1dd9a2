// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/ipi.h"

#ifdef CONFIG_ARM64

#include <linux/preempt.h>
#include <trace/events/ipi.h>

#include "base/cpu.h"
#include "base/ipi.h"
#include "base/tracepoint.h"

/* Without the key of a handler, irq_handler_entry has no hook yet. */
void notrace rtp_ipi_entry(void *data, const char *kind)
{
	const struct rtp_cpu *c = rtp_hook_cpu(data);
	unsigned long key = READ_ONCE(c->hardirq.key) & ~RTP_EDGE_NMI;

	if (key && !in_nmi())
		rtp_ipi_note((const struct irqaction *)key, kind);
}

static void __maybe_unused check_ipi_types(void)
{
	check_trace_callback_type_ipi_entry(rtp_ipi_entry);
}

#endif
