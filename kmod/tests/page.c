// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/mm.h>
#include <linux/sched.h>

#include "page.h"

#define MOST_SECONDS 60

static vm_fault_t page_fault(struct vm_fault *fault)
{
	schedule_timeout_killable(MOST_SECONDS * HZ);
	return VM_FAULT_SIGBUS;
}

static const struct vm_operations_struct operations = { .fault = page_fault };

int page_map(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &operations;
	return 0;
}
