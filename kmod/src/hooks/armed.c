// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/armed.h"

#include <linux/cache.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/string.h>

#include "compat/cycle.h"

#define ARMED_NAMES 3

struct rtp_armed_functions rtp_armed_functions __read_mostly;

#ifdef CONFIG_KPROBES

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

/*
 * Adding the probes changes no code of the kernel. Removing them waits for all CPUs, so it is one
 * call.
 */
static void find(const char *const names[], const void *function[], unsigned int n)
{
	struct kprobe probes[ARMED_NAMES], *added[ARMED_NAMES];
	unsigned int i, adds = 0;

	for (i = 0; i < n; i++) {
		probes[i] = (struct kprobe) {
			.symbol_name = names[i],
			.flags = KPROBE_FLAG_DISABLED,
		};
		if (register_kprobe(&probes[i]))
			continue;
		function[i] = begin_of(probes[i].addr);
		added[adds++] = &probes[i];
	}
	if (adds)
		unregister_kprobes(added, adds);
}

#else

static void find(const char *const names[], const void *function[], unsigned int n)
{
}

#endif

void rtp_armed_find(void)
{
	/* The tick has the second name on newer kernels; older ones have both functions. */
	static const char *const names[ARMED_NAMES] = {
		"tick_sched_timer", "tick_nohz_handler", "process_timeout",
	};
	const void *function[ARMED_NAMES] = {};

	find(names, function, ARMED_NAMES);
	rtp_armed_functions = (struct rtp_armed_functions) {
		.tick = function[0] ?: function[1],
		.hrtimer_wakeup = compat_hrtimer_wakeup_function(),
		.process_timeout = function[2],
	};
}
