/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences between kernels that concern locks. */
#ifndef RTPROBE_COMPAT_LOCK_H
#define RTPROBE_COMPAT_LOCK_H

#include <linux/mutex.h>
#include <linux/rtmutex.h>

#include "compat/probes.h"

#ifdef RTPROBE_HAVE_RT_MUTEX_BASE
typedef struct rt_mutex_base compat_rt_mutex;
#else
typedef struct rt_mutex compat_rt_mutex;
#endif

/*
 * Returns the owner of a mutex, NULL if it has none or if this kernel builds it on an rt_mutex. The owner may release
 * the mutex at any time.
 */
static inline struct task_struct *compat_mutex_owner(struct mutex *mutex)
{
#ifdef CONFIG_PREEMPT_RT
	return NULL;
#else
	/* The lowest three bits are flags. */
	return (struct task_struct *)(atomic_long_read(&mutex->owner) & ~7UL);
#endif
}

#endif
