// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/ipi.h"

#include <linux/compiler.h>
#include <linux/interrupt.h>

/* The kernel allocates the irqs of IPIs first, one for each kind. */
#define RTP_IPI_IRQS 32

static const char *ipi_kinds[RTP_IPI_IRQS];	/* by irq; only set */

void rtp_ipi_note(const struct irqaction *action, const char *kind)
{
	unsigned int irq = action->irq;

	if (irq < RTP_IPI_IRQS && unlikely(READ_ONCE(ipi_kinds[irq]) != kind))
		WRITE_ONCE(ipi_kinds[irq], kind);
}

const char *rtp_action_name(const struct irqaction *action)
{
	const char *kind = action->irq < RTP_IPI_IRQS ? READ_ONCE(ipi_kinds[action->irq]) : NULL;

	return kind ?: action->name;
}
