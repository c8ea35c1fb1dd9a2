// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes are called under sleepable RCU, with preemption as it was. */
#include <linux/tracepoint.h>
void use(struct rcu_head *head, rcu_callback_t callback);
void use(struct rcu_head *head, rcu_callback_t callback)
{
	call_tracepoint_unregister_atomic(head, callback);
}
