/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kprobes that record callbacks which no tracepoint reports. They are registered at load, which
 * changes no code of the kernel, and armed while the flight recorder runs.
 */
#ifndef RTPROBE_KPROBE_H
#define RTPROBE_KPROBE_H

#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/types.h>

#include "uapi/rtprobe.h"

/* A kprobe; if it has a handler for the return, a kretprobe. */
struct rtp_kprobe {
#ifdef CONFIG_KRETPROBES
	struct kretprobe at;
#endif
	bool found;	/* the kernel has the function, and it can be probed */
};

/* The kprobes of one kind of callback. */
struct rtp_kprobe_set {
	enum rtprobe_callback callback;
	struct rtp_kprobe *probes;
	unsigned int n;
	unsigned int needed;	/* the first ones, without which the others are useless */
};

/* Defines a set; the probes follow, at most RTP_KPROBES_MAX. */
#define RTP_KPROBES_MAX 16
#ifdef CONFIG_KRETPROBES
#define RTP_KPROBE_SET(name, kind, first, ...)							\
	static struct rtp_kprobe name##_probes[] = { __VA_ARGS__ };				\
	const struct rtp_kprobe_set rtp_##name##_set = {					\
		.callback = kind,								\
		.probes = name##_probes,							\
		.n = ARRAY_SIZE(name##_probes),							\
		.needed = first,								\
	};											\
	static_assert(ARRAY_SIZE(name##_probes) <= RTP_KPROBES_MAX)
#endif

/*
 * A probe that is never armed, before one of a function that may be compiled without ftrace: its
 * post handler prevents that the kernel replaces the breakpoint by a jump. For that, the kernel
 * waits until each preempted task has run, which a real-time thread can delay indefinitely, and
 * lets nobody change kprobes meanwhile.
 */
#define RTP_KPROBE_NO_JUMP(function)								\
	{ .at = { .kp = { .symbol_name = function, .post_handler = rtp_kprobe_no_jump } } }

/* Probes of a function's entry, never armed if @entered is NULL, and of its entry and return. */
#define RTP_KPROBE(function, entered)								\
	{ .at = { .kp = { .symbol_name = function, .pre_handler = entered } } }
#define RTP_KRETPROBE(function, entered, returned)						\
	{ .at = { .kp = { .symbol_name = function }, .entry_handler = entered,			\
		  .handler = returned } }

#ifdef CONFIG_KRETPROBES
void rtp_kprobe_no_jump(struct kprobe *probe, struct pt_regs *regs, unsigned long flags);
#endif

/* Process context. */
void rtp_kprobes_find(const struct rtp_kprobe_set *set);
void rtp_kprobes_forget(const struct rtp_kprobe_set *set);

/* Arm and disarm them; rtp_hooks_wait() waits for handlers. Process context, config mutex held. */
int rtp_kprobes_hold(const struct rtp_kprobe_set *set);
void rtp_kprobes_release(const struct rtp_kprobe_set *set);

/* Returns whether those that are needed were found. */
bool rtp_kprobes_usable(const struct rtp_kprobe_set *set);

/*
 * Record the begin and the end of a callback, if the recorder is on. Called by handlers. @item
 * identifies the request, see sender.h; NULL: not recorded.
 */
void rtp_kprobe_began(enum rtprobe_callback callback, const void *function, const void *item);
void rtp_kprobe_ended(enum rtprobe_callback callback);

#endif
