// SPDX-License-Identifier: GPL-2.0-or-later
#include "smi.h"

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#ifdef CONFIG_X86_64

#include <asm/io.h>
#include <asm/processor-flags.h>

#define SMI_PORT 0xb2

#define TIMES_AT 1 /* where the code has how many */

int smi_in_user_mode(struct edu_hold *hold)
{
	u8 code[] = {
		0xb9, 0, 0, 0, 0, /* mov $times, %ecx */
		0x31, 0xc0, /* xor %eax, %eax */
		0xe6, 0xb2, /* 1: out %al, $0xb2: the port that raises an SMI */
		0xba, 0x00, 0x00, 0x10, 0x00, /* mov $0x100000, %edx */
		0xff, 0xca, /* 2: dec %edx */
		0x75, 0xfc, /* jnz 2b */
		0xff, 0xc9, /* dec %ecx */
		0x75, 0xf1, /* jnz 1b */
		0xeb, 0xfe, /* 3: jmp 3b */
	};
	u32 times = div_u64(hold->asked_ns, NSEC_PER_USEC);
	struct pt_regs *regs = task_pt_regs(current);
	unsigned long at;

	memcpy(code + TIMES_AT, &times, sizeof(times));
	at = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (IS_ERR_VALUE(at))
		return at;
	if (copy_to_user((void __user *)at, code, sizeof(code)))
		return -EFAULT;
	regs->ip = at;
	regs->flags |= X86_EFLAGS_IOPL; /* it may use ports */
	hold->start_ns = hold->end_ns = ktime_get_ns();
	hold->cpu = raw_smp_processor_id();
	hold->pid = current->pid;
	get_task_comm(hold->comm, current);
	return 0;
}

int smi_in_kernel(struct edu_hold *hold)
{
	hold->start_ns = ktime_get_ns();
	do {
		outb(0, SMI_PORT);
		hold->end_ns = ktime_get_ns();
	} while (hold->end_ns - hold->start_ns < hold->asked_ns);
	hold->cpu = raw_smp_processor_id();
	hold->pid = current->pid;
	get_task_comm(hold->comm, current);
	return 0;
}

#else

int smi_in_kernel(struct edu_hold *hold)
{
	return -ENODEV;
}

int smi_in_user_mode(struct edu_hold *hold)
{
	return -ENODEV;
}

#endif
