// SPDX-License-Identifier: GPL-2.0-or-later
/* The variable nr_irqs became a function. */
#include <linux/irq.h>
#include <linux/irqnr.h>
unsigned int use(void);
unsigned int use(void)
{
	return irq_get_nr_irqs();
}
