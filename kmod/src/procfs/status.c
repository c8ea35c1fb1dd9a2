// SPDX-License-Identifier: GPL-2.0-or-later
/* /proc/rtprobe/status: one key=value per line. */
#include <linux/math64.h>
#include <linux/module.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/lost.h"
#include "base/machine.h"
#include "base/measure.h"
#include "base/outside.h"
#include "base/own.h"
#include "capture/budget.h"
#include "capture/lock.h"
#include "hooks/callback.h"
#include "hooks/irqline.h"
#include "hooks/irqsoff.h"
#include "hooks/recording.h"
#include "hooks/retire.h"
#include "hooks/stale.h"
#include "netlink/event.h"
#include "procfs/procfs.h"
#include "recorder/recorder.h"
#include "settings/control.h"
#include "settings/memory.h"
#include "settings/suspend.h"
#include "spikes/list.h"
#include "spikes/spike.h"
#include "tasks/task.h"
#include "values/interval.h"
#include "values/row.h"
#include "values/source.h"
#include "values/view.h"

static void show_machine(struct seq_file *seq)
{
	enum rtprobe_clock_change change;
	u64 since;

	seq_printf(seq, "version=%s\nabi=%u\n", RTP_VERSION, RTPROBE_ABI_VERSION);
	seq_printf(seq, "instance=%016llx\n", rtp_machine_instance());
	seq_printf(seq, "preempt_rt=%d\nclock=%s\nclock_shared=%s\n",
		   IS_ENABLED(CONFIG_PREEMPT_RT), rtp_clock_name(), rtp_clock_shared_name());
	seq_printf(seq, "clock_resolution_ps=%u\n", rtp_clock_resolution());
	change = rtp_clock_change(&since);
	seq_printf(seq, "clock_change=%s\nclock_since=%llu\n", rtp_clock_change_name(change),
		   since);
	seq_printf(seq, "kprobes=%d\nsuspends=%u\n", rtp_frees_are_watched, rtp_suspends());
	seq_puts(seq, "measures_available=");
	rtp_measures_print(seq, rtp_measures.available);
	seq_puts(seq, "\ncallbacks_available=");
	rtp_callbacks_print(seq, rtp_recording_callbacks());
	seq_puts(seq, "\nsenders_available=");
	rtp_callbacks_print(seq, rtp_recording_senders());
	seq_putc(seq, '\n');
}

static void show_state(struct seq_file *seq)
{
	u64 start;

	seq_printf(seq, "generation=%u\nepoch=%u\n", rtp_interval_open(&start), rtp_rows_epoch());
	seq_printf(seq, "events=%llu\nevent_seq=%u\n", rtp_rows_events(), rtp_event_seq());
	seq_printf(seq, "sources=%u\nrows=%u\nrows_max=%u\nirqs_max=%u\n", rtp_sources_count(),
		   rtp_rows_live(), rtp_max_rows, rtp_irq_slots);
	seq_printf(seq, "row_views_by_interrupt=%llu\nrow_views_missed=%llu\nfrees_missed=%llu\n",
		   rtp_view_interrupts(), rtp_views_missed(), rtp_retire_missed());
	seq_printf(seq, "contention_hooked=%d\ncontention_missed=%llu\n", rtp_locks_hooked(),
		   rtp_locks_missed());
	seq_printf(seq, "irqline_missed=%llu\n", rtp_irqline_missed());
	seq_printf(seq, "spikes_total=%llu\nspikes_held=%u\nspikes_max=%u\n", rtp_captures_spikes(),
		   rtp_spikes_held(), rtp_max_spikes);
	seq_printf(seq, "self_ns=%llu\n", rtp_budget_taken());
	seq_printf(seq, "tasks=%u\ntasks_max=%u\n", rtp_tasks_held(), rtp_tasks_max());
	seq_printf(seq, "memory_bytes=%zu\nmemory_max_bytes=%zu\n", rtp_memory_bytes(),
		   rtp_memory_bytes_max());
}

/* Prints the capability needed to receive netlink events, and whether events have contents. */
static void show_events(struct seq_file *seq)
{
	static const char *const guards[] = {
		[RTPROBE_EVENT_GUARD_NONE] = "none",
		[RTPROBE_EVENT_GUARD_CAP_SYS_ADMIN] = "cap_sys_admin",
		[RTPROBE_EVENT_GUARD_CAP_NET_ADMIN] = "cap_net_admin",
	};

	seq_printf(seq, "event_guard=%s\nevents_carry=%s\n", guards[rtp_event_guard()],
		   rtp_events_whole() ? "contents" : "numbers");
}

static void show_probes(struct seq_file *seq)
{
	int cpu;

	seq_printf(seq, "irqsoff=%s\n", rtp_irqsoff_is_exact() ? "exact" : "sampled");
	seq_printf(seq, "smi=%s\n", rtp_outside_counts_smis() ? "counted" : "off");
	seq_printf(seq, "recorder_events=%u\n", rtp_recorder_runs() ? rtp_recorder_events() : 0);
	seq_printf(seq, "recorder_reach_us=%llu\n",
		   rtp_recorder_runs() ? div_u64(rtp_recorder_reach(), NSEC_PER_USEC) : 0);
	rtp_rows_count_handled();
	rtp_own_threads_charge();
	for_each_online_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);
		struct rtp_cost_total cost = rtp_cost_of(&c->cost, rtp_rows_handled(cpu));

		seq_printf(seq, "cost_cpu%d_events=%llu\ncost_cpu%d_ns=%llu\n", cpu, cost.events,
			   cpu, cost.ns);
	}
}

static int status_show(struct seq_file *seq, void *unused)
{
	struct rtp_reason reason;
	enum rtp_lost kind;

	show_machine(seq);
	show_state(seq);
	show_events(seq);
	show_probes(seq);
	for (kind = 0; kind < RTP_LOST_COUNT; kind++)
		seq_printf(seq, "lost_%s=%llu\n", rtp_lost_name(kind), rtp_lost_get(kind));
	rtp_last_error_get(reason.text, sizeof(reason.text));
	seq_printf(seq, "last_error=%s\n", reason.text);
	return 0;
}

static int status_open(struct inode *inode, struct file *file)
{
	return rtp_proc_open_single(file, status_show, NULL);
}

const struct proc_ops rtp_proc_status = {
	.proc_open = status_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};
