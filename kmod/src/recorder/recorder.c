// SPDX-License-Identifier: GPL-2.0-or-later
#include "recorder/recorder.h"

#include <linux/cpumask.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#ifndef __LITTLE_ENDIAN
#error "a comm entry keeps its kind where the name's closing NUL is: little-endian only"
#endif

DEFINE_STATIC_KEY_FALSE(rtp_recorder_key);
unsigned long rtp_recorder_mask __read_mostly;
u64 rtp_recorder_since;

/*
 * Text of the kernel and its modules is within 2 GB, so that 32 bits are sufficient for the
 * distance from one of its functions. 0 is that function itself, which is never recorded.
 */
static u32 text_number(unsigned long address)
{
	long distance = address - (unsigned long)schedule;

	return address && distance == (s32)distance ? distance : 0;
}

unsigned long rtp_record_text(u32 number)
{
	return number ? (unsigned long)schedule + (s32)number : 0;
}

/* Writes one entry. @before: the total of bytes written before it. */
static void put_entry(struct rtp_cpu *c, unsigned long before, u64 ticks, u64 word)
{
	struct rtp_record *record = c->ring + (before & rtp_recorder_mask);

	WRITE_ONCE(record->ticks, ticks);
	WRITE_ONCE(record->word, word);
}

static u64 two_texts(unsigned long first, unsigned long second)
{
	return text_number(first) | (u64)text_number(second) << 32;
}

void rtp_recorder_put_send(struct rtp_cpu *c, const struct rtp_send *send, u64 ticks)
{
	const unsigned long bytes = sizeof(struct rtp_record);
	unsigned long end = local_add_return(2 * bytes, &c->recorded);
	u64 payload = (u64)current->pid | (u64)send->callback << RTP_RECORD_PID_BITS |
		      (u64)send->cpu << RTP_RECORD_SEND_CPU_SHIFT;

	if (hardirq_count() || in_serving_softirq() || in_nmi())
		payload |= RTP_RECORD_SEND_IN_INTERRUPT;
	put_entry(c, end - 2 * bytes, ticks, payload << 8 | RTPROBE_TRACE_EVENT_SEND);
	put_entry(c, end - bytes, two_texts(send->site, (unsigned long)send->function),
		  (u64)(uintptr_t)send->item << 8 | RTP_RECORD_REST);
	smp_store_release(&c->recorded_sent, end);
}

void rtp_recorder_put_poll(struct rtp_cpu *c, const void *function, u32 device, u64 ticks)
{
	/* 24 bits of the payload remain. */
	u64 known = device >> 24 ? 0 : device;

	rtp_recorder_put(c, RTP_RECORD_CALLBACK + RTPROBE_CALLBACK_NAPI,
			 text_number((uintptr_t)function) | known << 32, ticks);
}

void rtp_recorder_put_stack(struct rtp_cpu *c, const unsigned long *frame, unsigned int n,
			    u64 ticks)
{
	const unsigned long bytes = sizeof(struct rtp_record);
	unsigned long end = local_add_return(3 * bytes, &c->recorded);
	unsigned long all[RTP_RECORD_FRAMES] = {};

	memcpy(all, frame, n * sizeof(*frame));
	put_entry(c, end - 3 * bytes, ticks, (u64)n << 8 | RTP_RECORD_STACK);
	put_entry(c, end - 2 * bytes, two_texts(all[0], all[1]),
		  (u64)text_number(all[2]) << 8 | RTP_RECORD_REST);
	put_entry(c, end - bytes, two_texts(all[3], all[4]),
		  (u64)text_number(all[5]) << 8 | RTP_RECORD_REST);
	smp_store_release(&c->recorded_sent, end);
}

/* Writes a rest entry with the next bytes of a text. */
static void put_marker_text(struct rtp_cpu *c, unsigned long before, const char *text)
{
	u64 word[2] = {};

	memcpy(word, text, RTP_RECORD_MARKER_BYTES);
	put_entry(c, before, word[0], word[1] << 8 | RTP_RECORD_REST);
}

void rtp_recorder_put_marker(struct rtp_cpu *c, const char text[RTPROBE_MARKER_LEN])
{
	const unsigned long bytes = sizeof(struct rtp_record);
	unsigned long before = local_add_return(3 * bytes, &c->recorded) - 3 * bytes;

	static_assert(2 * RTP_RECORD_MARKER_BYTES == RTPROBE_MARKER_LEN - 1);
	put_entry(c, before, rtp_clock_now(), (u64)current->pid << 8 | RTPROBE_TRACE_EVENT_MARKER);
	put_marker_text(c, before + bytes, text);
	put_marker_text(c, before + 2 * bytes, text + RTP_RECORD_MARKER_BYTES);
}

void rtp_recorder_start(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		WRITE_ONCE(c->recorded_before, local_read(&c->recorded));
	}
	static_branch_enable(&rtp_recorder_key);
	WRITE_ONCE(rtp_recorder_since, rtp_clock_now());
}

void rtp_recorder_stop(void)
{
	static_branch_disable(&rtp_recorder_key);
}

void rtp_recorder_empty(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		local_set(&c->recorded, 0);
		WRITE_ONCE(c->recorded_before, 0);
		WRITE_ONCE(c->recorded_sent, 0);
	}
}

/* Returns the ticks of the event that the entry at @total bytes belongs to. */
static u64 ticks_at(const struct rtp_cpu *c, unsigned long total)
{
	const struct rtp_record *record;
	u8 kind;

	do {
		record = c->ring + (total & rtp_recorder_mask);
		total -= sizeof(*record);
		kind = READ_ONCE(record->word);
	} while (kind == RTP_RECORD_COMM || kind == RTP_RECORD_REST);
	return READ_ONCE(record->ticks);
}

u64 rtp_recorder_reach(void)
{
	/* The newest entries may be incomplete, and overwrite the oldest. */
	const unsigned long margin = 16 * sizeof(struct rtp_record);
	u64 least = U64_MAX;
	int cpu;

	for_each_online_cpu(cpu) {
		const struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);
		unsigned long end = local_read(&c->recorded);
		unsigned long n = min(end - READ_ONCE(c->recorded_before), rtp_recorder_mask + 1);
		s64 reach;

		if (n < 4 * margin)
			continue;
		reach = ticks_at(c, end - margin) - ticks_at(c, end - n + margin);
		/* An interrupt may have overwritten the oldest meanwhile. */
		smp_rmb();
		if (reach >= 0 && local_read(&c->recorded) - end <= margin / 2)
			least = min_t(u64, least, reach);
	}
	return least == U64_MAX ? 0 : rtp_clock_to_ns(rtp_clock_chosen, least);
}

u32 rtp_recorder_events(void)
{
	return (rtp_recorder_mask + 1) / sizeof(struct rtp_record);
}

size_t rtp_recorder_bytes(void)
{
	return num_possible_cpus() * (rtp_recorder_mask + 1);
}

int rtp_recorder_init(u32 events)
{
	int cpu;

	rtp_recorder_mask = roundup_pow_of_two(events) * sizeof(struct rtp_record) - 1;
	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		local_set(&c->recorded, 0);
		c->ring = vzalloc_node(rtp_recorder_mask + 1, cpu_to_node(cpu));
		if (!c->ring) {
			rtp_recorder_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void rtp_recorder_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		vfree(per_cpu_ptr(rtp_cpus, cpu)->ring);
}
