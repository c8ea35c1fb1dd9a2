/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks that are a part of rtprobe: the worker, the threads of hooks/thread.h, and processes
 * that have been registered, such as the agent. In spikes their time is the probe's own.
 *
 * Process context.
 */
#ifndef RTPROBE_OWN_H
#define RTPROBE_OWN_H

#include <linux/types.h>

struct rtp_task;
struct task_struct;

/*
 * Processes that can be registered. A further one replaces one that has ended, or else the others
 * in turn.
 */
#define RTP_OWN_PROCESSES 16

/*
 * Registers the process with this pid in the caller's pid namespace; 0: the caller's own process.
 * Returns -ESRCH if there is none.
 */
int rtp_own_register(u32 pid);

/*
 * Return whether a task is a part of rtprobe. A registered process that has ended is not found any
 * more, nor is its pid when it is used again.
 */
bool rtp_own_is_pid(u32 pid);
bool rtp_own_is(const struct rtp_task *task);

/* The thread of thread_latency on a CPU begins and, after it was stopped, ends. */
void rtp_own_thread_begin(int cpu, struct task_struct *thread);
void rtp_own_thread_end(int cpu);

/* Adds the run time of the module's threads since the last call to the cost of their CPUs. */
void rtp_own_threads_charge(void);

#endif
