// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/irq.h>

#include "enclose.h"

/* First of all probes at the entry, last of all at the exit. */
#define PRIORITY_FIRST INT_MAX
#define PRIORITY_LAST 0

static struct {
	struct tracepoint *entry, *exit;
	irq_handler_t handler;
	void (*after)(u64 before_ns, u64 after_ns);
	u64 before_ns;
} enclose;

static void probe_entry(void *data, int irq, struct irqaction *action)
{
	if (action->handler == enclose.handler)
		enclose.before_ns = ktime_get_ns();
}

static void probe_exit(void *data, int irq, struct irqaction *action, int ret)
{
	if (action->handler == enclose.handler)
		enclose.after(enclose.before_ns, ktime_get_ns());
}

/* Tracepoints of irqs are not exported to modules, so they are looked up by name. */
static void look_up(struct tracepoint *tp, void *data)
{
	if (!strcmp(tp->name, "irq_handler_entry"))
		enclose.entry = tp;
	else if (!strcmp(tp->name, "irq_handler_exit"))
		enclose.exit = tp;
}

int enclose_start(irq_handler_t handler, void (*after)(u64 before_ns, u64 after_ns))
{
	int error;

	check_trace_callback_type_irq_handler_entry(probe_entry);
	check_trace_callback_type_irq_handler_exit(probe_exit);
	for_each_kernel_tracepoint(look_up, NULL);
	if (!enclose.entry || !enclose.exit)
		return -ENOENT;
	enclose.handler = handler;
	enclose.after = after;
	error = tracepoint_probe_register_prio(enclose.entry, probe_entry, NULL, PRIORITY_FIRST);
	if (error)
		return error;
	error = tracepoint_probe_register_prio(enclose.exit, probe_exit, NULL, PRIORITY_LAST);
	if (error) {
		tracepoint_probe_unregister(enclose.entry, probe_entry, NULL);
		tracepoint_synchronize_unregister();
	}
	return error;
}

void enclose_stop(void)
{
	tracepoint_probe_unregister(enclose.entry, probe_entry, NULL);
	tracepoint_probe_unregister(enclose.exit, probe_exit, NULL);
	tracepoint_synchronize_unregister();
}
