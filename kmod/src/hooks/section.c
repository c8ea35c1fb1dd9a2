// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/section.h"

#include <linux/sched.h>

#include "base/clock.h"
#include "base/interrupted.h"
#include "capture/capture.h"
#include "hooks/single.h"
#include "values/record.h"

void rtp_section_clear(struct rtp_section *section, u64 now)
{
	/* A section of this task has ended, and its request was not served: its end is unknown. */
	section->begin = 0;
	section->clear = now;
	section->clear_task = current;
}

bool rtp_section_found(struct rtp_section *section, u64 since, u64 now)
{
	if (section->begin) {
		/* The end of another task's section was not seen; its request may be pending. */
		if (section->task != current)
			section->begin = 0;
		section->found = now;
		return false;
	}
	if (!since)
		return false;
	section->task = current;
	section->since = since;
	section->begin = section->found = now;
	return true;
}

/* The section lasted at least until @end, and at most until @now. */
static void section_record(struct rtp_cpu *c, struct rtp_section *section,
			   enum rtprobe_measure measure, u64 end, u64 now)
{
	struct rtp_value value = { .begin = READ_ONCE(section->begin), .end = end };
	struct rtp_row *row;

	section->begin = 0;
	/* It may have been forgotten meanwhile. */
	if (!value.begin || section->task != current)
		return;
	value.ns = value.lower = rtp_clock_to_ns(rtp_clock_chosen, end - value.begin);
	value.upper = rtp_clock_to_ns(rtp_clock_chosen, now - section->since);
	if (value.ns < RTP_ENTRY_NS)
		return;
	row = rtp_single_row(c, measure);
	if (row && rtp_record(row, value.ns))
		rtp_capture(c, row, &value);
}

void rtp_section_end(struct rtp_cpu *c, struct rtp_section *section,
		     enum rtprobe_measure measure, u64 now)
{
	section_record(c, section, measure, now, now);
}

void rtp_section_over(struct rtp_cpu *c, struct rtp_section *section,
		      enum rtprobe_measure measure, u64 now)
{
	section_record(c, section, measure, section->found, now);
}

void rtp_section_forget(struct rtp_section *section)
{
	*section = (struct rtp_section) {};
}
