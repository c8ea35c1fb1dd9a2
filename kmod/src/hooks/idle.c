// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/idle.h"

#include <trace/events/power.h>

#include "base/tracepoint.h"
#include "recorder/recorder.h"

static __always_inline void idle_note(enum rtprobe_clock clock, void *data, unsigned int state)
{
	struct rtp_cpu *c = rtp_hook_cpu(data);
	/* Some kernels enable interrupts before the event, so a call may be missed. */
	u64 since = rtp_cost_hook_begin(&c->cost);

	if (rtp_recorder_is_on())
		rtp_recorder_put_now(c, clock, RTPROBE_TRACE_EVENT_IDLE, state, false, NULL);
	rtp_cost_hook_end(&c->cost, since);
}

static void notrace idle_mono(void *data, unsigned int state, unsigned int cpu)
{
	idle_note(RTPROBE_CLOCK_MONO, data, state);
}

static void notrace idle_tsc(void *data, unsigned int state, unsigned int cpu)
{
	idle_note(RTPROBE_CLOCK_TSC, data, state);
}

static struct rtp_hook idle_hooks[] = {
	{ .name = "cpu_idle", .probe = { idle_mono, idle_tsc } },
};

static void __maybe_unused check_idle_types(void)
{
	check_trace_callback_type_cpu_idle(idle_mono);
	check_trace_callback_type_cpu_idle(idle_tsc);
	/* The state that a CPU reports when it leaves one. */
	BUILD_BUG_ON((u32)PWR_EVENT_EXIT != RTPROBE_IDLE_LEFT);
}

void rtp_idle_find(void)
{
	rtp_hooks_find(idle_hooks, ARRAY_SIZE(idle_hooks));
}

int rtp_idle_hold(void)
{
	return rtp_hooks_register(idle_hooks, ARRAY_SIZE(idle_hooks));
}

void rtp_idle_release(void)
{
	rtp_hooks_unregister_early(idle_hooks, ARRAY_SIZE(idle_hooks), NULL);
}
