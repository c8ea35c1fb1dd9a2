// SPDX-License-Identifier: GPL-2.0-or-later
#include "unmap.h"

#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

static int use_memory(void *mm)
{
	kthread_use_mm(mm);
	while (!kthread_should_stop()) {
		cpu_relax();
		cond_resched();
	}
	kthread_unuse_mm(mm);
	return 0;
}

static int unmap_once(void)
{
	unsigned long at = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
				   MAP_ANONYMOUS | MAP_PRIVATE | MAP_POPULATE, 0);

	if (IS_ERR_VALUE(at))
		return at;
	return vm_munmap(at, PAGE_SIZE);
}

int unmap_hold(struct edu_hold *hold, int cpu)
{
	struct task_struct *user;
	int error;

	if (cpu == EDU_CPU_ANY)
		return -EINVAL;
	/* The writer keeps its memory until the thread has ended. */
	user = kthread_create(use_memory, current->mm, "rtprobe-user");
	if (IS_ERR(user))
		return PTR_ERR(user);
	kthread_bind(user, cpu);
	/* No other task takes the CPU, and with it the memory, from it. */
	sched_set_fifo_low(user);
	wake_up_process(user);
	/* Soon it uses the memory. */
	schedule_timeout_uninterruptible(2);
	hold->cpu = cpu;
	hold->pid = current->pid;
	memcpy(hold->comm, current->comm, sizeof(hold->comm));
	hold->start_ns = ktime_get_ns();
	do {
		error = unmap_once();
		hold->end_ns = ktime_get_ns();
	} while (!error && hold->end_ns - hold->start_ns < hold->asked_ns);
	hold->enclosing_ns = hold->end_ns - hold->start_ns;
	kthread_stop(user);
	return error;
}
