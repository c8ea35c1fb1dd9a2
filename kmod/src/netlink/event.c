// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/event.h"

#include <linux/mutex.h>
#include <net/genetlink.h>

#include "base/lost.h"
#include "compat/compat.h"
#include "netlink/family.h"
#include "netlink/message.h"
#include "settings/config.h"
#include "spikes/spike.h"
#include "values/source.h"

static DEFINE_MUTEX(event_mutex);	/* numbers and messages go out in one order */
static u32 newest_seq;

#if defined(COMPAT_MCAST_BY_NET_ADMIN)
static const enum rtprobe_event_guard guard = RTPROBE_EVENT_GUARD_CAP_NET_ADMIN;
#elif defined(COMPAT_MCAST_BY_SYS_ADMIN)
static const enum rtprobe_event_guard guard = RTPROBE_EVENT_GUARD_CAP_SYS_ADMIN;
#else
static const enum rtprobe_event_guard guard = RTPROBE_EVENT_GUARD_NONE;
#endif

static bool numbers_only = guard != RTPROBE_EVENT_GUARD_CAP_NET_ADMIN;

/* One kind of event: builders of the full message and of the one with numbers only. */
struct event_kind {
	u8 command;
	int seq_attr;
	int (*put)(struct sk_buff *skb, const void *subject);
	int (*put_number)(struct sk_buff *skb, const void *subject);
};

/* The receivers of an event are unknown, so it contains no registers. */
static int event_put_spike(struct sk_buff *skb, const void *subject)
{
	return rtp_message_put_spike(skb, subject, false, 0);
}

static int event_put_spike_id(struct sk_buff *skb, const void *subject)
{
	const struct rtp_spike *spike = subject;

	return nla_put_u64_64bit(skb, RTPROBE_A_SPIKE_ID, spike->id, RTPROBE_A_SPIKE_PAD);
}

static int event_put_source_id(struct sk_buff *skb, const void *subject)
{
	const struct rtp_source *source = subject;

	return nla_put_u32(skb, RTPROBE_A_SOURCE_ID, source->id);
}

static int event_put_source(struct sk_buff *skb, const void *subject)
{
	return rtp_message_put_source(skb, subject);
}

static int event_put_config(struct sk_buff *skb, const void *subject)
{
	return rtp_message_put_config(skb, subject);
}

static int event_put_lost(struct sk_buff *skb, const void *unused)
{
	return rtp_message_put_lost(skb, RTPROBE_A_LOST_EVENT_LOST);
}

static int event_put_nothing(struct sk_buff *skb, const void *unused)
{
	return 0;
}

static const struct event_kind spike_kind = {
	RTPROBE_CMD_SPIKE_EVENT, RTPROBE_A_SPIKE_EVENT_SEQ, event_put_spike, event_put_spike_id
};
static const struct event_kind source_kind = {
	RTPROBE_CMD_SOURCE_EVENT, RTPROBE_A_SOURCE_EVENT_SEQ, event_put_source,
	event_put_source_id
};
static const struct event_kind config_kind = {
	RTPROBE_CMD_CONFIG_EVENT, RTPROBE_A_CONFIG_EVENT_SEQ, event_put_config, event_put_nothing
};
static const struct event_kind rules_kind = {
	RTPROBE_CMD_RULES_EVENT, RTPROBE_A_RULES_EVENT_EVENT_SEQ, event_put_nothing,
	event_put_nothing
};
static const struct event_kind lost_kind = {
	RTPROBE_CMD_LOST_EVENT, RTPROBE_A_LOST_EVENT_EVENT_SEQ, event_put_lost, event_put_nothing
};

static struct sk_buff *event_build(const struct event_kind *kind, const void *subject)
{
	int (*put)(struct sk_buff *, const void *) = numbers_only ? kind->put_number : kind->put;
	struct sk_buff *skb = genlmsg_new(RTP_MESSAGE_MAX, GFP_KERNEL);
	void *header;

	if (!skb)
		return NULL;
	header = genlmsg_put(skb, 0, 0, &rtp_family, 0, kind->command);
	if (!header || put(skb, subject) || nla_put_u32(skb, kind->seq_attr, newest_seq)) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, header);
	return skb;
}

static void event_send(const struct event_kind *kind, const void *subject)
{
	struct sk_buff *skb;
	int err = -ENOMEM;

	mutex_lock(&event_mutex);
	WRITE_ONCE(newest_seq, newest_seq + 1);
	if (rtp_family_has_listeners()) {
		skb = event_build(kind, subject);
		if (skb)
			err = genlmsg_multicast(&rtp_family, skb, 0, RTP_GROUP_EVENTS, GFP_KERNEL);
		/* -ESRCH: the last listener has just left the group. */
		if (err && err != -ESRCH)
			rtp_lost_add(RTP_LOST_EVENT_NOT_SENT, 1);
	}
	mutex_unlock(&event_mutex);
}

void rtp_event_spike(const struct rtp_spike *spike)
{
	event_send(&spike_kind, spike);
}

void rtp_event_source(const struct rtp_source *source)
{
	event_send(&source_kind, source);
}

void rtp_event_config(const struct rtp_config *config)
{
	event_send(&config_kind, config);
}

void rtp_event_rules(void)
{
	event_send(&rules_kind, NULL);
}

void rtp_event_lost(void)
{
	if (rtp_lost_take_due())
		event_send(&lost_kind, NULL);
}

void rtp_events_drain(void)
{
	mutex_lock(&event_mutex);
	mutex_unlock(&event_mutex);
}

enum rtprobe_event_guard rtp_event_guard(void)
{
	return guard;
}

bool rtp_events_whole(void)
{
	return !numbers_only;
}

void rtp_events_numbers_only(void)
{
	numbers_only = true;
}

u32 rtp_event_seq(void)
{
	return READ_ONCE(newest_seq);
}
