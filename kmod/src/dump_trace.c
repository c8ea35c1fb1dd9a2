// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump.h"

#include <linux/minmax.h>
#include <net/genetlink.h>

#include "compat/compat.h"
#include "message.h"
#include "netlink.h"
#include "trace.h"

/* Events a message holds; RTP_MESSAGE_MAX has room for them. */
#define EVENTS_PER_MESSAGE 256

/* Where a dump stands; lives in netlink_callback.ctx. */
struct trace_state {
	u64 id;
	u32 next;	/* message: the header, those with events, the one with names */
};

static struct trace_state *state_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct trace_state) > sizeof(cb->ctx));
	return (struct trace_state *)cb->ctx;
}

int rtp_dump_trace_start(struct netlink_callback *cb)
{
	struct nlattr *id = compat_dump_attrs(cb)[RTPROBE_A_TRACE_ID];

	if (!id)
		return -EINVAL;
	*state_of(cb) = (struct trace_state) { .id = nla_get_u64(id) };
	cb->min_dump_alloc = RTP_MESSAGE_MAX;
	return 0;
}

static int put_header(struct sk_buff *skb, const struct rtp_trace *trace)
{
	const int pad = RTPROBE_A_TRACE_PAD;

	if (nla_put_u32(skb, RTPROBE_A_TRACE_CPU, trace->cpu) ||
	    nla_put_u8(skb, RTPROBE_A_TRACE_OVERWRITTEN, trace->overwritten))
		return -EMSGSIZE;
	if (trace->task_known && nla_put_u32(skb, RTPROBE_A_TRACE_CURRENT, trace->task))
		return -EMSGSIZE;
	if (!trace->events)
		return 0;
	return nla_put_u64_64bit(skb, RTPROBE_A_TRACE_FROM, trace->event[0].time, pad) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_TRACE_TO, trace->event[trace->events - 1].time, pad) ?
	       -EMSGSIZE : 0;
}

static int put_events(struct sk_buff *skb, const struct rtp_trace *trace, unsigned int first)
{
	unsigned int n = min_t(unsigned int, trace->events - first, EVENTS_PER_MESSAGE);

	if (nla_put_u32(skb, RTPROBE_A_TRACE_CPU, trace->cpu))
		return -EMSGSIZE;
	return nla_put(skb, RTPROBE_A_TRACE_EVENTS, n * sizeof(trace->event[0]), &trace->event[first]);
}

static int put_names(struct sk_buff *skb, const struct rtp_trace *trace)
{
	unsigned int i;

	for (i = 0; i < trace->tasks; i++) {
		struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_TRACE_TASK);

		if (!nest || nla_put_u32(skb, RTPROBE_A_TASK_PID, trace->name[i].pid) ||
		    nla_put_string(skb, RTPROBE_A_TASK_COMM, trace->name[i].comm))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int put_part(struct sk_buff *skb, const struct rtp_trace *trace, u32 message)
{
	u32 first = (message - 1) * EVENTS_PER_MESSAGE;

	if (nla_put_u64_64bit(skb, RTPROBE_A_TRACE_ID, trace->id, RTPROBE_A_TRACE_PAD))
		return -EMSGSIZE;
	if (!message)
		return put_header(skb, trace);
	return first < trace->events ? put_events(skb, trace, first) : put_names(skb, trace);
}

static int put_message(struct sk_buff *skb, struct netlink_callback *cb, const struct rtp_trace *trace)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &rtp_family,
				   NLM_F_MULTI, RTPROBE_CMD_GET_TRACE);

	if (!header)
		return -EMSGSIZE;
	if (put_part(skb, trace, state_of(cb)->next)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

int rtp_dump_trace(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct trace_state *state = state_of(cb);
	const struct rtp_trace *trace;
	int err = 0;

	rtp_traces_lock();
	trace = rtp_trace_of(state->id);
	if (!trace)
		err = -ENOENT;
	while (trace && state->next < 2 + DIV_ROUND_UP(trace->events, EVENTS_PER_MESSAGE)) {
		if (put_message(skb, cb, trace))
			break;
		state->next++;
	}
	rtp_traces_unlock();
	return err ?: skb->len;
}
