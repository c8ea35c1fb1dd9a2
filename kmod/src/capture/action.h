/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a rule does when a value crosses its threshold: stop the kernel's ftrace ring buffer after a
 * marker, and send a signal to a process. A rule acts once; it acts again only after it was armed
 * again by request.
 *
 * The trace is stopped where the value is judged. The worker sends the signal, because sending one
 * takes a lock that sleeps on PREEMPT_RT.
 */
#ifndef RTPROBE_ACTION_H
#define RTPROBE_ACTION_H

#include <linux/atomic.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/types.h>

#include "base/reason.h"
#include "uapi/rtprobe.h"

#define RTP_ACTION_ALL (RTPROBE_ACTION_STOP_TRACE | RTPROBE_ACTION_SIGNAL)

/* The signal of a rule that names none. Its default effect ends the process. */
#define RTP_ACTION_SIGNAL_DEFAULT SIGUSR1

struct rtp_action_spec {
	u32 kinds;		/* mask of enum rtprobe_action; 0: none */
	u32 signal;
	u32 pid;		/* in the initial namespace; 0: the process is named by comm */
	char comm[TASK_COMM_LEN];
	bool may_signal;	/* whether the requester has CAP_KILL */
};

/* Written where values are judged and by the worker, read anywhere. */
struct rtp_action {
	u64 start_time;		/* of the process of spec.pid: the pid may be used again later */
	atomic_t armed;
	atomic_t unsent;	/* a signal waits for the worker */
	atomic64_t acted;
	atomic64_t unarmed;	/* hits while it was not armed, or there was no trace to stop */
	u64 crossed;		/* ns of CLOCK_MONOTONIC of the newest action; 0: none */
	u64 stop_ns;		/* from there until the trace was stopped; 0: none was */
	u64 signal_ns;		/* from there until the signal was sent; 0: not sent */
	int error;		/* errno of the newest signal; 0: none */
};

/* A value over the threshold of a rule. */
struct rtp_crossing {
	u32 rule;
	u32 measure;
	int cpu;
	u64 ns;
	u64 threshold;		/* ns */
	u64 time;		/* ns of CLOCK_MONOTONIC */
};

/*
 * Checks an action and finds its process. Returns a negative errno and stores the reason. Process
 * context.
 */
int rtp_action_check(struct rtp_action *action, const struct rtp_action_spec *spec,
		     struct rtp_reason *reason);

/* Makes the rule act at its next crossing. Process context. */
void rtp_action_arm(struct rtp_action *action);

/*
 * Acts if armed, but leaves the signal to rtp_action_send. Returns the mask of what the rule does
 * because of this crossing. Any context but NMI.
 */
u32 rtp_action_cross(struct rtp_action *action, const struct rtp_action_spec *spec,
		     const struct rtp_crossing *crossing);

/* Sends the signal of a crossing, if one is due. Process context, under RCU. */
void rtp_action_send(struct rtp_action *action, const struct rtp_action_spec *spec);

#endif
