/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has the worker send the signals of rules, and report that rules acted. */
#ifndef RTPROBE_DELIVER_H
#define RTPROBE_DELIVER_H

/* Called after a rule acted. Any context but NMI. */
void rtp_deliver(void);

/*
 * Process context. The worker calls @delivered afterwards. Captures must have been stopped before
 * exit, because completing one can evaluate rules.
 */
int rtp_deliver_init(void (*delivered)(void));
void rtp_deliver_exit(void);

#endif
