// SPDX-License-Identifier: GPL-2.0-or-later
/* irq_set_affinity() is an inline around a function that is not exported to modules. */
#include <linux/interrupt.h>
int use(unsigned int irq, const struct cpumask *cpus);
int use(unsigned int irq, const struct cpumask *cpus)
{
	return __irq_set_affinity(irq, cpus, false);
}
