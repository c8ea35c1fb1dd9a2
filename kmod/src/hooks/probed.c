// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/probed.h"

#include <linux/bits.h>
#include <linux/kernel.h>

#include "hooks/irq_work.h"
#include "hooks/queue_site.h"
#include "hooks/rcu.h"
#include "hooks/stopper.h"

static const struct rtp_kprobe_set *const sets[] = {
	&rtp_irq_work_set, &rtp_rcu_set, &rtp_stopper_set, &rtp_queue_site_set,
};

u32 rtp_probed_available(void)
{
	unsigned int i;
	u32 mask = 0;

	for (i = 0; i < ARRAY_SIZE(sets); i++)
		if (rtp_kprobes_usable(sets[i]))
			mask |= BIT(sets[i]->callback);
	return mask;
}

static void release_sets(unsigned int n)
{
	while (n--)
		rtp_kprobes_release(sets[n]);
}

int rtp_probed_hold(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		err = rtp_kprobes_hold(sets[i]);
		if (err) {
			release_sets(i);
			return err;
		}
	}
	return 0;
}

void rtp_probed_release(void)
{
	release_sets(ARRAY_SIZE(sets));
}

int rtp_probed_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sets); i++)
		rtp_kprobes_find(sets[i]);
	return 0;
}

void rtp_probed_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sets); i++)
		rtp_kprobes_forget(sets[i]);
}
