// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/handover.h"

#include <linux/smp.h>
#include <linux/spinlock.h>

#include "base/active.h"
#include "base/cpu.h"
#include "base/edge.h"
#include "compat/compat.h"

bool rtp_handover_noted __read_mostly;
void (*rtp_handover_ran)(struct rtp_cpu *c, u64 ticks);

static DEFINE_RAW_SPINLOCK(handovers_lock);
static LIST_HEAD(handovers);

static void handover_interrupt(struct irq_work *interrupt)
{
	struct rtp_handover *handover = container_of(interrupt, struct rtp_handover, interrupt);
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	struct rtp_mark since = rtp_mark(rtp_clock_chosen, c);

	handover->run();
	rtp_handover_ran(c, rtp_cost_own(c, &since));
}

void rtp_handover(struct rtp_handover *handover)
{
	struct rtp_cpu *c = raw_cpu_ptr(rtp_cpus);

	/* The timer's handler looks at the notes before it ends. */
	if (rtp_cpu_is_active(c->cpu) && !c->own.ticks) {
		irq_work_queue(&handover->interrupt);
		return;
	}
	WRITE_ONCE(handover->noted, true);
	/* Pairs with smp_mb in rtp_handovers_noted: a CPU that sees the flag also sees the note. */
	smp_store_release(&rtp_handover_noted, true);
}

void rtp_handovers_noted(void)
{
	struct rtp_handover *handover;

	raw_spin_lock(&handovers_lock);
	WRITE_ONCE(rtp_handover_noted, false);
	/* Clear the flag before reading the notes: a note that is made meanwhile sets it again. */
	smp_mb();
	list_for_each_entry(handover, &handovers, list)
		if (READ_ONCE(handover->noted)) {
			WRITE_ONCE(handover->noted, false);
			handover->run();
		}
	raw_spin_unlock(&handovers_lock);
}

void rtp_handover_init(struct rtp_handover *handover, void (*run)(void))
{
	handover->run = run;
	handover->noted = false;
	compat_irq_work_init_hard(&handover->interrupt, handover_interrupt);
	raw_spin_lock_irq(&handovers_lock);
	list_add_tail(&handover->list, &handovers);
	raw_spin_unlock_irq(&handovers_lock);
}

void rtp_handover_exit(struct rtp_handover *handover)
{
	raw_spin_lock_irq(&handovers_lock);
	list_del(&handover->list);
	raw_spin_unlock_irq(&handovers_lock);
	irq_work_sync(&handover->interrupt);
}
