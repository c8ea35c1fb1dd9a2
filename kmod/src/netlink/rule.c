// SPDX-License-Identifier: GPL-2.0-or-later
/* Refuses what the policies cannot check, and reports the attribute. */
#include "netlink/rule.h"

#include <linux/threads.h>
#include <net/genetlink.h>

#include "base/access.h"
#include "capture/rule.h"
#include "compat/compat.h"
#include "netlink/family.h"
#include "settings/config.h"

/* Attribute and refusal for each word; extack needs constant strings. */
static const struct {
	int attr;
	const char *refusal;
} words[RTP_RULE_WORDS] = {
	[RTP_RULE_MEASURES] = { RTPROBE_A_RULE_MEASURES,
				"unavailable_measure measures: none, or no such events" },
	[RTP_RULE_IRQ] = { RTPROBE_A_RULE_IRQ, "out_of_range irq" },
	[RTP_RULE_NAME] = { RTPROBE_A_RULE_NAME, "bad_glob name: 1 to 63 bytes" },
	[RTP_RULE_CPUS] = { RTPROBE_A_RULE_CPUS, "bad_list cpus: a list of CPUs such as 0-3,6" },
	[RTP_RULE_PID] = { RTPROBE_A_RULE_PID, "out_of_range pid" },
	[RTP_RULE_COMM] = { RTPROBE_A_RULE_COMM, "bad_glob comm: 1 to 63 bytes" },
	[RTP_RULE_CGROUP] = { RTPROBE_A_RULE_CGROUP, "bad_glob cgroup: 1 to 63 bytes" },
	[RTP_RULE_THRESHOLD] = { RTPROBE_A_RULE_THRESHOLD_NS, "missing_attribute threshold-ns" },
	[RTP_RULE_CAPTURE] = { RTPROBE_A_RULE_CAPTURE, "unknown_word capture" },
	[RTP_RULE_RATE] = { RTPROBE_A_RULE_RATE, "out_of_range rate" },
	[RTP_RULE_COOLDOWN] = { RTPROBE_A_RULE_COOLDOWN_NS, "out_of_range cooldown-ns" },
	[RTP_RULE_ACTION] = { RTPROBE_A_RULE_ACTION, "bad_action action" },
	[RTP_RULE_SIGNAL] = { RTPROBE_A_RULE_SIGNAL, "out_of_range signal" },
	[RTP_RULE_SIGNAL_PID] = { RTPROBE_A_RULE_SIGNAL_PID, "out_of_range signal-pid" },
	[RTP_RULE_SIGNAL_COMM] = { RTPROBE_A_RULE_SIGNAL_COMM,
				   "bad_name signal-comm: 1 to 15 bytes" },
	[RTP_RULE_PERIOD] = { RTPROBE_A_RULE_PERIOD_NS,
			      "no_cycle period-ns: only with response-time and pid, comm or cgroup" },
};

static int refuse_attr(struct genl_info *info, enum rtp_rule_word word)
{
	if (!info->attrs[words[word].attr])
		(void)COMPAT_EXTACK_MISSING(info->extack, words[word].attr, "missing_attribute");
	NL_SET_BAD_ATTR(info->extack, info->attrs[words[word].attr]);
	if (info->extack)
		info->extack->_msg = words[word].refusal;
	return -EINVAL;
}

static int read_text_attr(char *text, size_t size, const struct nlattr *attr)
{
	size_t length = strnlen(nla_data(attr), nla_len(attr));

	if (!length || length >= size)
		return -EINVAL;
	memcpy(text, nla_data(attr), length);
	text[length] = '\0';
	return 0;
}

static int read_glob_attr(char *glob, const struct nlattr *attr)
{
	return read_text_attr(glob, RTPROBE_GLOB_LEN, attr);
}

static int read_word_attr(struct rtp_rule_spec *spec, enum rtp_rule_word word,
			  const struct nlattr *attr)
{
	switch (word) {
	case RTP_RULE_MEASURES:
		spec->measures = nla_get_u32(attr);
		return 0;
	case RTP_RULE_IRQ:
		spec->irq = nla_get_u32(attr);
		return spec->irq > INT_MAX ? -EINVAL : 0;
	case RTP_RULE_NAME:
		return read_glob_attr(spec->name, attr);
	case RTP_RULE_CPUS:
		return read_glob_attr(spec->cpus, attr);
	case RTP_RULE_PID:
		spec->pid = nla_get_u32(attr);
		return spec->pid > PID_MAX_LIMIT ? -EINVAL : 0;
	case RTP_RULE_COMM:
		return read_glob_attr(spec->comm, attr);
	case RTP_RULE_CGROUP:
		return read_glob_attr(spec->cgroup, attr);
	case RTP_RULE_THRESHOLD:
		spec->threshold = nla_get_u64(attr);
		return 0;
	case RTP_RULE_CAPTURE:
		spec->capture = nla_get_u32(attr);
		return 0;
	case RTP_RULE_RATE:
		spec->rate = nla_get_u32(attr);
		return 0;
	case RTP_RULE_ACTION:
		spec->action.kinds = nla_get_u32(attr);
		return 0;
	case RTP_RULE_SIGNAL:
		spec->action.signal = nla_get_u32(attr);
		return 0;
	case RTP_RULE_SIGNAL_PID:
		spec->action.pid = nla_get_u32(attr);
		return spec->action.pid > PID_MAX_LIMIT ? -EINVAL : 0;
	case RTP_RULE_PERIOD:
		spec->period = nla_get_u64(attr);
		return 0;
	case RTP_RULE_SIGNAL_COMM:
		return read_text_attr(spec->action.comm, sizeof(spec->action.comm), attr);
	default:
		spec->cooldown = nla_get_u64(attr);
		return 0;
	}
}

/* The reasons of a refused action differ, and a client shows them. */
static int refuse_action(struct genl_info *info, const struct rtp_reason *reason)
{
	NL_SET_BAD_ATTR(info->extack, info->attrs[RTPROBE_A_RULE_ACTION]);
	COMPAT_EXTACK_TEXT(info->extack, reason->text, "bad_action action");
	return -EINVAL;
}

static int put_id(struct sk_buff *skb, const void *id)
{
	return nla_put_u32(skb, RTPROBE_A_RULE_ID, *(const u32 *)id);
}

int rtp_netlink_add_rule(struct sk_buff *request, struct genl_info *info)
{
	struct rtp_rule_spec spec = {
		.capture = rtp_config_get().capture,
		.action.signal = RTP_ACTION_SIGNAL_DEFAULT,
		.action.may_signal = rtp_access_may_signal_of_request(request),
	};
	struct rtp_rule_change change = { .kind = RTP_RULE_ADD };
	struct rtp_reason reason;
	enum rtp_rule_word word;
	int err;

	for (word = 0; word < RTP_RULE_WORDS; word++) {
		const struct nlattr *attr = info->attrs[words[word].attr];

		if (!attr)
			continue;
		if (read_word_attr(&spec, word, attr))
			return refuse_attr(info, word);
		spec.set |= BIT(word);
	}
	change.rule = rtp_rule_make(&spec, &reason, &word);
	if (!change.rule && rtp_refused_for(&reason, "no_memory"))
		return -ENOMEM;
	if (!change.rule && word == RTP_RULE_ACTION)
		return refuse_action(info, &reason);
	if (!change.rule)
		return refuse_attr(info, word);
	err = rtp_rules_apply(&change, 1, &reason);
	if (err) {
		rtp_rule_free(change.rule);
		NL_SET_ERR_MSG(info->extack, "too_many_rules: delete a rule first");
		return err;
	}
	return rtp_family_reply(info, put_id, &change.id);
}

int rtp_netlink_arm_rule(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr *id = info->attrs[RTPROBE_A_RULE_ID];
	struct rtp_rule_change change = { .kind = RTP_RULE_ARM };
	struct rtp_reason reason;
	int err;

	if (!id)
		return COMPAT_EXTACK_MISSING(info->extack, RTPROBE_A_RULE_ID,
					     "missing_attribute id");
	change.id = nla_get_u32(id);
	err = rtp_rules_apply(&change, 1, &reason);
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack, id, "unknown_rule id: there is no such rule");
	else if (err)
		NL_SET_ERR_MSG_ATTR(info->extack, id, "no_action id: the rule has no action");
	return err;
}

int rtp_netlink_del_rule(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr *id = info->attrs[RTPROBE_A_RULE_ID];
	struct rtp_rule_change change = { .kind = id ? RTP_RULE_DELETE : RTP_RULE_CLEAR };
	struct rtp_reason reason;
	int err;

	if (id)
		change.id = nla_get_u32(id);
	err = rtp_rules_apply(&change, 1, &reason);
	if (err)
		NL_SET_ERR_MSG_ATTR(info->extack, id, "unknown_rule id: there is no such rule");
	return err;
}
