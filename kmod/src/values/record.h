/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every probe does with a finished value.
 *
 * Hard interrupt context, interrupts off. No lock, no allocation, no division.
 */
#ifndef RTPROBE_RECORD_H
#define RTPROBE_RECORD_H

#include "values/interval.h"
#include "values/row.h"
#include "values/usual.h"

/* The same of a value that is not usual. Apart, so that the usual path needs no saved registers. */
bool rtp_record_unusual(struct rtp_row *row, u64 ns);

static __always_inline bool rtp_record_is_usual(const struct rtp_row *row, u64 ns)
{
	return rtp_usual_is(&row->hist.usual, ns, atomic64_read(&rtp_usual_base));
}

/*
 * Add a value to its histogram. True, rarely, when it may be a spike: then the caller writes down
 * what it knows in a struct rtp_value and calls rtp_capture, which asks the rules.
 */
static __always_inline bool rtp_record(struct rtp_row *row, u64 ns)
{
	if (unlikely(!rtp_record_is_usual(row, ns)))
		return rtp_record_unusual(row, ns);
	rtp_hist_add_usual(&row->hist, ns);
	return false;
}

#endif
