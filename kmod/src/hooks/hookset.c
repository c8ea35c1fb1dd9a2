// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/hookset.h"

#include "base/lost.h"
#include "hooks/nmi.h"

unsigned int rtp_hookset_find(struct rtp_hookset *set)
{
	rtp_hooks_find(set->record, set->n);
	return rtp_hooks_find(set->account, set->n);
}

static struct rtp_hook *hookset_wanted(const struct rtp_hookset *set)
{
	if (set->recording)
		return set->record;
	return set->holds ? set->account : NULL;
}

static void hookset_unregister(struct rtp_hookset *set)
{
	if (!set->registered)
		return;
	rtp_hooks_unregister_early(set->registered, set->n, set->forget);
	set->registered = NULL;
	rtp_nmi_stop();
}

/* NMI time is subtracted from what the hooks measure, so both are registered together. */
static int hookset_register(struct rtp_hookset *set, struct rtp_hook *hooks)
{
	int err = hooks ? rtp_nmi_start() : 0;

	if (err || !hooks)
		return err;
	rtp_hooks_wait();
	set->forget();
	rtp_lost_hooks_changing();
	err = rtp_hooks_register(hooks, set->n);
	rtp_lost_hooks_changed();
	if (err)
		rtp_nmi_stop();
	else
		set->registered = hooks;
	return err;
}

static int hookset_settle(struct rtp_hookset *set)
{
	if (hookset_wanted(set) == set->registered)
		return 0;
	hookset_unregister(set);
	return hookset_register(set, hookset_wanted(set));
}

int rtp_hookset_record(struct rtp_hookset *set, bool on)
{
	int err;

	set->recording = on;
	err = hookset_settle(set);
	if (err) {
		set->recording = !on;
		hookset_settle(set);
	}
	return err;
}

int rtp_hookset_hold(struct rtp_hookset *set)
{
	int err;

	set->holds++;
	err = hookset_settle(set);
	if (err) {
		set->holds--;
		hookset_settle(set);
	}
	return err;
}

void rtp_hookset_release(struct rtp_hookset *set)
{
	set->holds--;
	hookset_settle(set);
}
