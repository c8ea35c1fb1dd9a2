// SPDX-License-Identifier: GPL-2.0-or-later
#include "compat/compat.h"
#include "netlink/dump.h"
#include "netlink/family.h"
#include "netlink/message.h"
#include "spikes/trace.h"

#include <linux/minmax.h>
#include <net/genetlink.h>

/* Events per message; RTP_MESSAGE_MAX has room for them. */
#define EVENTS_PER_MESSAGE 256

/* Position of a dump; stored in netlink_callback.ctx. */
struct trace_state {
	u64 id;
	/* index of the CPU in the trace; trace->cpus: the task names follow */
	u32 cpu;
	u32 next;	/* message of that CPU: 0 is the header, then events */
};

static struct trace_state *trace_state_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct trace_state) > sizeof(cb->ctx));
	return (struct trace_state *)cb->ctx;
}

int rtp_dump_trace_start(struct netlink_callback *cb)
{
	struct nlattr *id = compat_dump_attrs(cb)[RTPROBE_A_TRACE_ID];
	bool found;

	if (!id)
		return COMPAT_EXTACK_MISSING(cb->extack, RTPROBE_A_TRACE_ID,
					     "missing_attribute id");
	rtp_traces_lock();
	found = rtp_trace_of(nla_get_u64(id));
	rtp_traces_unlock();
	if (!found) {
		NL_SET_ERR_MSG_ATTR(cb->extack, id, "unknown_spike id: it has no trace");
		return -ENOENT;
	}
	*trace_state_of(cb) = (struct trace_state) { .id = nla_get_u64(id) };
	cb->min_dump_alloc = RTP_MESSAGE_MAX;
	return 0;
}

static int trace_put_header(struct sk_buff *skb, const struct rtp_trace_cpu *on)
{
	const int pad = RTPROBE_A_TRACE_PAD;

	if (nla_put_u32(skb, RTPROBE_A_TRACE_CPU, on->cpu) ||
	    nla_put_u8(skb, RTPROBE_A_TRACE_OVERWRITTEN, on->overwritten))
		return -EMSGSIZE;
	if (on->task_known && nla_put_u32(skb, RTPROBE_A_TRACE_CURRENT, on->task))
		return -EMSGSIZE;
	if (!on->events)
		return 0;
	return nla_put_u64_64bit(skb, RTPROBE_A_TRACE_FROM, on->event[0].time, pad) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_TRACE_TO, on->event[on->events - 1].time, pad) ?
	       -EMSGSIZE : 0;
}

static int trace_put_events(struct sk_buff *skb, const struct rtp_trace_cpu *on, unsigned int first)
{
	unsigned int n = min_t(unsigned int, on->events - first, EVENTS_PER_MESSAGE);

	if (nla_put_u32(skb, RTPROBE_A_TRACE_CPU, on->cpu))
		return -EMSGSIZE;
	return nla_put(skb, RTPROBE_A_TRACE_EVENTS, n * sizeof(on->event[0]), &on->event[first]);
}

static int trace_put_names(struct sk_buff *skb, const struct rtp_trace *trace)
{
	unsigned int i;

	for (i = 0; i < trace->tasks; i++)
		if (rtp_message_put_named(skb, RTPROBE_A_TRACE_TASK, &trace->task[i]))
			return -EMSGSIZE;
	for (i = 0; i < trace->functions; i++)
		if (nla_put_string(skb, RTPROBE_A_TRACE_FUNCTION, trace->function[i].name))
			return -EMSGSIZE;
	for (i = 0; i < trace->markers; i++)
		if (nla_put_string(skb, RTPROBE_A_TRACE_MARKER, trace->marker[i]))
			return -EMSGSIZE;
	return 0;
}

static int trace_put_part(struct sk_buff *skb, const struct rtp_trace *trace,
			  const struct trace_state *at)
{
	const struct rtp_trace_cpu *on = &trace->cpu[at->cpu];

	if (nla_put_u64_64bit(skb, RTPROBE_A_TRACE_ID, trace->id, RTPROBE_A_TRACE_PAD))
		return -EMSGSIZE;
	if (at->cpu == trace->cpus)
		return trace_put_names(skb, trace);
	return at->next ? trace_put_events(skb, on, (at->next - 1) * EVENTS_PER_MESSAGE)
			: trace_put_header(skb, on);
}

static int trace_put_message(struct sk_buff *skb, struct netlink_callback *cb,
			     const struct rtp_trace *trace)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &rtp_family,
				   NLM_F_MULTI, RTPROBE_CMD_GET_TRACE);

	if (!header)
		return -EMSGSIZE;
	if (trace_put_part(skb, trace, trace_state_of(cb))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genl_dump_check_consistent(cb, header);
	genlmsg_end(skb, header);
	return 0;
}

/* Advances to the next message. */
static void trace_advance(struct trace_state *state, const struct rtp_trace *trace)
{
	if (state->cpu < trace->cpus &&
	    state->next < DIV_ROUND_UP(trace->cpu[state->cpu].events, EVENTS_PER_MESSAGE)) {
		state->next++;
		return;
	}
	state->cpu++;
	state->next = 0;
}

int rtp_dump_trace(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct trace_state *state = trace_state_of(cb);
	const struct rtp_trace *trace;
	int err = 0;

	rtp_traces_lock();
	trace = rtp_trace_of(state->id);
	rtp_dump_version(cb, !trace);
	if (!trace)
		err = -ENOENT;
	while (trace && state->cpu <= trace->cpus && !trace_put_message(skb, cb, trace))
		trace_advance(state, trace);
	rtp_traces_unlock();
	return err ?: skb->len;
}
