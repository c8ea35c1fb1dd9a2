/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work that hard interrupt context hands over to process context; what it is, main.c says.
 *
 * A kick goes through irq_work that runs in hard interrupt context on PREEMPT_RT too, because a
 * probe may have interrupted a holder of the workqueue's lock.
 */
#ifndef RTPROBE_HOUSEKEEPING_H
#define RTPROBE_HOUSEKEEPING_H

#include <linux/workqueue.h>

/* The module's one queue: unbound, so that it stays off isolated CPUs, and above normal load. */
extern struct workqueue_struct *rtp_workqueue;

/* Have the work run soon. Any context but NMI. */
void rtp_housekeeping_kick(void);

/*
 * @to_do is done after each kick, in process context, never twice at once; kicks meanwhile make it
 * run again.
 */
int rtp_housekeeping_init(void (*to_do)(void));

/* After this nothing runs and kicks do nothing; the probes must be silent already. */
void rtp_housekeeping_exit(void);

#endif
