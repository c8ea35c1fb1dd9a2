// SPDX-License-Identifier: GPL-2.0-or-later
/* The messages about spikes. */
#include <net/netlink.h>

#include "base/access.h"
#include "netlink/message.h"
#include "spikes/regs.h"

static int put_about(struct sk_buff *skb, int attr, const struct rtp_task *task, const char *cgroup)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest || nla_put_u32(skb, RTPROBE_A_TASK_PID, task->pid) ||
	    nla_put_u32(skb, RTPROBE_A_TASK_TGID, task->tgid) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_TASK_START_TIME, task->start_time,
			      RTPROBE_A_TASK_PAD) ||
	    nla_put_string(skb, RTPROBE_A_TASK_COMM, task->comm) ||
	    nla_put_u32(skb, RTPROBE_A_TASK_POLICY, task->policy) ||
	    nla_put_s32(skb, RTPROBE_A_TASK_PRIORITY, task->priority) ||
	    nla_put_s32(skb, RTPROBE_A_TASK_NICE, task->nice) ||
	    nla_put_u8(skb, RTPROBE_A_TASK_KTHREAD, task->kthread) ||
	    (task->own && nla_put_u8(skb, RTPROBE_A_TASK_OWN, 1)) ||
	    (*cgroup && nla_put_string(skb, RTPROBE_A_TASK_CGROUP, cgroup)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int rtp_message_put_task(struct sk_buff *skb, int attr, const struct rtp_task *task)
{
	return put_about(skb, attr, task, "");
}

int rtp_message_put_named(struct sk_buff *skb, int attr, const struct rtp_task *task)
{
	struct nlattr *nest;

	if (task->start_time)
		return rtp_message_put_task(skb, attr, task);
	nest = nla_nest_start(skb, attr);
	if (!nest || nla_put_u32(skb, RTPROBE_A_TASK_PID, task->pid) ||
	    (*task->comm && nla_put_string(skb, RTPROBE_A_TASK_COMM, task->comm)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_cause(struct sk_buff *skb, const struct rtp_cause *cause)
{
	struct nlattr *nest;

	if (!cause->duration)
		return 0;
	nest = nla_nest_start(skb, RTPROBE_A_SPIKE_CAUSE);
	if (!nest || nla_put_u32(skb, RTPROBE_A_CAUSE_MEASURE, cause->measure) ||
	    nla_put_u32(skb, RTPROBE_A_CAUSE_NUMBER, cause->number) ||
	    nla_put_string(skb, RTPROBE_A_CAUSE_NAME, cause->name) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_CAUSE_DURATION_NS, cause->duration,
			      RTPROBE_A_CAUSE_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_frames(struct sk_buff *skb, const struct rtp_spike *spike)
{
	const char *frame = spike->frame_text;
	unsigned int i;

	for (i = 0; i < spike->frames; i++, frame += strlen(frame) + 1)
		if (nla_put_string(skb, RTPROBE_A_SPIKE_FRAME, frame))
			return -EMSGSIZE;
	return 0;
}

static int put_bounds(struct sk_buff *skb, const struct rtp_spike *spike)
{
	if (!spike->upper)
		return 0;
	return nla_put_u64_64bit(skb, RTPROBE_A_SPIKE_LOWER_NS, spike->lower,
				 RTPROBE_A_SPIKE_PAD) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_SPIKE_UPPER_NS, spike->upper,
				 RTPROBE_A_SPIKE_PAD) ||
	       nla_put_u8(skb, RTPROBE_A_SPIKE_EXACT, spike->exact);
}

static int put_idle_state(struct sk_buff *skb, const struct rtp_part *part)
{
	if (part->idle_state == RTP_IDLE_UNKNOWN)
		return 0;
	return nla_put_u32(skb, RTPROBE_A_PART_IDLE_STATE, part->idle_state) ||
	       (part->has_exit_latency &&
		nla_put_u64_64bit(skb, RTPROBE_A_PART_EXIT_LATENCY_NS, part->exit_latency,
				  RTPROBE_A_PART_PAD)) ||
	       (part->frequency &&
		nla_put_u32(skb, RTPROBE_A_PART_FREQUENCY_KHZ, part->frequency));
}

static int put_samples(struct sk_buff *skb, const struct rtp_part *part)
{
	return nla_put_u32(skb, RTPROBE_A_PART_SAMPLES, part->samples) ||
	       nla_put_u32(skb, RTPROBE_A_PART_SAMPLES_INSIDE, part->samples_inside) ||
	       (part->samples_preempt_off && nla_put_u32(skb, RTPROBE_A_PART_SAMPLES_PREEMPT_OFF,
							 part->samples_preempt_off)) ||
	       (part->samples_bh_off &&
		nla_put_u32(skb, RTPROBE_A_PART_SAMPLES_BH_OFF, part->samples_bh_off)) ||
	       (*part->sampled_function && nla_put_string(skb, RTPROBE_A_PART_SAMPLED_FUNCTION,
							  part->sampled_function));
}

static int put_sender(struct sk_buff *skb, const struct rtp_part *part)
{
	const struct rtp_sender *sender = &part->sender;
	struct nlattr *nest;

	if (!part->has_sender)
		return 0;
	nest = nla_nest_start(skb, RTPROBE_A_PART_SENDER);
	if (!nest || (sender->has_cpu && nla_put_u32(skb, RTPROBE_A_SENDER_CPU, sender->cpu)) ||
	    (sender->has_task &&
	     rtp_message_put_named(skb, RTPROBE_A_SENDER_TASK, &sender->task)) ||
	    (sender->in_interrupt && nla_put_u8(skb, RTPROBE_A_SENDER_IN_INTERRUPT, 1)) ||
	    (*sender->function &&
	     nla_put_string(skb, RTPROBE_A_SENDER_FUNCTION, sender->function)) ||
	    (sender->armed && nla_put_u8(skb, RTPROBE_A_SENDER_ARMED, 1)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_displaced(struct sk_buff *skb, const struct rtp_part_wait *waited)
{
	const int pad = RTPROBE_A_WAKER_PAD;

	if (!waited->displaced_ns)
		return 0;
	return nla_put_u64_64bit(skb, RTPROBE_A_WAKER_DISPLACED_NS, waited->displaced_ns, pad) ||
	       nla_put_u64_64bit(skb, RTPROBE_A_WAKER_DISPLACED_BY_NS, waited->displaced_by_ns,
				 pad) ||
	       rtp_message_put_named(skb, RTPROBE_A_WAKER_DISPLACED_BY, &waited->displaced_by) ||
	       (waited->inverted && nla_put_u8(skb, RTPROBE_A_WAKER_INVERTED, 1));
}

static int put_interrupt(struct sk_buff *skb, const struct rtp_part_wait *waited)
{
	if (nla_put_u8(skb, RTPROBE_A_WAKER_IN_INTERRUPT, 1))
		return -EMSGSIZE;
	if (waited->kind == RTPROBE_PART_KIND_UNACCOUNTED)
		return 0;
	return nla_put_u32(skb, RTPROBE_A_WAKER_KIND, waited->kind) ||
	       nla_put_u32(skb, RTPROBE_A_WAKER_NUMBER, waited->number) ||
	       nla_put_string(skb, RTPROBE_A_WAKER_NAME, waited->name);
}

static int put_waker(struct sk_buff *skb, const struct rtp_part_wait *waited)
{
	struct nlattr *nest;

	if (!waited->has_waker)
		return 0;
	nest = nla_nest_start(skb, RTPROBE_A_PART_WAKER);
	if (!nest || nla_put_u32(skb, RTPROBE_A_WAKER_CPU, waited->cpu) ||
	    (waited->in_interrupt ?
		     put_interrupt(skb, waited) :
		     rtp_message_put_named(skb, RTPROBE_A_WAKER_TASK, &waited->waker)) ||
	    (waited->released && nla_put_u8(skb, RTPROBE_A_WAKER_RELEASED, 1)) ||
	    put_displaced(skb, waited))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_wait(struct sk_buff *skb, const struct rtp_part *part)
{
	const struct rtp_part_wait *waited = &part->waited;

	if (part->kind != RTPROBE_PART_KIND_BLOCKED)
		return 0;
	return nla_put_u32(skb, RTPROBE_A_PART_WAIT, part->wait) || put_waker(skb, waited) ||
	       (waited->has_meanwhile &&
		(rtp_message_put_named(skb, RTPROBE_A_PART_MEANWHILE, &waited->meanwhile) ||
		 nla_put_u64_64bit(skb, RTPROBE_A_PART_MEANWHILE_NS, waited->meanwhile_ns,
				   RTPROBE_A_PART_PAD)));
}

static int put_spike_part(struct sk_buff *skb, const struct rtp_part *part)
{
	struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_SPIKE_PART);

	if (!nest || nla_put_u32(skb, RTPROBE_A_PART_KIND, part->kind) ||
	    nla_put_u32(skb, RTPROBE_A_PART_NUMBER, part->number) ||
	    nla_put_string(skb, RTPROBE_A_PART_NAME, part->name) ||
	    (part->pid && nla_put_u32(skb, RTPROBE_A_PART_PID, part->pid)) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_PART_DURATION_NS, part->duration,
			      RTPROBE_A_PART_PAD) ||
	    nla_put_u32(skb, RTPROBE_A_PART_COUNT, part->count) ||
	    (part->could_be && nla_put_u32(skb, RTPROBE_A_PART_COULD_BE, part->could_be)) ||
	    (part->callback && (nla_put_u32(skb, RTPROBE_A_PART_CALLBACK, part->callback) ||
				nla_put_string(skb, RTPROBE_A_PART_FUNCTION, part->function))) ||
	    (part->samples && put_samples(skb, part)) ||
	    put_idle_state(skb, part) || put_sender(skb, part) || put_wait(skb, part))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_spike_parts(struct sk_buff *skb, const struct rtp_spike *spike)
{
	unsigned int i;

	for (i = 0; i < spike->parts; i++)
		if (put_spike_part(skb, &spike->part[i]))
			return -EMSGSIZE;
	return spike->parts
		       ? nla_put_u8(skb, RTPROBE_A_SPIKE_PARTS_INCOMPLETE, spike->parts_incomplete)
		       : 0;
}

static const char *cgroup_of(const struct rtp_process *process)
{
	return process ? rtp_process_at(process, process->cgroup) : "";
}

static int put_tasks(struct sk_buff *skb, const struct rtp_spike *spike)
{
	return put_about(skb, RTPROBE_A_SPIKE_TASK, &spike->task, cgroup_of(spike->process)) ||
	       (spike->has_victim && put_about(skb, RTPROBE_A_SPIKE_VICTIM, &spike->victim,
					       cgroup_of(spike->victim_process))) ||
	       (spike->has_waker &&
		rtp_message_put_task(skb, RTPROBE_A_SPIKE_WAKER, &spike->waker));
}

static int put_registers(struct sk_buff *skb, const struct rtp_spike *spike, unsigned int allowed)
{
	char text[RTP_REGISTER_TEXT];
	unsigned int i;

	if (!spike->has_regs)
		return 0;
	if (!rtp_access_covers(allowed, &spike->regs))
		return nla_put_u8(skb, RTPROBE_A_SPIKE_REGISTERS_WITHHELD, true);
	for (i = 0; rtp_register_print(text, &spike->regs, i); i++)
		if (nla_put_string(skb, RTPROBE_A_SPIKE_REGISTER, text))
			return -EMSGSIZE;
	return 0;
}

static int put_user_samples(struct sk_buff *skb, const struct rtp_user_samples *user)
{
	struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_USER_SAMPLES_TASK);

	if (!nest || nla_put_u32(skb, RTPROBE_A_SAMPLED_TASK_PID, user->pid) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_SAMPLED_TASK_START_BOOTTIME, user->start_boottime,
			      RTPROBE_A_SAMPLED_TASK_PAD) ||
	    nla_put(skb, RTPROBE_A_SAMPLED_TASK_ADDRESSES, user->n * sizeof(user->address[0]),
		    user->address))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int rtp_message_put_user_samples(struct sk_buff *skb, const struct rtp_spike *spike)
{
	unsigned int i;

	BUILD_BUG_ON(RTP_USER_SAMPLES_TASKS * (sizeof(*spike->user) + 64) + 64 > NLMSG_GOODSIZE);
	if (nla_put_u64_64bit(skb, RTPROBE_A_USER_SAMPLES_ID, spike->id,
			      RTPROBE_A_USER_SAMPLES_PAD))
		return -EMSGSIZE;
	for (i = 0; i < spike->users; i++)
		if (put_user_samples(skb, &spike->user[i]))
			return -EMSGSIZE;
	return 0;
}

int rtp_message_put_spike(struct sk_buff *skb, const struct rtp_spike *spike, bool whole,
			  unsigned int allowed)
{
	const int pad = RTPROBE_A_SPIKE_PAD;

	if (nla_put_u64_64bit(skb, RTPROBE_A_SPIKE_ID, spike->id, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_SPIKE_TIME, spike->time, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_SPIKE_VALUE_NS, spike->value, pad) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_SPIKE_THRESHOLD_NS, spike->threshold, pad) ||
	    nla_put_u32(skb, RTPROBE_A_SPIKE_MEASURE, spike->measure) ||
	    nla_put_u32(skb, RTPROBE_A_SPIKE_NUMBER, spike->number) ||
	    nla_put_string(skb, RTPROBE_A_SPIKE_NAME, spike->name) ||
	    nla_put_u32(skb, RTPROBE_A_SPIKE_CPU, spike->cpu) ||
	    nla_put_u32(skb, RTPROBE_A_SPIKE_MODE, spike->mode) ||
	    nla_put_u32(skb, RTPROBE_A_SPIKE_RULE, spike->rule) || put_tasks(skb, spike) ||
	    put_cause(skb, &spike->cause) || put_bounds(skb, spike) ||
	    (spike->could_be && nla_put_u32(skb, RTPROBE_A_SPIKE_COULD_BE, spike->could_be)) ||
	    (spike->acted && nla_put_u32(skb, RTPROBE_A_SPIKE_ACTED, spike->acted)) ||
	    put_spike_parts(skb, spike) || nla_put_u8(skb, RTPROBE_A_SPIKE_TRACED, spike->traced) ||
	    put_frames(skb, spike) || put_registers(skb, spike, allowed) ||
	    rtp_message_put_process(skb, RTPROBE_A_SPIKE_PROCESS, spike->process, whole) ||
	    rtp_message_put_process(skb, RTPROBE_A_SPIKE_VICTIM_PROCESS, spike->victim_process,
				    whole))
		return -EMSGSIZE;
	return 0;
}
