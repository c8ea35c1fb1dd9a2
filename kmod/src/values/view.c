// SPDX-License-Identifier: GPL-2.0-or-later
#include "values/view.h"

#include <linux/cpu.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "base/active.h"
#include "recorder/own.h"

/* Attempts at a consistent copy before the row's CPU is interrupted; each takes about 1 us. */
#define ATTEMPTS 32

static u64 view_interrupts;
static u64 views_missed;
static struct rtp_hist_view shared_view;

struct view_request {
	const struct rtp_hist *hist;
	struct rtp_hist_view *view;
};

static void view_on_cpu(void *data)
{
	struct view_request *request = data;

	/* The writer is this CPU and interrupts are off, so the first attempt is consistent. */
	WARN_ON_ONCE(!rtp_hist_try_view(request->hist, request->view));
}

static void view_in_interrupt(void *data)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	struct rtp_mark since = rtp_mark(rtp_clock_chosen, c);

	view_on_cpu(data);
	rtp_own_end(c, &since);
}

/* Copies a histogram on the row's own CPU. Passive CPUs are not interrupted for this. */
static const struct rtp_hist_view *view_by_interrupt(struct rtp_row *row)
{
	struct view_request request = { .hist = &row->hist, .view = &shared_view };
	bool passive = !rtp_cpu_is_active(row->cpu);

	cpus_read_lock();
	if (passive && cpu_online(row->cpu)) {
		cpus_read_unlock();
		WRITE_ONCE(views_missed, views_missed + 1);
		return NULL;
	}
	WRITE_ONCE(view_interrupts, view_interrupts + 1);
	/* An offline CPU writes nothing, and it stays offline while this lock is held. */
	if (smp_call_function_single(row->cpu, view_in_interrupt, &request, 1))
		view_on_cpu(&request);
	cpus_read_unlock();
	return &shared_view;
}

const struct rtp_hist_view *rtp_view_of(struct rtp_row *row)
{
	unsigned int i;

	/*
	 * The row is of an earlier epoch: nothing was recorded since the clear. The lock keeps the
	 * epoch.
	 */
	if (smp_load_acquire(&row->hist.epoch) != rtp_epoch) {
		memset(&shared_view, 0, sizeof(shared_view));
		return &shared_view;
	}
	for (i = 0; i < ATTEMPTS; i++) {
		if (rtp_hist_try_view(&row->hist, &shared_view))
			return &shared_view;
		cpu_relax();
	}
	return view_by_interrupt(row);
}

u64 rtp_views_missed(void)
{
	return READ_ONCE(views_missed);
}

u64 rtp_view_interrupts(void)
{
	return READ_ONCE(view_interrupts);
}
