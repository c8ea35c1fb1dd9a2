// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/dump.h"

#include <net/genetlink.h>

#include "base/access.h"
#include "base/own.h"
#include "compat/compat.h"
#include "hooks/cpus.h"
#include "netlink/family.h"
#include "netlink/message.h"
#include "spikes/list.h"
#include "tasks/task.h"
#include "values/interval.h"
#include "values/view.h"

/* Position of a dump; stored in netlink_callback.ctx. */
struct hists_state {
	u32 since;
	u32 epoch;
	u32 next_row;
	bool begun;
};

struct spikes_state {
	u64 last_id;
	u64 until_id;	/* newest id at the start: new spikes do not prolong the dump */
	unsigned int allowed;	/* registers that the requester may see */
};

struct rules_state {
	u32 last_id;
};

struct sources_state {
	u32 last_id;
};

struct cpus_state {
	int next;
};

struct tasks_state {
	u32 next;
};

#define STATE(type, cb)							\
	({								\
		BUILD_BUG_ON(sizeof(struct type) > sizeof((cb)->ctx));	\
		(struct type *)(cb)->ctx;				\
	})

/* Adds one message to a dump. On -EMSGSIZE it removes the partial message from the buffer. */
static int dump_put_message(struct sk_buff *skb, struct netlink_callback *cb, u8 command,
			    int (*put)(struct sk_buff *skb, void *subject), void *subject)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &rtp_family,
				   NLM_F_MULTI, command);

	if (!header)
		return -EMSGSIZE;
	if (put(skb, subject)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genl_dump_check_consistent(cb, header);
	genlmsg_end(skb, header);
	return 0;
}

/* The socket may provide one page only; a full row or a long spike needs more. */
static void want_room(struct netlink_callback *cb)
{
	cb->min_dump_alloc = RTP_MESSAGE_MAX;
}

static int dump_put_source(struct sk_buff *skb, void *source)
{
	return rtp_message_put_source(skb, source);
}

int rtp_dump_sources_start(struct netlink_callback *cb)
{
	STATE(sources_state, cb)->last_id = 0;
	rtp_sources_update();
	return 0;
}

int rtp_dump_sources(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct sources_state *state = STATE(sources_state, cb);
	struct rtp_source *source;

	rtp_rows_lock();
	rtp_dump_version(cb, rtp_sources_removed());
	while ((source = rtp_source_after(state->last_id))) {
		if (dump_put_message(skb, cb, RTPROBE_CMD_GET_SOURCES, dump_put_source, source))
			break;
		state->last_id = source->id;
	}
	rtp_rows_unlock();
	return skb->len;
}

static int dump_put_header(struct sk_buff *skb, void *epoch)
{
	return rtp_message_put_hist_header(skb, *(u32 *)epoch);
}

struct row_and_view {
	const struct rtp_row *row;
	const struct rtp_hist_view *view;
};

static int dump_put_row(struct sk_buff *skb, void *subject)
{
	const struct row_and_view *both = subject;

	return rtp_message_put_row(skb, both->row, both->view);
}

/*
 * The comparison allows one more generation. A write that read the old generation can end just
 * after a dump reported the new one, and must be in the next dump. Sending a row twice is harmless
 * because its values are totals.
 */
static bool is_wanted(const struct rtp_row *row, u32 since)
{
	if (!rtp_row_is_live(row) || !row->source)
		return false;
	if (READ_ONCE(row->hist.epoch) != rtp_rows_epoch())
		return !since;
	return !since || rtp_generation_reached(READ_ONCE(row->hist.generation) + 1, since) ||
	       rtp_generation_reached(READ_ONCE(row->hist.none_generation) + 1, since);
}

int rtp_dump_hists_start(struct netlink_callback *cb)
{
	struct nlattr *since = compat_dump_attrs(cb)[RTPROBE_A_HIST_SINCE];
	struct hists_state *state = STATE(hists_state, cb);

	*state = (struct hists_state) { .since = since ? nla_get_u32(since) : 0 };
	want_room(cb);
	rtp_sources_update();
	return 0;
}

static int dump_rows(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hists_state *state = STATE(hists_state, cb);
	struct rtp_row *row;

	if (!state->begun) {
		state->epoch = rtp_rows_epoch();
		if (dump_put_message(skb, cb, RTPROBE_CMD_GET_HISTS, dump_put_header,
				     &state->epoch))
			return -EMSGSIZE;
		state->begun = true;
	}
	if (state->epoch != rtp_rows_epoch())
		return -EAGAIN;
	for (; (row = rtp_row_at(state->next_row)); state->next_row++) {
		struct row_and_view both = { .row = row };

		if (!is_wanted(row, state->since))
			continue;
		/* No copy: the row is being written right now, so the next dump contains it. */
		both.view = rtp_view_of(row);
		if (!both.view)
			continue;
		if (dump_put_message(skb, cb, RTPROBE_CMD_GET_HISTS, dump_put_row, &both))
			return skb->len ? 0 : -EMSGSIZE;
	}
	return 0;
}

int rtp_dump_hists(struct sk_buff *skb, struct netlink_callback *cb)
{
	int err;

	rtp_rows_lock();
	rtp_dump_version(cb, rtp_rows_epoch());
	err = dump_rows(skb, cb);
	rtp_rows_unlock();
	return err ?: skb->len;
}

struct spike_and_access {
	const struct rtp_spike *spike;
	unsigned int allowed;
};

static int dump_put_spike(struct sk_buff *skb, void *subject)
{
	const struct spike_and_access *of = subject;

	return rtp_message_put_spike(skb, of->spike, false, of->allowed);
}

int rtp_dump_spikes_start(struct netlink_callback *cb)
{
	struct spikes_state *state = STATE(spikes_state, cb);

	rtp_spikes_lock();
	*state = (struct spikes_state) {
		.until_id = rtp_spike_newest(),
		.allowed = rtp_access_registers_of_request(cb->skb),
	};
	rtp_spikes_unlock();
	want_room(cb);
	return 0;
}

int rtp_dump_spikes(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct spikes_state *state = STATE(spikes_state, cb);
	const struct rtp_spike *spike;

	rtp_spikes_lock();
	rtp_dump_version(cb, rtp_spikes_clears());
	while ((spike = rtp_spike_after(state->last_id)) && spike->id <= state->until_id) {
		struct spike_and_access of = { spike, state->allowed };

		if (dump_put_message(skb, cb, RTPROBE_CMD_GET_SPIKES, dump_put_spike, &of))
			break;
		state->last_id = spike->id;
	}
	rtp_spikes_unlock();
	return skb->len;
}

static int dump_put_rule(struct sk_buff *skb, void *rule)
{
	return rtp_message_put_rule(skb, rule);
}

int rtp_dump_rules_start(struct netlink_callback *cb)
{
	STATE(rules_state, cb)->last_id = 0;
	return 0;
}

int rtp_dump_rules(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct rules_state *state = STATE(rules_state, cb);
	const struct rtp_rule *rule;

	rtp_rules_lock();
	rtp_dump_version(cb, rtp_rules_changes());
	while ((rule = rtp_rule_after(state->last_id))) {
		if (dump_put_message(skb, cb, RTPROBE_CMD_GET_RULES, dump_put_rule, (void *)rule))
			break;
		state->last_id = rule->id;
	}
	rtp_rules_unlock();
	return skb->len;
}

static int dump_put_task(struct sk_buff *skb, void *entry)
{
	return rtp_message_put_task_stat(skb, entry);
}

/* The dump refers to sources, so new rows must have their sources first. */
int rtp_dump_tasks_start(struct netlink_callback *cb)
{
	STATE(tasks_state, cb)->next = 0;
	want_room(cb);
	rtp_sources_update();
	return 0;
}

int rtp_dump_tasks(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tasks_state *state = STATE(tasks_state, cb);
	struct rtp_task_entry *entry;

	rtp_tasks_lock();
	rtp_rows_lock();
	for (; (entry = rtp_task_at(state->next)); state->next++) {
		if (rtp_task_state(entry) == RTP_TASK_FREE)
			continue;
		if (dump_put_message(skb, cb, RTPROBE_CMD_GET_TASKS, dump_put_task, entry))
			break;
	}
	rtp_rows_unlock();
	rtp_tasks_unlock();
	return skb->len;
}

static int dump_put_cpu(struct sk_buff *skb, void *cpu)
{
	return rtp_message_put_cpu(skb, *(int *)cpu);
}

int rtp_dump_cpus_start(struct netlink_callback *cb)
{
	STATE(cpus_state, cb)->next = 0;
	rtp_rows_count_handled();
	rtp_own_threads_charge();
	return 0;
}

int rtp_dump_cpus(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct cpus_state *state = STATE(cpus_state, cb);

	rtp_dump_version(cb, rtp_hotplug_changes());
	for (; state->next < nr_cpu_ids; state->next++) {
		if (!cpu_online(state->next))
			continue;
		if (dump_put_message(skb, cb, RTPROBE_CMD_GET_CPUS, dump_put_cpu, &state->next))
			break;
	}
	return skb->len;
}
