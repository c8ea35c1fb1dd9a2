/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * Adds a finished value to a row. Called by all probes.
  *
  * Context: hard interrupt, interrupts off. Takes no lock, does not allocate, does not divide.
 */
#ifndef RTPROBE_RECORD_H
#define RTPROBE_RECORD_H

#include "values/interval.h"
#include "values/row.h"
#include "values/usual.h"

/* Records a value that is not usual. Not inlined, so that the usual path saves no registers. */
bool rtp_record_unusual(struct rtp_row *row, u64 ns);

static __always_inline bool rtp_record_is_usual(const struct rtp_row *row, u64 ns)
{
	return rtp_usual_is(&row->hist.usual, ns, atomic64_read(&rtp_usual_base));
}

/*
 * Adds a value to its row's histogram. Returns true if the value exceeds the row's threshold, which
 * is rare. The caller then fills in a struct rtp_value and calls rtp_capture, which evaluates the
 * rules.
 */
static __always_inline bool rtp_record(struct rtp_row *row, u64 ns)
{
	if (unlikely(!rtp_record_is_usual(row, ns)))
		return rtp_record_unusual(row, ns);
	rtp_hist_add_usual(&row->hist, ns);
	return false;
}

#endif
