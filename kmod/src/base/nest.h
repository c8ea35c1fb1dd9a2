/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nested hard handlers: the handler of a demultiplexer (VMD, a GPIO controller) calls
 * generic_handle_irq.
 *
 * Few machines have nested handlers. An entry therefore does not check for an open handler until an
 * exit has found the entry of another handler. That first exit is counted as unpaired. From then
 * on, an entry saves the open handler, and its exit restores it. A static key enables this, so it
 * adds one no-op to the usual path of an entry.
 *
 * All functions but the last two: on the CPU, interrupts off, not NMI.
 */
#ifndef RTPROBE_NEST_H
#define RTPROBE_NEST_H

#include <linux/jump_label.h>

#include "base/cpu.h"

/* Enabled when a nested handler was detected; stays enabled until unload. */
DECLARE_STATIC_KEY_FALSE(rtp_nest_key);

/*
 * Saves the open handler before a new entry is stored. Called while the key is enabled. If too many
 * handlers are open, all of them are discarded, and their exits are unpaired.
 */
void rtp_nest_enter(struct rtp_cpu *c);

/*
 * Called at an exit that does not match the newest entry. Restores the entry of @key and returns
 * the ticks of the nested handlers. If there is no such entry, returns 0; if this may have been an
 * outer handler, it requests that the key be enabled.
 */
u64 rtp_nest_leave(struct rtp_cpu *c, const void *key);

/* Returns the open handler and its irq, also between nested handlers; NULL if there is none. */
const struct rtp_edge *rtp_nest_open(const struct rtp_cpu *c, unsigned int *irq);

/* Enables the key if an exit requested it. Process context, from the housekeeping. */
void rtp_nest_housekeep(void);

/* Discards the open handlers. Process context, with the hooks unregistered. */
void rtp_nest_forget(struct rtp_cpu *c);

#endif
