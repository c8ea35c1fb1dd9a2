/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Retires the rows of an interrupt action when it is freed.
 *
 * A kretprobe on the exported free_irq and free_percpu_irq: when they return the handler cannot run
 * any more and its irqaction is gone, so the same address may soon be another action's.
 */
#ifndef RTPROBE_RETIRE_H
#define RTPROBE_RETIRE_H

#include <linux/types.h>

/* Frees that were not seen because too many ran at once; rows of those keep a stale key. */
u64 rtp_retire_missed(void);

/* Before the first hardirq probe, until after the last. Process context. */
int rtp_retire_init(void);
void rtp_retire_exit(void);

#endif
