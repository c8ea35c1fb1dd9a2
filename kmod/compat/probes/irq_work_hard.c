// SPDX-License-Identifier: GPL-2.0-or-later
/* irq_work can be declared to run in hard interrupt context on PREEMPT_RT. */
#include <linux/irq_work.h>
struct irq_work use = IRQ_WORK_INIT_HARD(NULL);
