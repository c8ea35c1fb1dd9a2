// SPDX-License-Identifier: GPL-2.0-or-later

#include "settings/suspend.h"

#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/suspend.h>

#include "settings/config.h"

static u32 suspends;

u32 rtp_suspends(void)
{
	return READ_ONCE(suspends);
}

/* A suspend is never refused for us. */
static int suspend_notify(struct notifier_block *block, unsigned long event, void *unused)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		if (rtp_config_pause())
			pr_warn("cpu_held: a CPU is held, so the measures stay on during this suspend\n");
		break;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
	case PM_POST_RESTORE:
		WRITE_ONCE(suspends, suspends + 1);
		rtp_config_resume();
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block suspend_block = { .notifier_call = suspend_notify };

int rtp_suspend_init(void)
{
	return register_pm_notifier(&suspend_block);
}

void rtp_suspend_exit(void)
{
	unregister_pm_notifier(&suspend_block);
}
