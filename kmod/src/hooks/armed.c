// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/armed.h"

#include <linux/cache.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/string.h>

#include "compat/cycle.h"

struct rtp_armed_functions rtp_armed_functions __read_mostly;

/* The tick has the second name on newer kernels; older ones have both functions. */
enum { ARMED_TICK, ARMED_TICK_NEW, ARMED_PROCESS_TIMEOUT, ARMED_NAMES };

#ifdef CONFIG_KPROBES

#define ARMED_PROBE(name) { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED }

/* Adding them disabled changes no code of the kernel. */
static struct kprobe armed_probes[ARMED_NAMES] = {
	[ARMED_TICK] = ARMED_PROBE("tick_sched_timer"),
	[ARMED_TICK_NEW] = ARMED_PROBE("tick_nohz_handler"),
	[ARMED_PROCESS_TIMEOUT] = ARMED_PROBE("process_timeout"),
};
static struct kprobe *armed_added[ARMED_NAMES];
static unsigned int armed_adds;

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

static void find(const void *function[ARMED_NAMES])
{
	unsigned int i;

	for (i = 0; i < ARMED_NAMES; i++) {
		if (register_kprobe(&armed_probes[i]))
			continue;
		function[i] = begin_of(armed_probes[i].addr);
		armed_added[armed_adds++] = &armed_probes[i];
	}
}

void rtp_armed_forget(void)
{
	if (armed_adds)
		unregister_kprobes(armed_added, armed_adds);
}

#else

static void find(const void *function[ARMED_NAMES])
{
}

void rtp_armed_forget(void)
{
}

#endif

void rtp_armed_find(void)
{
	const void *function[ARMED_NAMES] = {};

	find(function);
	rtp_armed_functions = (struct rtp_armed_functions) {
		.tick = function[ARMED_TICK] ?: function[ARMED_TICK_NEW],
		.hrtimer_wakeup = compat_hrtimer_wakeup_function(),
		.process_timeout = function[ARMED_PROCESS_TIMEOUT],
	};
}
