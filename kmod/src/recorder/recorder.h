/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flight recorder: a per-CPU ring of the CPU's newest events.
 *
 * An entry is two words: the ticks, and a payload of 56 bits above the kind. An entry is reserved
 * by one instruction, which adds to the total of bytes written, so an NMI can nest. Readers run in
 * process context on any CPU; slice.h describes how they discard incomplete entries.
 *
 * payload by kind (enum rtprobe_trace_event):
 * hardirq-entry  the action's address
 * hardirq-exit   irq | what the handler returned << 24
 * vector-*       vector
 * softirq-*      softirq
 * nmi            ns the handlers took
 * timer-expiry   ns since its programmed expiry, up to 2^40, | ns its handler took << 40; written
 *                at the end of the handler
 * switch         next pid | previous pid << 22 | state << 44 | irq thread << 55; a comm entry
 *                follows. The state is the previous task's, see rtp_record_state. The irq thread
 *                flag is the next task's.
 * waking         pid woken | current pid << 22 | CPU << 44
 * migrate        pid that moves | current pid << 22 | its next CPU << 44
 * task-class     pid | real-time priority << 22 | class << 44; just after the switch to the task
 * irqs-off       proven ns | exact << 55
 * contention-*   lock's address; only while spikes capture locks
 * spike          ns, up to 2^48 | measure << 48
 * idle           index of the state, or RTPROBE_IDLE_LEFT
 * probe          ns the module's own work took | in timer.h's handler << 55
 * callback-entry the function's address; the kind is RTP_RECORD_CALLBACK + callback. If senders are
 *                recorded for the callback, a rest entry with the item's address follows.
 * callback-exit  callback; a poll of a network device has only this event, of the kind
 *                RTP_RECORD_CALLBACK + RTPROBE_CALLBACK_NAPI: its function in 32 bits | the
 *                number of its device << 32
 * sample         the interrupted instruction's address below RTP_RECORD_SAMPLE_BITS, 0 if one of
 *                user mode is higher | enum rtprobe_sample_state << RTP_RECORD_SAMPLE_BITS
 * send           pid | callback << 22 | in an interrupt << 26 | CPU << 27; a rest entry follows,
 *                with the call site, the function, and the item's address
 * marker         pid; two rest entries with 15 bytes of its text each follow
 * RTP_RECORD_STACK  number of frames; two rest entries with three frames each follow. They are
 *                return addresses, from the call site on, of the newest send events that can have a
 *                stack, see rtp_record_has_stack(). Interrupts may have come in between.
 */
#ifndef RTPROBE_RECORDER_H
#define RTPROBE_RECORDER_H

#include <linux/jump_label.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "base/cpu.h"
#include "compat/sched.h"

/* Bits of a timer-expiry's latency; the handler's duration is above them. */
#define RTP_RECORD_EXPIRY_BITS 40
#define RTP_RECORD_EXPIRY_OWN_MAX (BIT(56 - RTP_RECORD_EXPIRY_BITS) - 1)

/* Bits of a spike's value; its measure is above them. */
#define RTP_RECORD_SPIKE_BITS 48

/*
 * Bits of a sample's address. The bits above are all ones in code of the kernel and of modules,
 * also with five levels of page tables.
 */
#define RTP_RECORD_SAMPLE_BITS 52

static inline u64 rtp_record_expiry_own(u64 payload)
{
	return payload >> RTP_RECORD_EXPIRY_BITS;
}

/*
 * Restores a kernel address from a payload: its highest byte is all ones. This is not true of the
 * next byte, because an address has 57 bits with five levels of page tables.
 */
static inline const void *rtp_record_pointer(u64 payload)
{
	return (const void *)(uintptr_t)(payload | 0xffull << 56);
}

/* Restores the address of a sample; NULL in user mode. */
static inline const void *rtp_record_sampled(u64 payload)
{
	u64 address = payload & (BIT_ULL(RTP_RECORD_SAMPLE_BITS) - 1);

	if (payload >> RTP_RECORD_SAMPLE_BITS & RTPROBE_SAMPLE_STATE_USER || !address)
		return NULL;
	return (const void *)(uintptr_t)(address | ~0ull << RTP_RECORD_SAMPLE_BITS);
}

/* Returns the address of a sample in user mode; 0 if it is not known, and in kernel mode. */
static inline u64 rtp_record_sampled_user(u64 payload)
{
	if (!(payload >> RTP_RECORD_SAMPLE_BITS & RTPROBE_SAMPLE_STATE_USER))
		return 0;
	return payload & (BIT_ULL(RTP_RECORD_SAMPLE_BITS) - 1);
}

struct rtp_record {
	u64 ticks;	/* comm entry: the first eight bytes of the name */
	u64 word;	/* payload << 8 | kind */
};

/*
 * Kind of the comm entry that follows a switch. The last byte of the next task's comm is always
 * NUL, so the kind is stored there.
 */
#define RTP_RECORD_COMM 0xff

/* Kind of the second and later entries of other events. Their ticks are data, too. */
#define RTP_RECORD_REST 0xfe

/* Not an event of a trace. */
#define RTP_RECORD_STACK 0x7f

/* Kinds of callback entries begin here: the payload has no room for enum rtprobe_callback. */
#define RTP_RECORD_CALLBACK 0x80

#define RTP_RECORD_PID_BITS 22	/* PID_MAX_LIMIT is 2^22 */

/* Above the pid of a send. */
#define RTP_RECORD_SEND_BITS 4	/* of the callback */
#define RTP_RECORD_SEND_IN_INTERRUPT BIT(RTP_RECORD_PID_BITS + RTP_RECORD_SEND_BITS)
#define RTP_RECORD_SEND_CPU_SHIFT (RTP_RECORD_PID_BITS + RTP_RECORD_SEND_BITS + 1)

/* In place of a CPU: no particular one. */
#define RTP_RECORD_ANY_CPU (BIT(56 - RTP_RECORD_SEND_CPU_SHIFT) - 1)

/* Bytes of a marker's text in a rest entry. */
#define RTP_RECORD_MARKER_BYTES 15

/* Maximum number of frames of a stack. */
#define RTP_RECORD_FRAMES 6

/* Above the two pids of a switch: the state, and the flag for an irq thread as next task. */
#define RTP_RECORD_STATE_BITS 11
#define RTP_RECORD_STATE_MASK (BIT(RTP_RECORD_STATE_BITS) - 1)
#define RTP_RECORD_IRQ_THREAD BIT(RTP_RECORD_STATE_BITS)

/*
 * Reduces a task's state to RTP_RECORD_STATE_BITS. The kernel's lowest bits are stored unchanged. A
 * state with higher bits only would look like TASK_RUNNING. A wait for a lock that sleeps on
 * PREEMPT_RT is therefore stored as RTPROBE_STATE_LOCK, which the kernel does not use and which
 * includes TASK_UNINTERRUPTIBLE. Other such states are stored as TASK_UNINTERRUPTIBLE.
 */
static inline unsigned int rtp_record_state(unsigned int state)
{
	if (!state || state & RTP_RECORD_STATE_MASK)
		return state & RTP_RECORD_STATE_MASK;
	return state & COMPAT_TASK_RTLOCK_WAIT ? RTPROBE_STATE_LOCK : TASK_UNINTERRUPTIBLE;
}

/* Enabled while the recorder runs. */
DECLARE_STATIC_KEY_FALSE(rtp_recorder_key);

extern unsigned long rtp_recorder_mask;	/* size of a ring in bytes - 1 */
extern u64 rtp_recorder_since;		/* ticks when it was switched on */

static __always_inline struct rtp_record *rtp_recorder_reserve(struct rtp_cpu *c,
							       unsigned int bytes)
{
	/*
	 * The total before the addition indexes the entry. On x86 the subtraction costs nothing: it
	 * cancels the addition that local_add_return() makes after its instruction.
	 */
	return c->ring + ((local_add_return(bytes, &c->recorded) - bytes) & rtp_recorder_mask);
}

static __always_inline bool rtp_recorder_is_on(void)
{
	return static_branch_likely(&rtp_recorder_key);
}

/*
 * Records an event of this CPU, with the ticks its probe has read. Any context in which the task
 * cannot migrate, including NMI. Call only if rtp_recorder_is_on(): the hottest probes check this
 * first, so that they do not prepare arguments that are not needed.
 */
static __always_inline void rtp_recorder_put(struct rtp_cpu *c, u8 kind, u64 payload, u64 ticks)
{
	struct rtp_record *record = rtp_recorder_reserve(c, sizeof(*record));

	WRITE_ONCE(record->ticks, ticks);
	WRITE_ONCE(record->word, payload << 8 | kind);
}

/*
 * Reads the clock and records an event of this CPU, also with interrupts on: if an interrupt
 * recorded events after the reading, the clock is read again, so that the ring is in the order of
 * time. With @has_item, the address of an item follows in a rest entry. Returns the ticks. The task
 * cannot migrate.
 */
static __always_inline u64 rtp_recorder_put_now(struct rtp_cpu *c, enum rtprobe_clock clock,
						u8 kind, u64 payload, bool has_item,
						const void *item)
{
	struct rtp_record *record;
	long bytes = has_item ? 2 * sizeof(*record) : sizeof(*record);
	long before;
	u64 now;

	do {
		before = local_read(&c->recorded);
		now = rtp_clock_read(clock);
	} while (unlikely(local_cmpxchg(&c->recorded, before, before + bytes) != before));
	/*
	 * An interrupt may come before the entry is complete, and record many others. Until the
	 * ticks are stored, last, readers see those of the previous lap and drop the entry.
	 */
	if (has_item) {
		record = c->ring + ((before + sizeof(*record)) & rtp_recorder_mask);
		WRITE_ONCE(record->ticks, (uintptr_t)item);
		WRITE_ONCE(record->word, RTP_RECORD_REST);
	}
	record = c->ring + (before & rtp_recorder_mask);
	WRITE_ONCE(record->word, payload << 8 | kind);
	WRITE_ONCE(record->ticks, now);
	return now;
}

/* Records an event if the recorder is on. Context as above. */
static __always_inline void rtp_recorder_add(struct rtp_cpu *c, enum rtprobe_trace_event kind,
					     u64 payload, u64 ticks)
{
	if (rtp_recorder_is_on())
		rtp_recorder_put(c, kind, payload, ticks);
}

/* Records an event, which is followed by the address of an item. Context as above. */
static __always_inline void rtp_recorder_put_item(struct rtp_cpu *c, u8 kind, u64 payload,
						  const void *item, u64 ticks)
{
	struct rtp_record *record;
	unsigned long before;

	before = local_add_return(2 * sizeof(*record), &c->recorded) - 2 * sizeof(*record);
	record = c->ring + (before & rtp_recorder_mask);
	WRITE_ONCE(record->ticks, ticks);
	WRITE_ONCE(record->word, payload << 8 | kind);
	record = c->ring + ((before + sizeof(*record)) & rtp_recorder_mask);
	WRITE_ONCE(record->ticks, (uintptr_t)item);
	WRITE_ONCE(record->word, RTP_RECORD_REST);
}

/* A request to run a callback, often on another CPU. */
struct rtp_send {
	enum rtprobe_callback callback;
	unsigned int cpu;		/* RTP_RECORD_ANY_CPU: no particular one */
	unsigned long site;		/* return address; 0: unknown */
	const void *function, *item;
};

/* Whether a stack may follow a request: not where its place is under a lock of the kernel. */
static __always_inline bool rtp_record_has_stack(u32 callback)
{
	return callback == RTPROBE_CALLBACK_CALL || callback == RTPROBE_CALLBACK_IRQ_WORK ||
	       callback == RTPROBE_CALLBACK_STOP;
}

/*
 * Returns where an item is in the memory of a CPU if it is per CPU. The kernel queues a function
 * for several CPUs in ascending order, with items that differ in their CPU alone.
 */
static __always_inline unsigned long rtp_record_place(const void *item, u32 cpu)
{
	return (uintptr_t)item - (cpu < nr_cpu_ids ? per_cpu_offset(cpu) : 0);
}

/*
 * Record a request of this CPU, and the return addresses from its call site on. Context as above,
 * interrupts off, only if rtp_recorder_is_on().
 */
void rtp_recorder_put_send(struct rtp_cpu *c, const struct rtp_send *send, u64 ticks);
void rtp_recorder_put_stack(struct rtp_cpu *c, const unsigned long *frame, unsigned int n,
			    u64 ticks);

/*
 * Records the end of a poll of a network device. @device is its number in the initial network
 * namespace; 0: unknown. Context as above.
 */
void rtp_recorder_put_poll(struct rtp_cpu *c, const void *function, u32 device, u64 ticks);

/*
 * Records a marker of the current task, whose text is filled up with NUL. Context as above,
 * interrupts off, only if rtp_recorder_is_on().
 */
void rtp_recorder_put_marker(struct rtp_cpu *c, const char text[RTPROBE_MARKER_LEN]);

/* Returns the address in kernel or module text of a number in an entry; 0: unknown. */
unsigned long rtp_record_text(u32 number);

/* A user thread can have any name, but only the kernel creates kernel threads. */
static __always_inline unsigned int rtp_record_irq_thread(const struct task_struct *task)
{
	return task->flags & PF_KTHREAD && !memcmp(task->comm, "irq/", 4) ? RTP_RECORD_IRQ_THREAD :
									    0;
}

/* Records a sched_switch. @state is @prev's, 0 if it is runnable. Context as above. */
static __always_inline void rtp_recorder_add_switch(struct rtp_cpu *c,
						    const struct task_struct *prev,
						    const struct task_struct *next,
						    unsigned int state, u64 ticks)
{
	struct rtp_record *record;
	unsigned long before;
	u64 name, rest;		/* not an array, which the stack protector would check */

	if (!rtp_recorder_is_on())
		return;
	/* Reserves both entries at once; the second may wrap to the start of the ring. */
	before = local_add_return(2 * sizeof(*record), &c->recorded) - 2 * sizeof(*record);
	record = c->ring + (before & rtp_recorder_mask);
	WRITE_ONCE(record->ticks, ticks);
	WRITE_ONCE(record->word, ((u64)next->pid | (u64)prev->pid << RTP_RECORD_PID_BITS |
				  (u64)(rtp_record_state(state) | rtp_record_irq_thread(next)) <<
					  (2 * RTP_RECORD_PID_BITS))
						 << 8 |
					 RTPROBE_TRACE_EVENT_SWITCH);
	record = c->ring + ((before + sizeof(*record)) & rtp_recorder_mask);
	memcpy(&name, next->comm, sizeof(name));
	memcpy(&rest, next->comm + sizeof(name), sizeof(rest));
	WRITE_ONCE(record->ticks, name);
	WRITE_ONCE(record->word, rest << 8 | RTP_RECORD_COMM);
}

/* Records a sched_waking of a task that shall run on @cpu. Context as above. */
static __always_inline void rtp_recorder_add_waking(struct rtp_cpu *c,
						    const struct task_struct *task,
						    unsigned int cpu, u64 ticks)
{
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_WAKING,
			 task->pid | (u64)current->pid << RTP_RECORD_PID_BITS |
			 (u64)cpu << (2 * RTP_RECORD_PID_BITS), ticks);
}

/* All functions below: process context, config mutex held or before there is a config. */

/* Returns whether the recorder runs: its setting is on and at least one measure is on. */
static inline bool rtp_recorder_runs(void)
{
	return static_key_enabled(&rtp_recorder_key.key);
}

/*
 * Start and stop the recorder. Events of hooks are recorded only while the hooks are registered,
 * see recording.h.
 */
void rtp_recorder_start(void);
void rtp_recorder_stop(void);

/* Discards all events. The hooks are silent, and no slice of an earlier capture is read later. */
void rtp_recorder_empty(void);

/*
 * Returns how far back the rings reach, in ns: the time between the oldest and the newest event of
 * the CPU where it is shortest.
 */
u64 rtp_recorder_reach(void);

/* Returns the number of events per ring. */
u32 rtp_recorder_events(void);
size_t rtp_recorder_bytes(void);

/* Allocates rings of @events per CPU, rounded up to a power of two. */
int rtp_recorder_init(u32 events);
void rtp_recorder_exit(void);

#endif
