/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hard handlers inside hard handlers: the handler of a demultiplexer (VMD, a GPIO controller) calls
 * generic_handle_irq.
 *
 * Few machines have such handlers, so an entry does not look for an open handler until an exit has
 * met another's entry. That first one is counted as unpaired. From then on an entry puts what is
 * open aside and its exit finds it again. A static key decides, so the usual path of an entry is
 * one no-op longer.
 *
 * All but the last two functions: on the CPU, interrupts off, not NMI.
 */
#ifndef RTPROBE_NEST_H
#define RTPROBE_NEST_H

#include <linux/interrupt.h>
#include <linux/jump_label.h>

#include "base/cpu.h"

/* On once a handler inside a handler was seen; stays on until unload. */
DECLARE_STATIC_KEY_FALSE(rtp_nest_key);

/*
 * The handler that was entered last has not ended. A handler whose clock did not advance since the
 * exit before it is missed.
 */
static __always_inline bool rtp_nest_is_open(const struct rtp_cpu *c)
{
	return c->hardirq.key && (s64)(c->hardirq.start - c->last_exit) > 0;
}

/*
 * Before an entry is noted: puts the open handler aside. If too many are, all of them are forgotten
 * and their exits are unpaired. Inline, because a call would cost the usual path saved registers.
 */
static __always_inline void rtp_nest_enter(struct rtp_cpu *c)
{
	struct rtp_outer *outer;

	if (!static_branch_unlikely(&rtp_nest_key) || !rtp_nest_is_open(c))
		return;
	if (c->outers == RTP_OUTERS)
		c->outers = 0;
	outer = &c->outer[c->outers++];
	outer->edge.key = c->hardirq.key & ~RTP_EDGE_NMI;
	outer->edge.start = c->hardirq.start;
	outer->taken = c->irq_ticks;
	/* It is running, so its action exists. */
	outer->irq = ((const struct irqaction *)outer->edge.key)->irq;
}

/*
 * At an exit that does not fit the newest entry: makes the entry of @key the newest again and
 * returns the ticks of the handlers inside. Without such an entry returns 0, and has handlers
 * followed that nest if this one may have been an outer one.
 */
u64 rtp_nest_leave(struct rtp_cpu *c, const void *key);

/* The handler that is open and its irq, also while none inside it is; NULL if there is none. */
const struct rtp_edge *rtp_nest_open(const struct rtp_cpu *c, unsigned int *irq);

/* Switches the key on if an exit asked for it. Process context, from the housekeeping. */
void rtp_nest_housekeep(void);

/* Forgets what is open. Process context, the hooks unregistered. */
void rtp_nest_forget(struct rtp_cpu *c);

#endif
