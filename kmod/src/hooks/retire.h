/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Retires the rows of an interrupt action when it is freed.
 *
 * Uses kretprobes on the exported free_irq and free_percpu_irq. When these return, the handler no
 * longer runs and its irqaction is freed, so another action may soon have the same address.
 *
 * Without kretprobes, hooks/stale.h replaces it.
 */
#ifndef RTPROBE_RETIRE_H
#define RTPROBE_RETIRE_H

#include <linux/types.h>

/* Returns the frees that were missed because too many ran at once. Their rows keep a stale key. */
u64 rtp_retire_missed(void);

/* Called before the first hardirq hook is registered, and after the last was unregistered. */
int rtp_retire_init(void);
void rtp_retire_exit(void);

#endif
