// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/netlink.h"

#include <linux/module.h>
#include <net/genetlink.h>

#include "base/access.h"
#include "base/own.h"
#include "compat/compat.h"
#include "netlink/dump.h"
#include "netlink/event.h"
#include "netlink/family.h"
#include "netlink/message.h"
#include "netlink/policy.h"
#include "netlink/rule.h"
#include "settings/clear.h"
#include "settings/config.h"
#include "spikes/list.h"

static int put_info(struct sk_buff *skb, const void *unused)
{
	return rtp_message_put_info(skb, rtp_event_seq()) ||
	       nla_put_u32(skb, RTPROBE_A_INFO_EVENT_GUARD, rtp_event_guard()) ||
	       nla_put_u8(skb, RTPROBE_A_INFO_EVENTS_WHOLE, rtp_events_whole());
}

static int get_info(struct sk_buff *request, struct genl_info *info)
{
	return rtp_family_reply(info, put_info, NULL);
}

static int put_current_config(struct sk_buff *skb, const void *unused)
{
	struct rtp_config config = rtp_config_get();

	return rtp_message_put_config(skb, &config);
}

static int get_config(struct sk_buff *request, struct genl_info *info)
{
	return rtp_family_reply(info, put_current_config, NULL);
}

static void read_u32(struct genl_info *info, int attr, struct rtp_config_change *change,
		     unsigned int member, u32 *to)
{
	if (!info->attrs[attr])
		return;
	*to = nla_get_u32(info->attrs[attr]);
	change->set |= member;
}

static void read_u64(struct genl_info *info, int attr, struct rtp_config_change *change,
		     unsigned int member, u64 *to)
{
	if (!info->attrs[attr])
		return;
	*to = nla_get_u64(info->attrs[attr]);
	change->set |= member;
}

/* Reads the list of CPUs; it is parsed when it is applied. Returns false if it is too long. */
static bool read_cpus(const struct nlattr *attr, struct rtp_config_change *change)
{
	size_t length = attr ? strnlen(nla_data(attr), nla_len(attr)) : 0;

	if (!attr)
		return true;
	if (!length || length >= sizeof(change->to.cpus))
		return false;
	memcpy(change->to.cpus, nla_data(attr), length);
	change->to.cpus[length] = '\0';
	change->set |= RTP_CONFIG_CPUS;
	return true;
}

static int refuse_threshold(struct genl_info *info, const struct nlattr *attr, const char *refusal)
{
	NL_SET_BAD_ATTR(info->extack, attr);
	if (info->extack)
		info->extack->_msg = refusal;
	return -EINVAL;
}

static int read_threshold_attr(struct genl_info *info, const struct nlattr *nest,
			       struct rtp_config_change *change)
{
	static const int attrs[RTP_KINDS] = {
		[RTP_KIND_USER] = RTPROBE_A_THRESHOLD_THRESHOLD_NS,
		[RTP_KIND_KTHREAD] = RTPROBE_A_THRESHOLD_KTHREADS_NS,
	};
	struct nlattr *of[RTPROBE_A_THRESHOLD_LAST + 1];
	unsigned int measure, kind;
	int err = nla_parse_nested(of, RTPROBE_A_THRESHOLD_LAST, nest, rtprobe_threshold_policy,
				   info->extack);

	if (err)
		return err;
	if (!of[RTPROBE_A_THRESHOLD_MEASURE])
		return refuse_threshold(info, nest, "missing_attribute measure");
	measure = nla_get_u32(of[RTPROBE_A_THRESHOLD_MEASURE]);
	if (measure >= RTPROBE_MEASURE_COUNT)
		return refuse_threshold(info, nest, "unknown_word measure");
	for (kind = 0; kind < RTP_KINDS; kind++) {
		const struct nlattr *ns = of[attrs[kind]];

		if (!ns)
			continue;
		if (!rtp_threshold_exists(measure, RTP_KIND_USER))
			return refuse_threshold(info, nest, "only_by_rule measure: use a rule");
		if (!rtp_threshold_exists(measure, kind))
			return refuse_threshold(info, nest,
						"unknown_word kthreads-ns: only a measure by task has it");
		if (change->named[kind] & BIT(measure))
			return refuse_threshold(info, nest, "duplicate_word threshold");
		change->named[kind] |= BIT(measure);
		change->to.thresholds.ns[measure][kind] = nla_get_u64(ns);
		change->set |= RTP_CONFIG_THRESHOLDS;
	}
	return 0;
}

/* info->attrs has only the last of a repeated attribute. */
static int read_thresholds(struct genl_info *info, struct rtp_config_change *change)
{
	const struct nlattr *attr;
	int rest, err = 0;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest) {
		if (nla_type(attr) != RTPROBE_A_CONFIG_THRESHOLD)
			continue;
		err = read_threshold_attr(info, attr, change);
		if (err)
			break;
	}
	return err;
}

/* Returns the attribute of the setting that a refusal names, NULL if there is none. */
static const struct nlattr *config_attr(const struct genl_info *info,
					const struct rtp_reason *reason)
{
	static const struct {
		const char *key;
		int attr;
	} settings[] = {
		{ "measures", RTPROBE_A_CONFIG_MEASURES },
		{ "period", RTPROBE_A_CONFIG_PERIOD_NS },
		{ "threshold", RTPROBE_A_CONFIG_THRESHOLD_NS },
		{ "interval", RTPROBE_A_CONFIG_INTERVAL_NS },
		{ "thread_priority", RTPROBE_A_CONFIG_THREAD_PRIORITY },
		{ "capture", RTPROBE_A_CONFIG_CAPTURE },
		{ "cpus", RTPROBE_A_CONFIG_CPUS },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(settings); i++)
		if (rtp_refused_key(reason, settings[i].key))
			return info->attrs[settings[i].attr];
	return NULL;
}

static void refuse_config(struct genl_info *info, const struct rtp_reason *reason, int err)
{
	const struct nlattr *attr = config_attr(info, reason);

	NL_SET_BAD_ATTR(info->extack, attr);
	if (err == -EBUSY)
		COMPAT_EXTACK_TEXT(info->extack, reason->text,
				   "cpu_held: a real-time thread occupies a CPU; nothing was changed");
	else if (rtp_refused_for(reason, "bad_list"))
		NL_SET_ERR_MSG(info->extack,
			       "bad_list cpus: a list of CPUs such as 0-3,6, or default");
	else if (rtp_refused_for(reason, "unavailable_measure"))
		NL_SET_ERR_MSG(info->extack,
			       "unavailable_measure measures: this kernel has no such events");
	else if (rtp_refused_for(reason, "kernel_refused"))
		NL_SET_ERR_MSG(info->extack,
			       "kernel_refused measures: the kernel refused the probes");
	else
		COMPAT_EXTACK_TEXT(info->extack, reason->text,
				   "out_of_range: this kernel does not allow the value");
}

/*
 * The policy has checked the ranges and reported the attribute. This checks what a policy cannot
 * express.
 */
static int set_config(struct sk_buff *request, struct genl_info *info)
{
	struct rtp_config_change change = {};
	struct rtp_reason reason = {};
	int err;

	read_u32(info, RTPROBE_A_CONFIG_MEASURES, &change, RTP_CONFIG_MEASURES,
		 &change.to.measures);
	read_u64(info, RTPROBE_A_CONFIG_PERIOD_NS, &change, RTP_CONFIG_PERIOD, &change.to.period);
	read_u64(info, RTPROBE_A_CONFIG_THRESHOLD_NS, &change, RTP_CONFIG_THRESHOLD,
		 &change.threshold);
	read_u64(info, RTPROBE_A_CONFIG_INTERVAL_NS, &change, RTP_CONFIG_INTERVAL,
		 &change.to.interval);
	read_u32(info, RTPROBE_A_CONFIG_CAPTURE, &change, RTP_CONFIG_CAPTURE, &change.to.capture);
	read_u32(info, RTPROBE_A_CONFIG_THREAD_PRIORITY, &change, RTP_CONFIG_THREAD_PRIORITY,
		 &change.to.thread_priority);
	read_u32(info, RTPROBE_A_CONFIG_RECORDER, &change, RTP_CONFIG_RECORDER,
		 &change.to.recorder);
	read_u32(info, RTPROBE_A_CONFIG_SELF_LIMIT, &change, RTP_CONFIG_SELF_LIMIT,
		 &change.to.self_limit);
	if (!read_cpus(info->attrs[RTPROBE_A_CONFIG_CPUS], &change)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[RTPROBE_A_CONFIG_CPUS],
				    "bad_list cpus: a list of CPUs such as 0-3,6, or default");
		return -EINVAL;
	}
	err = read_thresholds(info, &change);
	if (err)
		return err;
	if (!change.set) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing_asked: measures, period-ns, threshold-ns, threshold, interval-ns, capture, thread-priority, recorder, cpus or self-limit");
		return -EINVAL;
	}
	err = rtp_config_apply(&change, &reason);
	if (err)
		refuse_config(info, &reason, err);
	return err;
}

/*
 * Answers a request for one spike. @put adds it to the message; @bytes is NULL for NLMSG_GOODSIZE.
 * The lock is held while the message is built, so that the spike is not cleared meanwhile.
 */
static int answer_spike(struct genl_info *info, const struct nlattr *id,
			size_t (*bytes)(const struct rtp_spike *spike),
			int (*put)(struct sk_buff *skb, const struct rtp_spike *spike,
				   unsigned int allowed), unsigned int allowed)
{
	const struct rtp_spike *spike;
	struct sk_buff *skb = NULL;
	void *header = NULL;

	if (!id)
		return COMPAT_EXTACK_MISSING(info->extack, RTPROBE_A_SPIKE_ID,
					     "missing_attribute id");
	rtp_spikes_lock();
	spike = rtp_spike_by_id(nla_get_u64(id));
	if (spike)
		skb = genlmsg_new(bytes ? bytes(spike) : NLMSG_GOODSIZE, GFP_KERNEL);
	if (skb)
		header = genlmsg_put_reply(skb, info, &rtp_family, 0, info->genlhdr->cmd);
	if (header && put(skb, spike, allowed))
		header = NULL;
	rtp_spikes_unlock();
	if (!spike) {
		NL_SET_ERR_MSG_ATTR(info->extack, id, "unknown_spike id: it is not stored");
		return -ENOENT;
	}
	if (!header) {
		nlmsg_free(skb);
		return skb ? -EMSGSIZE : -ENOMEM;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

static int put_whole_spike(struct sk_buff *skb, const struct rtp_spike *spike,
			   unsigned int allowed)
{
	return rtp_message_put_spike(skb, spike, true, allowed);
}

static int get_spike(struct sk_buff *request, struct genl_info *info)
{
	return answer_spike(info, info->attrs[RTPROBE_A_SPIKE_ID], rtp_message_spike_bytes,
			    put_whole_spike, rtp_access_registers_of_request(request));
}

static int put_samples_of(struct sk_buff *skb, const struct rtp_spike *spike, unsigned int allowed)
{
	return rtp_message_put_user_samples(skb, spike);
}

/* An instruction pointer is a register. */
static int get_user_samples(struct sk_buff *request, struct genl_info *info)
{
	static_assert((int)RTPROBE_A_USER_SAMPLES_ID == (int)RTPROBE_A_SPIKE_ID);
	if (!(rtp_access_registers_of_request(request) & RTP_ACCESS_USER_REGISTERS)) {
		NL_SET_ERR_MSG(info->extack, "not_allowed: addresses of programs need CAP_SYS_PTRACE");
		return -EPERM;
	}
	return answer_spike(info, info->attrs[RTPROBE_A_USER_SAMPLES_ID], NULL, put_samples_of, 0);
}

static int do_clear(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr *what = info->attrs[RTPROBE_A_CLEAR_REQUEST_WHAT];

	if (!what)
		return COMPAT_EXTACK_MISSING(info->extack, RTPROBE_A_CLEAR_REQUEST_WHAT,
					     "missing_attribute what: spikes, histograms or both");
	if (!nla_get_u32(what)) {
		NL_SET_ERR_MSG_ATTR(info->extack, what,
				    "nothing_asked what: spikes, histograms or both");
		return -EINVAL;
	}
	rtp_clear(nla_get_u32(what));
	return 0;
}

static int register_process(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr *pid = info->attrs[RTPROBE_A_OWN_PROCESS_PID];
	int err = -ESRCH;

	if (!pid || nla_get_u32(pid))
		err = rtp_own_register(pid ? nla_get_u32(pid) : 0);
	if (err)
		NL_SET_ERR_MSG_ATTR(info->extack, pid, "unknown_process pid: there is no such process");
	return err;
}

#define NO_ATTRIBUTES							\
	.policy = rtprobe_no_attributes_policy, .maxattr = RTPROBE_NO_ATTRIBUTES_LAST,

/* Each dump acquires its locks itself while it fills a buffer. */
static const struct genl_ops ops[] = {
	{
		.cmd = RTPROBE_CMD_GET_INFO,
		.flags = GENL_ADMIN_PERM,
		.doit = get_info,
		NO_ATTRIBUTES
	},
	{
		.cmd = RTPROBE_CMD_GET_CONFIG,
		.flags = GENL_ADMIN_PERM,
		.doit = get_config,
		NO_ATTRIBUTES
	},
	{
		.cmd = RTPROBE_CMD_SET_CONFIG,
		.flags = GENL_ADMIN_PERM,
		.doit = set_config,
		.policy = rtprobe_set_config_policy,
		.maxattr = RTPROBE_A_CONFIG_LAST,
	},
	{
		.cmd = RTPROBE_CMD_GET_SOURCES,
		.flags = GENL_ADMIN_PERM,
		.start = rtp_dump_sources_start,
		.dumpit = rtp_dump_sources,
		NO_ATTRIBUTES
	},
	{
		.cmd = RTPROBE_CMD_GET_HISTS,
		.flags = GENL_ADMIN_PERM,
		.start = rtp_dump_hists_start,
		.dumpit = rtp_dump_hists,
		.policy = rtprobe_get_hists_policy,
		.maxattr = RTPROBE_A_HIST_LAST,
	},
	{
		.cmd = RTPROBE_CMD_GET_SPIKES,
		.flags = GENL_ADMIN_PERM,
		.start = rtp_dump_spikes_start,
		.dumpit = rtp_dump_spikes,
		NO_ATTRIBUTES
	},
	{
		.cmd = RTPROBE_CMD_GET_TASKS,
		.flags = GENL_ADMIN_PERM,
		.start = rtp_dump_tasks_start,
		.dumpit = rtp_dump_tasks,
		NO_ATTRIBUTES
	},
	{
		.cmd = RTPROBE_CMD_GET_CPUS,
		.flags = GENL_ADMIN_PERM,
		.start = rtp_dump_cpus_start,
		.dumpit = rtp_dump_cpus,
		NO_ATTRIBUTES
	},
	{
		.cmd = RTPROBE_CMD_GET_SPIKE,
		.flags = GENL_ADMIN_PERM,
		.doit = get_spike,
		.policy = rtprobe_get_spike_policy,
		.maxattr = RTPROBE_A_SPIKE_LAST,
	},
	{
		.cmd = RTPROBE_CMD_CLEAR,
		.flags = GENL_ADMIN_PERM,
		.doit = do_clear,
		.policy = rtprobe_clear_policy,
		.maxattr = RTPROBE_A_CLEAR_REQUEST_LAST,
	},
	{
		.cmd = RTPROBE_CMD_GET_TRACE,
		.flags = GENL_ADMIN_PERM,
		.start = rtp_dump_trace_start,
		.dumpit = rtp_dump_trace,
		.policy = rtprobe_get_trace_policy,
		.maxattr = RTPROBE_A_TRACE_LAST,
	},
	{
		.cmd = RTPROBE_CMD_GET_RULES,
		.flags = GENL_ADMIN_PERM,
		.start = rtp_dump_rules_start,
		.dumpit = rtp_dump_rules,
		NO_ATTRIBUTES
	},
	{
		.cmd = RTPROBE_CMD_ADD_RULE,
		.flags = GENL_ADMIN_PERM,
		.doit = rtp_netlink_add_rule,
		.policy = rtprobe_add_rule_policy,
		.maxattr = RTPROBE_A_RULE_LAST,
	},
	{
		.cmd = RTPROBE_CMD_DEL_RULE,
		.flags = GENL_ADMIN_PERM,
		.doit = rtp_netlink_del_rule,
		.policy = rtprobe_del_rule_policy,
		.maxattr = RTPROBE_A_RULE_LAST,
	},
	{
		.cmd = RTPROBE_CMD_REGISTER_PROCESS,
		.flags = GENL_ADMIN_PERM,
		.doit = register_process,
		.policy = rtprobe_register_process_policy,
		.maxattr = RTPROBE_A_OWN_PROCESS_LAST,
	},
	{
		.cmd = RTPROBE_CMD_GET_USER_SAMPLES,
		.flags = GENL_ADMIN_PERM,
		.doit = get_user_samples,
		.policy = rtprobe_get_user_samples_policy,
		.maxattr = RTPROBE_A_USER_SAMPLES_LAST,
	},
	{
		.cmd = RTPROBE_CMD_ARM_RULE,
		.flags = GENL_ADMIN_PERM,
		.doit = rtp_netlink_arm_rule,
		.policy = rtprobe_arm_rule_policy,
		.maxattr = RTPROBE_A_RULE_LAST,
	},
};

static const struct genl_multicast_group groups[] = {
	[RTP_GROUP_EVENTS] = { .name = RTPROBE_MCGRP_EVENTS, COMPAT_MCAST_GUARD },
};

struct genl_family rtp_family = {
	.name = RTPROBE_FAMILY_NAME,
	.version = RTPROBE_ABI_VERSION,
	.module = THIS_MODULE,
	/* Each operation has its own locking and does not need genl_mutex. */
	.parallel_ops = true,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	COMPAT_GENL_STRICT_HEADER(RTPROBE_CMD_GET_INFO)
};

int rtp_netlink_init(void)
{
	int err = genl_register_family(&rtp_family);

	rtp_family_set_registered(!err);
	return err;
}

void rtp_netlink_exit(void)
{
	rtp_family_set_registered(false);
	/* Wait for events that were started before the family was marked as unregistered. */
	rtp_events_drain();
	genl_unregister_family(&rtp_family);
}
