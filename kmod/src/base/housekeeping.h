/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's one worker thread, "rtprobe", and the work that hard interrupt context hands over to
 * it; main.c says what that is.
 *
 * A thread of its own, and no workqueue, because a module cannot keep the workers of a workqueue to
 * a set of CPUs.
 */
#ifndef RTPROBE_HOUSEKEEPING_H
#define RTPROBE_HOUSEKEEPING_H

#include <linux/cpumask.h>
#include <linux/kthread.h>

extern struct kthread_worker *rtp_worker;

/* Have the housekeeping run soon. Any context but NMI. */
void rtp_housekeeping_kick(void);

/* Keep the worker to @cpus. Process context. */
void rtp_worker_set_cpus(const struct cpumask *cpus);

/*
 * @to_do is done after each kick, in process context, never twice at once; kicks meanwhile make it
 * run again.
 */
int rtp_housekeeping_init(void (*to_do)(void));

/*
 * After this no work of the module runs. Whoever kicks must be silent already, the probes and the
 * work of tasks/task.c included.
 */
void rtp_housekeeping_exit(void);

/* Warn if work can still run: for whoever is about to free what it reads. */
void rtp_housekeeping_expect_over(void);

#endif
