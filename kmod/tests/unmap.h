/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writer unmaps memory that a kernel thread on another CPU uses, too: each time, the kernel calls flush_tlb_func there.
 */
#ifndef UNMAP_H
#define UNMAP_H

#include "edu.h"

/*
 * Unmaps a page again and again for hold->asked_ns, from start_ns to end_ns; the pid and comm are the writer's. Process
 * context, under the caller's mutex. Returns 0, -EINVAL for no CPU, or the error of creating the thread or mapping memory.
 */
int unmap_hold(struct edu_hold *hold, int cpu);

#endif
