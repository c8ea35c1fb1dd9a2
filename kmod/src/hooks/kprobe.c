// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/kprobe.h"

#include "base/tracepoint.h"
#include "recorder/recorder.h"

#ifdef CONFIG_KRETPROBES

void rtp_kprobe_no_jump(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}
NOKPROBE_SYMBOL(rtp_kprobe_no_jump);

static int kprobe_register(struct rtp_kprobe *probe)
{
	probe->at.kp.flags = KPROBE_FLAG_DISABLED;
	return probe->at.handler ? register_kretprobe(&probe->at) : register_kprobe(&probe->at.kp);
}

void rtp_kprobes_find(const struct rtp_kprobe_set *set)
{
	unsigned int i;

	for (i = 0; i < set->n; i++)
		set->probes[i].found = !kprobe_register(&set->probes[i]);
}

/* Each call waits for all CPUs, so there are only two. */
void rtp_kprobes_forget(const struct rtp_kprobe_set *set)
{
	struct kretprobe *both[RTP_KPROBES_MAX];
	struct kprobe *entry[RTP_KPROBES_MAX];
	unsigned int i, boths = 0, entries = 0;

	for (i = 0; i < set->n; i++) {
		if (!set->probes[i].found)
			continue;
		if (set->probes[i].at.handler)
			both[boths++] = &set->probes[i].at;
		else
			entry[entries++] = &set->probes[i].at.kp;
	}
	if (boths)
		unregister_kretprobes(both, boths);
	if (entries)
		unregister_kprobes(entry, entries);
}

static int kprobe_arm(struct rtp_kprobe *probe)
{
	return probe->at.kp.pre_handler ? enable_kprobe(&probe->at.kp) : 0;
}

static void kprobe_disarm(struct rtp_kprobe *probe)
{
	if (probe->at.kp.pre_handler)
		disable_kprobe(&probe->at.kp);
}

#else

void rtp_kprobes_find(const struct rtp_kprobe_set *set)
{
}

void rtp_kprobes_forget(const struct rtp_kprobe_set *set)
{
}

static int kprobe_arm(struct rtp_kprobe *probe)
{
	return 0;
}

static void kprobe_disarm(struct rtp_kprobe *probe)
{
}

#endif

bool rtp_kprobes_usable(const struct rtp_kprobe_set *set)
{
	unsigned int i;

	for (i = 0; i < set->needed; i++)
		if (i >= set->n || !set->probes[i].found)
			return false;
	return true;
}

static void disarm_first(const struct rtp_kprobe_set *set, unsigned int n)
{
	while (n--)
		if (set->probes[n].found)
			kprobe_disarm(&set->probes[n]);
	rtp_hooks_expect_wait(NULL);
}

int rtp_kprobes_hold(const struct rtp_kprobe_set *set)
{
	unsigned int i;
	int err;

	if (!rtp_kprobes_usable(set))
		return 0;
	for (i = 0; i < set->n; i++) {
		err = set->probes[i].found ? kprobe_arm(&set->probes[i]) : 0;
		if (err) {
			disarm_first(set, i);
			return err;
		}
	}
	return 0;
}

void rtp_kprobes_release(const struct rtp_kprobe_set *set)
{
	if (rtp_kprobes_usable(set))
		disarm_first(set, set->n);
}

/*
 * Preemption is disabled in a handler. A function that was entered while the kretprobe was armed
 * returns to its handler, also later.
 */
static void kprobe_note(u8 kind, u64 payload, const void *item)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	u64 now;

	if (!rtp_recorder_is_on())
		return;
	now = rtp_recorder_put_now(c, rtp_clock_chosen, kind, payload, item, item);
	rtp_cost_hook(&c->cost, now);
}

void rtp_kprobe_began(enum rtprobe_callback callback, const void *function, const void *item)
{
	kprobe_note(RTP_RECORD_CALLBACK + callback, (uintptr_t)function, item);
}
NOKPROBE_SYMBOL(rtp_kprobe_began);

void rtp_kprobe_ended(enum rtprobe_callback callback)
{
	kprobe_note(RTPROBE_TRACE_EVENT_CALLBACK_EXIT, callback, NULL);
}
NOKPROBE_SYMBOL(rtp_kprobe_ended);
