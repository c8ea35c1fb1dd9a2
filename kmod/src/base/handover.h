/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handing work over from atomic context to the module's worker thread.
 *
 * An active CPU queues irq_work that runs in hard interrupt context, also on PREEMPT_RT: a probe
 * may have interrupted a holder of the worker's lock, so it cannot queue the work itself. irq_work
 * raises an interrupt, so a passive CPU only leaves a note. A timer of an active CPU finds the
 * note, at the latest at the end of the reporting interval. The timer's handler leaves a note, too,
 * and finds it before it ends.
 */
#ifndef RTPROBE_HANDOVER_H
#define RTPROBE_HANDOVER_H

#include <linux/compiler.h>
#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/types.h>

struct rtp_cpu;

struct rtp_handover {
	struct irq_work interrupt;
	void (*run)(void);	/* queues work of the worker; hard interrupt context */
	bool noted;
	struct list_head list;
};

extern bool rtp_handover_noted;

/* Called on the CPU after each irq_work of a handover, which took @ticks. Set once, at init. */
extern void (*rtp_handover_ran)(struct rtp_cpu *c, u64 ticks);

/* Arranges that @handover->run is called soon. Any context but NMI. */
void rtp_handover(struct rtp_handover *handover);

/* Executes the notes. Hard interrupt context of an active CPU. */
void rtp_handovers_noted(void);

static __always_inline void rtp_handovers_look(void)
{
	if (unlikely(READ_ONCE(rtp_handover_noted)))
		rtp_handovers_noted();
}

/* Process context. exit waits until @handover->run no longer runs; it is not called afterwards. */
void rtp_handover_init(struct rtp_handover *handover, void (*run)(void));
void rtp_handover_exit(struct rtp_handover *handover);

#endif
