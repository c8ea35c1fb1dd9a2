/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds rows of an interrupt action that was freed, on kernels without kretprobes to report it.
 *
 * A row then stays until the slow path of a value finds another action at its address. Up to one
 * interval of that action's values is in the row of the action before.
 */
#ifndef RTPROBE_STALE_H
#define RTPROBE_STALE_H

#include <linux/types.h>

struct irqaction;
struct rtp_row;

/* True if the kernel reports when an action is freed. Constant after load. */
extern bool rtp_frees_are_watched;

/*
 * Returns whether the row of @action's address belonged to another action, and retires it then.
 * Always false where frees are watched. In the action's tracepoint, on the row's CPU.
 */
bool rtp_row_is_stale(struct rtp_row *row, const struct irqaction *action);

#endif
