// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "page.h"

#define MOST_SECONDS 60

/* The task that unmapped a page most recently. */
static char unmapped_by[TASK_COMM_LEN];
module_param_string(unmapped_by, unmapped_by, sizeof(unmapped_by), 0444);

static vm_fault_t page_fault(struct vm_fault *fault)
{
	schedule_timeout_killable(MOST_SECONDS * HZ);
	return VM_FAULT_SIGBUS;
}

static void page_unmap(struct vm_area_struct *vma)
{
	get_task_comm(unmapped_by, current);
}

static const struct vm_operations_struct operations = { .fault = page_fault, .close = page_unmap };

int page_map(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &operations;
	return 0;
}
