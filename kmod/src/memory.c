// SPDX-License-Identifier: GPL-2.0-or-later
#include "memory.h"

#include "capture.h"
#include "cpu.h"
#include "lock.h"
#include "recorder.h"
#include "row.h"
#include "rule.h"
#include "source.h"
#include "spike.h"
#include "stolen.h"
#include "task.h"
#include "trace.h"

size_t rtp_memory_bytes(void)
{
	return rtp_cpus_bytes() + rtp_captures_bytes() + rtp_rows_bytes() + rtp_spikes_bytes() +
	       rtp_tasks_bytes() + rtp_recorder_bytes() + rtp_traces_bytes() +
	       rtp_rules_bytes() + rtp_locks_bytes() + rtp_stolen_bytes() +
	       rtp_sources_count() * sizeof(struct rtp_source);
}

size_t rtp_memory_bytes_max(void)
{
	return rtp_cpus_bytes() + rtp_captures_bytes() + rtp_rows_bytes_max() + rtp_spikes_bytes_max() +
	       rtp_tasks_bytes() + rtp_recorder_bytes() + rtp_traces_bytes_max() +
	       rtp_rules_bytes_max() + rtp_locks_bytes() + rtp_stolen_bytes() +
	       rtp_sources_bytes_max();
}
