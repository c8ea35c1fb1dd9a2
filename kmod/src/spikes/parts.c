// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/parts.h"

#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "base/symbol.h"
#include "spikes/device.h"
#include "spikes/idle_state.h"
#include "values/row.h"
#include "values/source.h"

static int by_size(const void *a, const void *b)
{
	const struct rtp_part *left = a, *right = b;

	return left->duration < right->duration ? 1 : left->duration > right->duration ? -1 : 0;
}

/*
 * Names an action, which the events identify by its address. The name is that of its source if the
 * measure is on, else the kernel's. A freed action has only its number.
 */
static void name_action(const void *key, u32 *number, char *name)
{
	const struct rtp_source *source;

	if (!key)
		return;
	rtp_rows_lock();
	source = rtp_source_by_key(key);
	if (source) {
		*number = source->number;
		strscpy(name, source->name, RTPROBE_NAME_LEN);
	}
	rtp_rows_unlock();
	if (!source)
		rtp_line_action_name(*number, key, name);
}

/* The walk has an idle state as a number. */
static void name_idle_state(u32 cpu, struct rtp_part *part)
{
	struct rtp_idle_state state;

	part->idle_state = RTP_IDLE_UNKNOWN;
	if (part->kind != RTPROBE_PART_KIND_IDLE_EXIT)
		return;
	rtp_idle_state_describe(&state, cpu, part->number);
	part->number = 0;
	part->idle_state = state.index;
	part->has_exit_latency = state.has_driver;
	part->exit_latency = state.exit_latency;
	part->frequency = state.frequency;
	strscpy(part->name, state.name, sizeof(part->name));
	/* The state accounts for its exit latency, each time. */
	if (!state.has_driver || part->duration > part->count * state.exit_latency)
		part->could_be = RTPROBE_DOUBT_STALL;
}

static int shares_by_size(const void *a, const void *b)
{
	const struct rtp_share *left = a, *right = b;

	return by_size(&left->part, &right->part);
}

/* Finds the function that most samples were in. The names have one user at a time, as the walk. */
static void profile(struct rtp_part *part, const struct rtp_walk_samples *samples)
{
	static char name[RTPROBE_SAMPLES_MAX][RTPROBE_FUNCTION_LEN];
	unsigned int i, j, inside;

	for (i = 0; i < samples->n; i++) {
		name[i][0] = '\0';
		if (samples->sample[i].at)
			rtp_function_print(name[i], samples->sample[i].at);
		part->samples_preempt_off +=
			!!(samples->sample[i].state & RTPROBE_SAMPLE_STATE_PREEMPT_OFF);
		part->samples_bh_off +=
			!!(samples->sample[i].state & RTPROBE_SAMPLE_STATE_BH_OFF);
	}
	part->samples = samples->n;
	for (i = 0; i < samples->n; i++) {
		for (j = inside = 0; j < samples->n; j++)
			inside += !strcmp(name[i], name[j]);
		if (inside <= part->samples_inside)
			continue;
		part->samples_inside = inside;
		strscpy(part->sampled_function, name[i], sizeof(part->sampled_function));
	}
}

/*
 * Returns when a task was started, in ns of CLOCK_BOOTTIME; 0 if it has exited, or if its pid
 * belongs to a task that is younger than the spike.
 */
static u64 started(u32 pid, u64 spike_time)
{
	struct pid *ref = find_get_pid(pid);
	struct task_struct *task = get_pid_task(ref, PIDTYPE_PID);
	u64 start = 0;

	put_pid(ref);
	if (!task)
		return 0;
	if (task->start_time < spike_time)
		start = task->start_boottime;
	put_task_struct(task);
	return start;
}

static void store_user_samples(struct rtp_parts *parts, const struct rtp_share *share,
			       u64 spike_time)
{
	struct rtp_user_samples *user = &parts->user[parts->users];
	unsigned int i;

	if (share->part.kind != RTPROBE_PART_KIND_TASK || parts->users == RTP_USER_SAMPLES_TASKS)
		return;
	user->n = 0;
	for (i = 0; i < share->samples.n; i++)
		if (share->samples.sample[i].user)
			user->address[user->n++] = share->samples.sample[i].user;
	if (!user->n)
		return;
	user->pid = share->part.pid;
	user->start_boottime = started(user->pid, spike_time);
	parts->users += !!user->start_boottime;
}

static void store_part(struct rtp_parts *parts, const struct rtp_share *share)
{
	struct rtp_part *part = &parts->part[parts->n++];

	*part = share->part;
	name_idle_state(share->cpu, part);
	name_action(share->context.key, &part->number, part->name);
	if (part->callback == RTPROBE_CALLBACK_NAPI)
		rtp_device_print_poll(part->function, share->context.callback.device,
				      share->context.callback.function);
	else if (part->callback)
		rtp_function_print(part->function, share->context.callback.function);
	profile(part, &share->samples);
}

void rtp_parts_store(struct rtp_parts *parts, struct rtp_walk *walk)
{
	struct rtp_part *other = &parts->part[RTPROBE_PARTS_MAX - 1];
	unsigned int i, n = 0;

	sort(walk->share, walk->shares, sizeof(walk->share[0]), shares_by_size, NULL);
	while (n < walk->shares && walk->share[n].part.duration)
		n++;
	for (i = 0; i < n && (n <= RTPROBE_PARTS_MAX || parts->n < RTPROBE_PARTS_MAX - 1); i++) {
		store_part(parts, &walk->share[i]);
		store_user_samples(parts, &walk->share[i], walk->capture->time);
	}
	if (i < n) {
		*other = (struct rtp_part) { .kind = RTPROBE_PART_KIND_OTHER };
		other->idle_state = RTP_IDLE_UNKNOWN;
		parts->n++;
	}
	for (; i < n; i++) {
		other->duration += walk->share[i].part.duration;
		other->count += walk->share[i].part.count;
	}
	name_action(walk->longest_key, &walk->longest->number, walk->longest->name);
	sort(parts->part, parts->n, sizeof(parts->part[0]), by_size, NULL);
}
