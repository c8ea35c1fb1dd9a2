// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/armed.h"

#include <linux/cache.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "compat/cycle.h"
#include "hooks/kprobe.h"

struct rtp_armed_functions rtp_armed_functions __read_mostly;

/* The tick has the second name on newer kernels; older ones have both functions. */
enum { ARMED_TICK, ARMED_TICK_NEW, ARMED_PROCESS_TIMEOUT, ARMED_NAMES };

#ifdef CONFIG_KRETPROBES

static struct rtp_kprobe armed_probes[ARMED_NAMES] = {
	[ARMED_TICK] = RTP_KPROBE("tick_sched_timer", NULL),
	[ARMED_TICK_NEW] = RTP_KPROBE("tick_nohz_handler", NULL),
	[ARMED_PROCESS_TIMEOUT] = RTP_KPROBE("process_timeout", NULL),
};
static const struct rtp_kprobe_set armed_set = { .probes = armed_probes, .n = ARMED_NAMES };

/* A kprobe at a function's entry may be behind its first instruction. */
static const void *begin_of(const void *address)
{
	char symbol[KSYM_SYMBOL_LEN];
	const char *behind;
	unsigned long offset;

	/* NAME+0xOFFSET/0xSIZE */
	sprint_symbol(symbol, (unsigned long)address);
	behind = strchr(symbol, '+');
	if (!behind || sscanf(behind, "+%lx/", &offset) != 1)
		return NULL;
	return address - offset;
}

static const void *armed_function(unsigned int name)
{
	const struct rtp_kprobe *probe = &armed_probes[name];

	return probe->found ? begin_of(probe->at.kp.addr) : NULL;
}

#else

static const struct rtp_kprobe_set armed_set;

static const void *armed_function(unsigned int name)
{
	return NULL;
}

#endif

void rtp_armed_find(void)
{
	rtp_kprobes_find(&armed_set);
	rtp_armed_functions = (struct rtp_armed_functions) {
		.tick = armed_function(ARMED_TICK) ?: armed_function(ARMED_TICK_NEW),
		.hrtimer_wakeup = compat_hrtimer_wakeup_function(),
		.process_timeout = armed_function(ARMED_PROCESS_TIMEOUT),
	};
}

void rtp_armed_forget(void)
{
	rtp_kprobes_forget(&armed_set);
}
