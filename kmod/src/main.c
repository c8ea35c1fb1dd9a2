// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rtprobe: which interrupt and which process just cost a deadline? This file only orders the init
 * and exit functions.
 */

#include <linux/capability.h>
#include <linux/module.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/grace.h"
#include "base/handover.h"
#include "base/housekeeping.h"
#include "base/machine.h"
#include "base/measure.h"
#include "base/nest.h"
#include "base/outside.h"
#include "capture/budget.h"
#include "capture/capture.h"
#include "capture/deliver.h"
#include "capture/judge.h"
#include "capture/lock.h"
#include "capture/rule.h"
#include "hooks/callback.h"
#include "hooks/clock_change.h"
#include "hooks/cpus.h"
#include "hooks/function.h"
#include "hooks/idle.h"
#include "hooks/napi.h"
#include "hooks/nmi.h"
#include "hooks/online.h"
#include "hooks/probed.h"
#include "hooks/retire.h"
#include "hooks/sender.h"
#include "hooks/stolen.h"
#include "hooks/thread.h"
#include "hooks/timer.h"
#include "netlink/event.h"
#include "netlink/netlink.h"
#include "procfs/procfs.h"
#include "recorder/marker.h"
#include "recorder/own.h"
#include "recorder/recorder.h"
#include "selftest.h"
#include "settings/config.h"
#include "settings/memory.h"
#include "settings/module_params.h"
#include "settings/rule_word.h"
#include "settings/suspend.h"
#include "spikes/list.h"
#include "spikes/sender.h"
#include "spikes/spike.h"
#include "spikes/trace.h"
#include "spikes/walk.h"
#include "tasks/softirq_run.h"
#include "tasks/task.h"
#include "values/interval.h"
#include "values/row.h"
#include "values/source.h"

static struct rtp_params params;

static int init_basics(void)
{
	int err = rtp_selftest();

	if (err)
		return err;
	rtp_machine_init();
	rtp_nmi_find();
	rtp_idle_find();
	rtp_callback_find();
	rtp_measures_find();
	rtp_config_init(rtp_event_config);
	err = rtp_params_read(&params);
	if (!err && params.numbers_only)
		rtp_events_numbers_only();
	err = err ?: rtp_clock_choose(params.clock);
	return err ?: rtp_outside_init(params.smi);
}

static int init_rows(void)
{
	return rtp_rows_init(params.max_irqs, params.max_rows);
}

static int init_sources(void)
{
	return rtp_sources_init(rtp_event_source);
}

static int init_rules(void)
{
	return rtp_rules_init(rtp_event_rules);
}

static int init_deliver(void)
{
	return rtp_deliver_init(rtp_event_rules);
}

static int init_recorder(void)
{
	rtp_handover_ran = rtp_own_handover;
	return rtp_recorder_init(params.recorder_events);
}

static int init_spikes(void)
{
	return rtp_spikes_init(params.max_spikes, rtp_event_spike);
}

static int init_captures(void)
{
	return rtp_captures_init(rtp_spikes_wake);
}

static int init_tasks(void)
{
	return rtp_tasks_init(params.max_tasks);
}

static int init_stolen(void)
{
	return rtp_stolen_init(params.max_tasks);
}

static int init_interval(void)
{
	rtp_interval_init();
	return 0;
}

/*
 * The order matters: new rows get a source first, which sends an event, and then their threshold
 * from the rules.
 */
static void main_housekeep(void)
{
	/* If that cannot be now, the end of the next interval kicks again. */
	if (rtp_clock_look())
		rtp_config_try_silent(rtp_clock_change_to_mono);
	rtp_nest_housekeep();
	rtp_rows_refill();
	rtp_rows_recycle();
	rtp_sources_update();
	rtp_rules_judge_new_rows();
	rtp_event_lost();
}

static int init_housekeeping(void)
{
	return rtp_housekeeping_init(main_housekeep);
}

/* This also starts the interval timer: the settings change its length from 0. */
static int start_measures(void)
{
	struct rtp_reason reason;
	int err = params.rules ? rtp_rules_run(params.rules, params.config.to.capture,
					       capable(CAP_KILL), &reason)
			       : 0;

	err = err ?: rtp_config_apply(&params.config, &reason);

	if (err)
		pr_err("%s\n", reason.text);
	return err;
}

/*
 * Init functions run in this order; exit functions run backwards from the last that succeeded. Exit
 * has four steps, and each relies on the earlier ones:
 *
 * 1. No new requests. proc_remove and genl_unregister_family wait for readers and writers. An open
 *    file of markers keeps the module loaded. rtp_suspend_exit waits for the notifier of a suspend.
 * 2. No calls from the kernel. rtp_config_shutdown unregisters the tracepoints, kprobes, timers and
 *    threads of the measures and waits until none runs. The hotplug states and their timers follow,
 *    then the interval timer, the kprobes, the notifiers of modules and devices, and the contention
 *    hooks. Only now are the waits of capture/lock.c freed, because hooks that capture read them.
 * 3. No work in progress between contexts. Each exit first waits for a handover, then cancels the
 *    work that it queues: captures (rtp_spikes_stop), actions of rules (rtp_deliver_exit), the task
 *    table (rtp_tasks_stop). The latter can kick the housekeeping, which therefore stops last, with
 *    the worker. Housekeeping kicks nothing.
 * 4. Memory. Rows refer to entries of the task table, and sources and rules are read through rows.
 *    The housekeeping reads all of these, so they are freed after it. Last, rtp_grace_exit waits
 *    for an RCU callback on kernels where grace periods are polled through one.
 *
 * Whatever a step frees is read only by code that step 2 or 3 has stopped.
 * rtp_housekeeping_expect_over() warns if step 4 begins too early.
 */
static const struct {
	int (*init)(void);
	void (*exit)(void);
} parts[] = {
	{ init_basics, rtp_grace_exit },
	{ rtp_cpus_init, rtp_cpus_exit },
	{ init_recorder, rtp_recorder_exit },
	{ rtp_walk_init, rtp_walk_exit },
	{ rtp_senders_init, rtp_senders_exit },
	{ rtp_traces_init, rtp_traces_exit },
	{ rtp_softirq_runs_init, rtp_softirq_runs_exit },
	{ init_rows, rtp_rows_exit },
	{ init_sources, rtp_sources_exit },
	{ init_rules, rtp_rules_exit },
	{ init_spikes, rtp_spikes_exit },
	{ init_captures, rtp_captures_exit },
	{ init_tasks, rtp_tasks_exit },
	{ init_stolen, rtp_stolen_exit },
	{ init_housekeeping, rtp_housekeeping_exit },
	{ NULL, rtp_tasks_stop },
	{ rtp_budget_init, rtp_budget_exit },
	{ init_deliver, rtp_deliver_exit },
	{ NULL, rtp_spikes_stop },
	{ rtp_judge_init, rtp_judge_exit },
	{ rtp_thread_init, rtp_thread_exit },
	{ rtp_locks_init, rtp_locks_exit },
	{ rtp_retire_init, rtp_retire_exit },
	{ rtp_functions_init, rtp_functions_exit },
	{ rtp_napi_init, rtp_napi_exit },
	{ rtp_sender_init, rtp_sender_exit },
	{ rtp_probed_init, rtp_probed_exit },
	{ init_interval, rtp_interval_exit },
	{ rtp_timer_init, NULL },
	{ rtp_online_init, rtp_online_exit },
	{ rtp_hotplug_init, rtp_hotplug_exit },
	{ start_measures, rtp_config_shutdown },
	{ rtp_suspend_init, rtp_suspend_exit },
	{ rtp_netlink_init, rtp_netlink_exit },
	{ rtp_procfs_init, rtp_procfs_exit },
	{ rtp_marker_init, rtp_marker_exit },
};

static void exit_parts(unsigned int n)
{
	while (n--)
		if (parts[n].exit)
			parts[n].exit();
}

static int __init rtprobe_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		err = parts[i].init ? parts[i].init() : 0;
		if (err) {
			exit_parts(i);
			return err;
		}
	}
	pr_info("%s loaded, clock %s, at most %zu KB\n", RTP_VERSION, rtp_clock_name(),
		rtp_memory_bytes_max() / 1024);
	return 0;
}

static void __exit rtprobe_exit(void)
{
	exit_parts(ARRAY_SIZE(parts));
}

module_init(rtprobe_init);
module_exit(rtprobe_exit);

MODULE_DESCRIPTION("Which interrupt and which process just cost a deadline?");
MODULE_VERSION(RTP_VERSION);
MODULE_LICENSE("GPL");
