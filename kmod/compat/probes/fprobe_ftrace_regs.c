// SPDX-License-Identifier: GPL-2.0-or-later
/* A fprobe's handlers get struct ftrace_regs and a private area. */
#include <linux/fprobe.h>
#ifndef CONFIG_FPROBE
#error "no fprobe in this kernel"
#endif
void use(struct fprobe *probe, int (*handler)(struct fprobe *, unsigned long, unsigned long, struct ftrace_regs *,
					      void *));
void use(struct fprobe *probe, int (*handler)(struct fprobe *, unsigned long, unsigned long, struct ftrace_regs *,
					      void *))
{
	probe->entry_handler = handler;
}
