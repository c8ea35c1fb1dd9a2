// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/tracepoint.h"

#include <linux/string.h>

struct search {
	struct rtp_hook *hooks;
	unsigned int n;
	unsigned int found;
};

static void tracepoint_match(struct tracepoint *tracepoint, void *data)
{
	struct search *search = data;
	unsigned int i;

	for (i = 0; i < search->n; i++) {
		if (strcmp(tracepoint->name, search->hooks[i].name))
			continue;
		search->hooks[i].tracepoint = tracepoint;
		search->found++;
	}
}

unsigned int rtp_hooks_find(struct rtp_hook *hooks, unsigned int n)
{
	struct search search = { .hooks = hooks, .n = n };

	for_each_kernel_tracepoint(tracepoint_match, &search);
	return search.found;
}

static void *data_of(const struct rtp_hook *hook)
{
	return hook->data ?: (void *)(uintptr_t)rtp_cpus;
}

/*
 * Unregisters ends first, as at registration: an end whose begin is no longer hooked would be
 * paired with an earlier begin. A begin without an end is discarded before the next registration.
 */
static void unregister_first(struct rtp_hook *hooks, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (hooks[i].tracepoint)
			tracepoint_probe_unregister(hooks[i].tracepoint, hooks[i].registered,
						    data_of(&hooks[i]));
}

int rtp_hooks_register(struct rtp_hook *hooks, unsigned int n)
{
	unsigned int i;
	int err;

	for (i = 0; i < n; i++) {
		if (!hooks[i].tracepoint)
			continue;
		hooks[i].registered = hooks[i].probe[rtp_clock_chosen];
		err = tracepoint_probe_register(hooks[i].tracepoint, hooks[i].registered,
						data_of(&hooks[i]));
		if (err) {
			rtp_hooks_unregister(hooks, i);
			return err;
		}
	}
	return 0;
}

void rtp_hooks_unregister(struct rtp_hook *hooks, unsigned int n)
{
	unregister_first(hooks, n);
	tracepoint_synchronize_unregister();
}

/* What rtp_hooks_wait has to do. Under the config mutex. */
#define RESETS_MAX 16
static bool wait_expected;
static void (*resets[RESETS_MAX])(void);
static unsigned int resets_noted;

void rtp_hooks_expect_wait(void (*reset)(void))
{
	unsigned int i;

	wait_expected = true;
	for (i = 0; i < resets_noted && resets[i] != reset; i++)
		;
	if (!reset || i < resets_noted)
		return;
	resets[resets_noted++] = reset;
	if (resets_noted == RESETS_MAX)
		rtp_hooks_wait();
}

void rtp_hooks_unregister_early(struct rtp_hook *hooks, unsigned int n, void (*reset)(void))
{
	unregister_first(hooks, n);
	rtp_hooks_expect_wait(reset);
}

void rtp_hooks_wait(void)
{
	unsigned int i;

	if (!wait_expected)
		return;
	tracepoint_synchronize_unregister();
	for (i = 0; i < resets_noted; i++)
		resets[i]();
	resets_noted = 0;
	wait_expected = false;
}
