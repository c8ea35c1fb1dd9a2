/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's only worker thread, "rtprobe", and the work that hard interrupt context hands over
 * to it. main.c defines that work.
 *
 * A workqueue is not used, because a module cannot restrict its workers to a set of CPUs.
 */
#ifndef RTPROBE_HOUSEKEEPING_H
#define RTPROBE_HOUSEKEEPING_H

#include <linux/cpumask.h>
#include <linux/kthread.h>

extern struct kthread_worker *rtp_worker;

/* Queues the housekeeping. Any context but NMI. */
void rtp_housekeeping_kick(void);

/* Restricts the worker to @cpus. Process context. */
void rtp_worker_set_cpus(const struct cpumask *cpus);

/*
 * @to_do is called after each kick, in process context, never concurrently with itself. If it is
 * kicked while it runs, it runs again.
 */
int rtp_housekeeping_init(void (*to_do)(void));

/*
 * Stops the worker. No work of the module runs afterwards. The callers of kick, that is the probes
 * and the work of tasks/task.c, must have been stopped before.
 */
void rtp_housekeeping_exit(void);

/* Warns if work can still run. Called before memory is freed that the work reads. */
void rtp_housekeeping_expect_over(void);

#endif
