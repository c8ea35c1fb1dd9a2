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

#include <linux/jump_label.h>

#include "base/cpu.h"

/* On once a handler inside a handler was seen; stays on until unload. */
DECLARE_STATIC_KEY_FALSE(rtp_nest_key);

/*
 * Before an entry is noted, while the key is on: puts the open handler aside. If too many are, all
 * of them are forgotten and their exits are unpaired.
 */
void rtp_nest_enter(struct rtp_cpu *c);

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
