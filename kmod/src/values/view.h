/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Consistent copies of rows that are written meanwhile. Process context, with the lock of row.h. */
#ifndef RTPROBE_VIEW_H
#define RTPROBE_VIEW_H

#include "values/row.h"

/*
 * Returns a consistent copy of a row's histogram; valid until the next call. If a row is written
 * too often to be copied from here, its own CPU makes the copy in an IPI. Passive CPUs are not
 * interrupted: then the miss is counted and NULL returned.
 */
const struct rtp_hist_view *rtp_view_of(struct rtp_row *row);

/* Return how often rtp_view_of interrupted a CPU, and how often it returned NULL. Any context. */
u64 rtp_view_interrupts(void);
u64 rtp_views_missed(void);

#endif
