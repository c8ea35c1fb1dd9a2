// SPDX-License-Identifier: GPL-2.0-or-later
#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": selftest: " fmt

#include "selftest.h"

#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/genetlink.h>

#include "base/access.h"
#include "base/word.h"
#include "netlink/message.h"
#include "recorder/recorder.h"
#include "spikes/spike.h"
#include "spikes/stack.h"
#include "spikes/trace.h"
#include "values/hist.h"

static unsigned int failures;

#define CHECK(condition, format, ...)								\
	do {											\
		if (!(condition)) {								\
			pr_err("%s: " format "\n", #condition, ##__VA_ARGS__);			\
			failures++;								\
		}										\
	} while (0)

/* A second implementation of the definition in the ABI, written differently. */
static unsigned int bucket_by_definition(u64 ns)
{
	unsigned int octave = 0;
	unsigned int bucket;

	if (ns < RTP_SUB)
		return ns;
	while (octave < 63 && ns >> (octave + 1))
		octave++;
	bucket = (octave - RTPROBE_SUB_BITS + 1) * RTP_SUB +
		 (ns >> (octave - RTPROBE_SUB_BITS)) % RTP_SUB;
	return bucket < RTPROBE_BUCKET_COUNT ? bucket : RTPROBE_BUCKET_COUNT - 1;
}

/* Tests each power of two and each bucket boundary, and the values next to them. */
static void test_buckets(void)
{
	unsigned int bit, bucket;
	int side;

	for (bit = 0; bit < 64; bit++)
		for (side = -1; side <= 1; side++) {
			u64 ns = (1ULL << bit) + side;

			CHECK(rtp_hist_bucket(ns) == bucket_by_definition(ns), "ns %llu", ns);
		}
	for (bucket = 0; bucket < RTPROBE_BUCKET_COUNT - 1; bucket++) {
		u64 end = rtp_hist_bucket_end(bucket);

		CHECK(rtp_hist_bucket(end) == bucket, "end %llu of bucket %u", end, bucket);
		CHECK(rtp_hist_bucket(end + 1) == bucket + 1, "after end %llu of bucket %u", end,
		      bucket);
	}
	CHECK(rtp_hist_bucket(U64_MAX) == RTPROBE_BUCKET_COUNT - 1, "largest value");
}

/* Tests two intervals, the maximum of each, and a bucket that wraps. */
static void test_hist(struct rtp_hist *hist, struct rtp_hist_view *view)
{
	rtp_hist_clear(hist);
	hist->bucket[10] = U32_MAX;
	hist->count = U32_MAX;
	rtp_hist_add(hist, 10, 7, 0, U64_MAX);
	rtp_hist_add(hist, 1000, 7, 0, U64_MAX);
	rtp_hist_add(hist, 500, 8, 0, U64_MAX);
	rtp_hist_add(hist, 400, 8, 0, U64_MAX);
	CHECK(rtp_hist_try_view(hist, view), "count is not the sum of the buckets");
	CHECK(view->bucket[10] == 1ULL << 32, "carry: %llu", view->bucket[10]);
	CHECK(view->count == (1ULL << 32) + 3 && view->sum == 1910, "%llu %llu", view->count,
	      view->sum);
	CHECK(view->min == 10 && view->max == 1000, "%llu %llu", view->min, view->max);
	CHECK(view->ring[7].generation == 7 && view->ring[7].max == 1000, "%llu",
	      view->ring[7].max);
	CHECK(view->ring[8].generation == 8 && view->ring[8].max == 500, "%llu", view->ring[8].max);
	hist->count++;
	CHECK(!rtp_hist_try_view(hist, view), "a count without its bucket was accepted");
}

static void test_durations(void)
{
	static const struct {
		const char *word;
		u64 ns;
	} good[] = {
		{ "0", 0 },
		{ "1ns", 1 },
		{ "200us", 200000 },
		{ "1.5ms", 1500000 },
		{ "0.000000001s", 1 },
		{ "60s", 60000000000 },
		{ "1500us", 1500000 },
	};
	static const char *const bad[] = {
		"", "1", "ms", "-1ms", "1.ms", ".5ms", "1.5ns", "1e3us", "1 ms", "1mss", "0x1us",
		"1.2.3ms", "9999999999999s", "999999999999s",
	};
	char text[RTP_DURATION_TEXT];
	struct rtp_reason reason;
	unsigned int i;
	u64 ns;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		CHECK(!rtp_word_duration("key", good[i].word, &ns, &reason) && ns == good[i].ns,
		      "%s", good[i].word);
		rtp_word_from_duration(text, good[i].ns);
		CHECK(!rtp_word_duration("key", text, &ns, &reason) && ns == good[i].ns, "%s",
		      text);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ns = 42;
		CHECK(rtp_word_duration("key", bad[i], &ns, &reason) && ns == 42, "%s", bad[i]);
		CHECK(strstr(reason.text, bad[i]), "%s is not named: %s", bad[i], reason.text);
	}
}

/* A task that sleeps must never appear as runnable in the flight recorder. */
static void test_states(void)
{
	unsigned int bit;

	CHECK(!rtp_record_state(TASK_RUNNING), "runnable");
	for (bit = 0; bit < 32; bit++) {
		unsigned int state = rtp_record_state(BIT(bit));

		CHECK(state && state < RTP_RECORD_IRQ_THREAD, "bit %u: %x", bit, state);
	}
	if (COMPAT_TASK_RTLOCK_WAIT)
		CHECK(rtp_record_state(COMPAT_TASK_RTLOCK_WAIT) == RTPROBE_STATE_LOCK, "%x",
		      rtp_record_state(COMPAT_TASK_RTLOCK_WAIT));
}

/*
 * Tests of what needs the rest of the module: they run in its debug build, not in the module that
 * is the self-test alone.
 */
#ifndef RTPROBE_SELFTEST_ALONE

/* The room that headers and the number of an event take of a message. */
#define MESSAGE_HEADERS (NLMSG_HDRLEN + GENL_HDRLEN + nla_total_size(sizeof(u32)))

static void fill_text(char *text, size_t size)
{
	memset(text, 'a', size - 1);
	text[size - 1] = '\0';
}

#define FILL_TEXT(text) fill_text(text, sizeof(text))

/* A spike's largest strings: consecutive frames, and parts with three functions. */
struct largest {
	struct rtp_spike spike;
	struct rtp_part part[RTPROBE_PARTS_MAX];
	char frames[RTP_STACK_TEXT];
	char text[RTPROBE_CMDLINE_LEN];
};

static void fill_process(struct rtp_process *process, struct largest *of)
{
	process->text_bytes = 1;
	fill_text(of->text, RTPROBE_PATH_LEN);
	process->exe = rtp_process_text(process, of->text);
	process->cgroup = rtp_process_text(process, of->text);
	FILL_TEXT(of->text);
	process->cmdline = rtp_process_text(process, of->text);
	process->has_uid = process->asked_files = process->asked_locks = true;
	process->files_incomplete = true;
	process->cmdline_unread = 1;
}

static void fill_parts(struct largest *of)
{
	unsigned int i;

	for (i = 0; i < RTPROBE_PARTS_MAX; i++) {
		struct rtp_part *part = &of->part[i];

		part->pid = part->count = part->callback = part->samples = part->could_be = 1;
		part->idle_state = RTP_IDLE_UNKNOWN;
		FILL_TEXT(part->name);
		FILL_TEXT(part->function);
		FILL_TEXT(part->sampled_function);
		part->samples_preempt_off = part->samples_bh_off = 1;
		part->has_sender = true;
		part->sender.has_cpu = part->sender.has_task = part->sender.in_interrupt = true;
		part->sender.armed = true;
		part->sender.task.own = true;
		part->sender.task.start_time = 1;
		FILL_TEXT(part->sender.task.comm);
		FILL_TEXT(part->sender.function);
	}
	of->spike.part = of->part;
	of->spike.parts = RTPROBE_PARTS_MAX;
}

/* As many frames as a stack has, which fill its text. */
static void fill_frames(struct largest *of)
{
	unsigned int i, each = sizeof(of->frames) / RTPROBE_STACK_DEPTH;

	for (i = 0; i < RTPROBE_STACK_DEPTH; i++)
		fill_text(of->frames + i * each, each);
	of->spike.frame_text = of->frames;
	of->spike.frames = RTPROBE_STACK_DEPTH;
	of->spike.frame_bytes = sizeof(of->frames);
}

static void fill_spike(struct largest *of)
{
	struct rtp_spike *spike = &of->spike;

	FILL_TEXT(spike->name);
	FILL_TEXT(spike->task.comm);
	FILL_TEXT(spike->victim.comm);
	FILL_TEXT(spike->waker.comm);
	FILL_TEXT(spike->cause.name);
	spike->cause.duration = spike->upper = spike->could_be = 1;
	spike->has_victim = spike->has_waker = spike->has_regs = true;
	spike->task.own = spike->victim.own = spike->waker.own = true;
	memset(&spike->regs, 0xff, sizeof(spike->regs));
	fill_parts(of);
	fill_frames(of);
}

/* A dump ends at a message that does not fit: the spikes after it would never be sent. */
static void test_message(struct largest *of)
{
	struct sk_buff *skb = nlmsg_new(4 * RTP_MESSAGE_MAX, GFP_KERNEL);
	const unsigned int all = RTP_ACCESS_KERNEL_REGISTERS | RTP_ACCESS_USER_REGISTERS;

	of->spike.process = rtp_process_alloc();
	of->spike.victim_process = rtp_process_alloc();
	CHECK(skb && of->spike.process && of->spike.victim_process, "no memory");
	if (skb && of->spike.process && of->spike.victim_process) {
		fill_process(of->spike.process, of);
		fill_process(of->spike.victim_process, of);
		fill_spike(of);
		CHECK(!rtp_message_put_spike(skb, &of->spike, false, all), "it cannot be built");
		CHECK(skb->len + MESSAGE_HEADERS <= RTP_MESSAGE_MAX, "the largest spike has %zu",
		      (size_t)(skb->len + MESSAGE_HEADERS));
	}
	rtp_process_free(of->spike.process);
	rtp_process_free(of->spike.victim_process);
	nlmsg_free(skb);
}

/* However many functions samples find, those that ran as callbacks have names. */
static void test_trace_functions(struct rtp_trace *trace)
{
	const char *near = (const char *)vprintk;
	unsigned int i;

	for (i = 0; i < 16 * RTP_TRACE_FUNCTIONS; i++)
		rtp_trace_function(trace, near + i * 512, true);
	CHECK(trace->functions >= RTP_TRACE_FUNCTIONS / 2, "%u", trace->functions);
	CHECK(rtp_trace_function(trace, rtp_selftest, false), "%u", trace->functions);
	CHECK(!rtp_trace_function(trace, NULL, false), "an unknown function has a name");
	CHECK(rtp_trace_function(trace, near, true) == 1, "a sample in a known function");
}

static void test_module(void)
{
	struct largest *largest = kvzalloc(sizeof(*largest), GFP_KERNEL);
	struct rtp_trace *trace = kvzalloc(sizeof(*trace), GFP_KERNEL);

	if (largest && trace) {
		test_message(largest);
		test_trace_functions(trace);
	} else {
		failures++;
	}
	kvfree(largest);
	kvfree(trace);
}

#else

static void test_module(void)
{
}

#endif

int rtp_selftest(void)
{
	struct rtp_hist *hist = kzalloc(sizeof(*hist), GFP_KERNEL);
	struct rtp_hist_view *view = kzalloc(sizeof(*view), GFP_KERNEL);

	failures = 0;
	if (hist && view)
		test_hist(hist, view);
	else
		failures++;
	test_module();
	test_buckets();
	test_durations();
	test_states();
	kfree(hist);
	kfree(view);
	pr_info("%s\n", failures ? "failed" : "passed");
	return failures ? -EINVAL : 0;
}
