/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Callbacks that take time: the functions inside_hrtimer, inside_timer, inside_work, inside_tasklet, inside_call,
 * inside_irq_work, inside_rcu, inside_stop and inside_napi, in inside_spin. Each runs once, on the given CPU or that of the caller, wakes the real-time thread rtprobe-victim there, and spins for
 * hold->asked_ns from start_ns to end_ns. Called in process context under the caller's mutex, those without a CPU on one
 * that the caller cannot leave. Return 0, -EINVAL for no CPU, or the error of creating the thread.
 */
#ifndef INSIDE_H
#define INSIDE_H

#include "edu.h"

/* Spins for some microseconds. Samples of a timer find the function that it interrupted: nearly always this one. */
void inside_spin(void);

/* In the local timer interrupt, also on PREEMPT_RT. */
int inside_hold_hrtimer(struct edu_hold *hold);

/* In the TIMER softirq. */
int inside_hold_timer(struct edu_hold *hold, int cpu);

/* The same, and a kernel worker has armed the timer for a later time before. */
int inside_hold_rearmed(struct edu_hold *hold);

/* The same in inside_below, which the function inside_above of a hard hrtimer interrupts for 1 ms. */
int inside_hold_above(struct edu_hold *hold, int cpu);

/* In a kernel worker, with preemption disabled. */
int inside_hold_work(struct edu_hold *hold, int cpu);

/* The same, on the queue of high priority. */
int inside_hold_highpri_work(struct edu_hold *hold, int cpu);

/* The same, in a worker that is not bound to a CPU. Returns -EAGAIN if another worker took the item to another CPU. */
int inside_hold_unbound(struct edu_hold *hold, int cpu);

/* The same as inside_hold_work, but a timer queues the item. */
int inside_hold_delayed(struct edu_hold *hold, int cpu);

/* The same; the function inside_queueing of a hard hrtimer queues the item. */
int inside_hold_queued(struct edu_hold *hold);

/* In a work item, inside_nested, after it has called a function on its own CPU. */
int inside_hold_nested(struct edu_hold *hold, int cpu);

/*
 * In the second of two work items of one worker, after 3 s: inside_before sleeps for 1.5 s, then inside_slept sleeps for
 * 1.5 s and spins.
 */
int inside_hold_second(struct edu_hold *hold, int cpu);

/*
 * In an item of a worker that is not bound to a CPU: it left inside_left on this CPU, and began inside_elsewhere on another
 * one. Its name is that of a rescuer.
 */
int inside_hold_roaming(struct edu_hold *hold, int cpu);

/* In the caller's task, with preemption disabled: no callback. */
int inside_hold_preempt_off(struct edu_hold *hold);

/* In the TASKLET softirq. */
int inside_hold_tasklet(struct edu_hold *hold);

/* In a function-call interrupt. */
int inside_hold_call(struct edu_hold *hold, int cpu);

/* In an irq_work, in the hard interrupt also on PREEMPT_RT. */
int inside_hold_irq_work(struct edu_hold *hold);

/* In an irq_work, inside_irq_thread, which on PREEMPT_RT runs in the thread irq_work/N. */
int inside_hold_irq_thread(struct edu_hold *hold);

/* As inside_hold_irq_work, but the caller's CPU queues it. Without kprobes, returns an error. */
int inside_hold_remote_irq_work(struct edu_hold *hold, int cpu);

/* In an RCU callback, with preemption disabled. */
int inside_hold_rcu(struct edu_hold *hold);

/* In stop_machine(), with interrupts disabled on all CPUs. */
int inside_hold_stop(struct edu_hold *hold, int cpu);

/* In the NET_RX softirq, in the poll function of the network device rtprobe-napi. */
int inside_hold_napi(struct edu_hold *hold);

#endif
