// SPDX-License-Identifier: GPL-2.0-or-later
/* An ftrace handler gets a special type of registers. */
#include <linux/ftrace.h>
void use(struct ftrace_ops *ops, void (*handler)(unsigned long, unsigned long, struct ftrace_ops *,
						 struct ftrace_regs *));
void use(struct ftrace_ops *ops, void (*handler)(unsigned long, unsigned long, struct ftrace_ops *,
						 struct ftrace_regs *))
{
	ops->func = handler;
}
