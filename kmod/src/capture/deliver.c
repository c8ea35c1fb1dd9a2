// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/deliver.h"

#include <linux/kthread.h>
#include <linux/rculist.h>

#include "base/handover.h"
#include "base/housekeeping.h"
#include "capture/action.h"
#include "capture/rule.h"

static struct rtp_handover deliver_handover;
static struct kthread_work deliver_work;
static void (*notify_delivered)(void);

static void deliver(struct kthread_work *unused)
{
	struct rtp_rule *rule;

	rcu_read_lock();
	list_for_each_entry_rcu(rule, &rtp_rules, list)
		rtp_action_send(&rule->action, &rule->spec.action);
	rcu_read_unlock();
	notify_delivered();
}

static void deliver_queue_work(void)
{
	kthread_queue_work(rtp_worker, &deliver_work);
}

void rtp_deliver(void)
{
	rtp_handover(&deliver_handover);
}

int rtp_deliver_init(void (*delivered)(void))
{
	notify_delivered = delivered;
	kthread_init_work(&deliver_work, deliver);
	rtp_handover_init(&deliver_handover, deliver_queue_work);
	return 0;
}

void rtp_deliver_exit(void)
{
	rtp_handover_exit(&deliver_handover);
	kthread_cancel_work_sync(&deliver_work);
}
