/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Retires the rows of an interrupt action when it is freed.
 *
 * Uses kretprobes on the exported free_irq and free_percpu_irq. When these return, the handler no
 * longer runs and its irqaction is freed, so another action may soon have the same address.
 *
 * Without kretprobes a row stays until the slow path of a value finds another action at its address.
 * Up to one interval of that action's values is then in the row of the action before.
 */
#ifndef RTPROBE_RETIRE_H
#define RTPROBE_RETIRE_H

#include <linux/types.h>

struct irqaction;
struct rtp_row;

/* Returns whether the kernel has kretprobes. Constant after load; any context. */
bool rtp_retire_is_watching(void);

/*
 * Returns whether the row of @action's address belonged to another action, and retires it then.
 * Always false where frees are watched. In the action's tracepoint, on the row's CPU.
 */
bool rtp_retire_stale(struct rtp_row *row, const struct irqaction *action);

/* Returns the frees that were missed because too many ran at once. Their rows keep a stale key. */
u64 rtp_retire_missed(void);

/* Called before the first hardirq hook is registered, and after the last was unregistered. */
int rtp_retire_init(void);
void rtp_retire_exit(void);

#endif
