/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handing something over from where nothing may sleep to the module's worker thread.
 *
 * On an active CPU this goes through irq_work that runs in hard interrupt context, on PREEMPT_RT
 * too, because a probe may have interrupted a holder of the worker's lock. That is an interrupt, so
 * a passive CPU only leaves a note. The timers of active CPUs find it, at the end of the reporting
 * interval at the latest.
 */
#ifndef RTPROBE_HANDOVER_H
#define RTPROBE_HANDOVER_H

#include <linux/compiler.h>
#include <linux/irq_work.h>
#include <linux/list.h>

struct rtp_handover {
	struct irq_work interrupt;
	void (*run)(void);	/* in hard interrupt context; has the worker do something */
	bool noted;
	struct list_head list;
};

extern bool rtp_handover_noted;

/* Have @handover->run called soon. Any context but NMI. */
void rtp_handover(struct rtp_handover *handover);

/* Carry out what passive CPUs noted. Hard interrupt context of an active CPU. */
void rtp_handovers_noted(void);

static __always_inline void rtp_handovers_look(void)
{
	if (unlikely(READ_ONCE(rtp_handover_noted)))
		rtp_handovers_noted();
}

/* Process context. After exit, @handover->run is not running and no longer called. */
void rtp_handover_init(struct rtp_handover *handover, void (*run)(void));
void rtp_handover_exit(struct rtp_handover *handover);

#endif
