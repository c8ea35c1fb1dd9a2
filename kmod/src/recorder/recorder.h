/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flight recorder: what happened on a CPU last, in a ring of the CPU's own.
 *
 * An entry is two words: the ticks, and a payload of 56 bits above the kind. A place is reserved by
 * adding to the bytes ever written, one instruction, so an NMI nests. Readers are in process
 * context and on any CPU; see recorder.c for how they keep what is whole.
 *
 * payload by kind (enum rtprobe_trace_event):
 *   hardirq-entry  the action's address
 *   hardirq-exit   irq | what the handler returned << 24
 *   vector-*       vector
 *   softirq-*      softirq
 *   nmi            ns the handlers took
 *   timer-expiry   ns since its programmed expiry, up to 2^40, | ns its handler took << 40;
 *                  written at its end
 *   switch         next pid | pid before << 22 | state << 44 | irq thread << 55; a comm entry
 *                  follows. The state is of the task before, see rtp_record_state; the flag of the
 *                  next.
 *   waking         pid woken | current pid << 22 | CPU << 44
 *   irqs-off       proven ns | exact << 55
 *   contention-*   lock's address, flags in its lowest bits
 *   spike          ns | measure << 48
 */
#ifndef RTPROBE_RECORDER_H
#define RTPROBE_RECORDER_H

#include <linux/jump_label.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "base/cpu.h"
#include "compat/sched.h"

/* Bits of a timer-expiry's latency; above it are what its handler took. */
#define RTP_RECORD_EXPIRY_BITS 40
#define RTP_RECORD_EXPIRY_OWN_MAX (BIT(56 - RTP_RECORD_EXPIRY_BITS) - 1)

static inline u64 rtp_record_expiry_own(u64 payload)
{
	return payload >> RTP_RECORD_EXPIRY_BITS;
}

/*
 * A kernel address in a payload: its highest byte is all ones. The next one need not be: with five
 * levels of page tables an address has 57 bits.
 */
static inline const void *rtp_record_pointer(u64 payload)
{
	return (const void *)(uintptr_t)(payload | 0xffull << 56);
}

struct rtp_record {
	u64 ticks;	/* of a comm entry the first eight bytes of the name */
	u64 word;	/* payload << 8 | kind */
};

/*
 * Kind of the entry after a switch: the next task's comm, whose last byte, always NUL, is the
 * kind's place.
 */
#define RTP_RECORD_COMM 0xff

#define RTP_RECORD_PID_BITS 22	/* PID_MAX_LIMIT is 2^22 */

/* Above the two pids of a switch: the state, and whether the next task is an irq thread. */
#define RTP_RECORD_STATE_BITS 11
#define RTP_RECORD_STATE_MASK (BIT(RTP_RECORD_STATE_BITS) - 1)
#define RTP_RECORD_IRQ_THREAD BIT(RTP_RECORD_STATE_BITS)

/*
 * A task's state in the bits there are. The kernel's lowest ones are kept as they are. A state that
 * has only higher ones would read as runnable: waiting for a lock that sleeps on PREEMPT_RT is told
 * as RTPROBE_STATE_LOCK, which the kernel does not use and which contains the bit of an
 * uninterruptible sleep; others as just that.
 */
static inline unsigned int rtp_record_state(unsigned int state)
{
	if (!state || state & RTP_RECORD_STATE_MASK)
		return state & RTP_RECORD_STATE_MASK;
	return state & COMPAT_TASK_RTLOCK_WAIT ? RTPROBE_STATE_LOCK : TASK_UNINTERRUPTIBLE;
}

/* On while the recorder runs. */
DECLARE_STATIC_KEY_FALSE(rtp_recorder_key);

extern unsigned long rtp_recorder_mask;	/* bytes of a ring - 1 */

static __always_inline struct rtp_record *rtp_recorder_reserve(struct rtp_cpu *c,
							       unsigned int bytes)
{
	/* The sum after adding names the place, so that nothing need be subtracted. */
	return c->ring + (local_add_return(bytes, &c->recorded) & rtp_recorder_mask);
}

static __always_inline bool rtp_recorder_is_on(void)
{
	return static_branch_likely(&rtp_recorder_key);
}

/*
 * Write down an event of this CPU, at the ticks its probe has read. Any context in which this task
 * cannot leave the CPU, NMI included. Only if rtp_recorder_is_on(): the hottest probes ask first,
 * so that nothing is made ready in vain.
 */
static __always_inline void rtp_recorder_put(struct rtp_cpu *c, enum rtprobe_trace_event kind,
					     u64 payload, u64 ticks)
{
	struct rtp_record *record = rtp_recorder_reserve(c, sizeof(*record));

	WRITE_ONCE(record->ticks, ticks);
	WRITE_ONCE(record->word, payload << 8 | kind);
}

/* The same, if it is on. */
static __always_inline void rtp_recorder_add(struct rtp_cpu *c, enum rtprobe_trace_event kind,
					     u64 payload, u64 ticks)
{
	if (rtp_recorder_is_on())
		rtp_recorder_put(c, kind, payload, ticks);
}

/* sched_switch; @state is that of @prev, 0 runnable. Context as above. */
void rtp_recorder_add_switch(struct rtp_cpu *c, const struct task_struct *prev,
			     const struct task_struct *next, unsigned int state, u64 ticks);

/* sched_waking of a task meant for @cpu. Context as above. */
static __always_inline void rtp_recorder_add_waking(struct rtp_cpu *c,
						    const struct task_struct *task,
						    unsigned int cpu, u64 ticks)
{
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_WAKING,
			 task->pid | (u64)current->pid << RTP_RECORD_PID_BITS |
			 (u64)cpu << (2 * RTP_RECORD_PID_BITS), ticks);
}

/* All below: process context, config mutex held or before there is a config. */

/* Whether it runs, by the setting and because a measure is on. */
static inline bool rtp_recorder_runs(void)
{
	return static_key_enabled(&rtp_recorder_key.key);
}

/*
 * Start or stop recording. What the hooks see is recorded only while they are registered:
 * recording.h.
 */
void rtp_recorder_start(void);
void rtp_recorder_stop(void);

/* Events a ring holds. */
u32 rtp_recorder_events(void);
size_t rtp_recorder_bytes(void);

/* Room for @events a CPU, a power of two. */
int rtp_recorder_init(u32 events);
void rtp_recorder_exit(void);

#endif
