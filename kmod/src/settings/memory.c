// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings/memory.h"

#include "base/cpu.h"
#include "capture/capture.h"
#include "capture/lock.h"
#include "capture/rule.h"
#include "hooks/stolen.h"
#include "recorder/recorder.h"
#include "spikes/list.h"
#include "spikes/sender.h"
#include "spikes/spike.h"
#include "spikes/trace.h"
#include "tasks/softirq_run.h"
#include "tasks/task.h"
#include "values/row.h"
#include "values/source.h"

size_t rtp_memory_bytes(void)
{
	return rtp_cpus_bytes() + rtp_softirq_runs_bytes() + rtp_captures_bytes() +
	       rtp_rows_bytes() + rtp_spikes_bytes() + rtp_tasks_bytes() + rtp_recorder_bytes() +
	       rtp_traces_bytes() + rtp_senders_bytes() + rtp_rules_bytes() + rtp_locks_bytes() +
	       rtp_stolen_bytes() + rtp_sources_count() * sizeof(struct rtp_source);
}

size_t rtp_memory_bytes_max(void)
{
	return rtp_cpus_bytes() + rtp_softirq_runs_bytes() + rtp_captures_bytes() +
	       rtp_rows_bytes_max() + rtp_spikes_bytes_max() + rtp_tasks_bytes() +
	       rtp_recorder_bytes() + rtp_traces_bytes_max() + rtp_senders_bytes() +
	       rtp_rules_bytes_max() + rtp_locks_bytes() + rtp_stolen_bytes() +
	       rtp_sources_bytes_max();
}
