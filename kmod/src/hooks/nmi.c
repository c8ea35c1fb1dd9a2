// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/nmi.h"

#include <trace/events/nmi.h>

#include "base/cpu.h"
#include "base/edge.h"
#include "base/tracepoint.h"
#include "recorder/recorder.h"

static unsigned int users;

static void notrace nmi_handler(void *unused, void *handler, s64 delta_ns, int handled)
{
	struct rtp_cpu *c = this_cpu_ptr(rtp_cpus);
	u64 since = rtp_cost_counts(&c->cost.nmi) ? rtp_clock_now() : 0;

	rtp_edge_nmi(c, rtp_clock_from_ns(delta_ns));
	rtp_recorder_add(c, RTPROBE_TRACE_EVENT_NMI, delta_ns, rtp_clock_now());
	if (unlikely(since))
		rtp_cost_timed(&c->cost, &c->cost.nmi, since);
}

static struct rtp_hook nmi_hooks[] = {
	{ .name = "nmi_handler", .probe = { nmi_handler, nmi_handler } },
};

static void __maybe_unused check_nmi_types(void)
{
	check_trace_callback_type_nmi_handler(nmi_handler);
}

void rtp_nmi_find(void)
{
	rtp_hooks_find(nmi_hooks, ARRAY_SIZE(nmi_hooks));
}

int rtp_nmi_start(void)
{
	int err = users ? 0 : rtp_hooks_register(nmi_hooks, ARRAY_SIZE(nmi_hooks));

	if (!err)
		users++;
	return err;
}

void rtp_nmi_stop(void)
{
	if (!--users)
		rtp_hooks_unregister_early(nmi_hooks, ARRAY_SIZE(nmi_hooks), NULL);
}
