/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences between architectures in kprobes. */
#ifndef RTPROBE_COMPAT_KPROBE_H
#define RTPROBE_COMPAT_KPROBE_H

#include <linux/ptrace.h>

/* Returns the return address in a kprobe at a function's entry; 0: unknown. */
static inline unsigned long compat_return_address(struct pt_regs *regs)
{
#ifdef CONFIG_X86
	return regs_get_kernel_stack_nth(regs, 0);
#elif defined(procedure_link_pointer)
	/* The function has not yet signed it. */
	return procedure_link_pointer(regs);
#else
	return 0;
#endif
}

#endif
