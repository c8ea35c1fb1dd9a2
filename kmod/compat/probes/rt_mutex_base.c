// SPDX-License-Identifier: GPL-2.0-or-later
/* What a task waits for is a struct rt_mutex_base, which struct rt_mutex has inside. */
#include <linux/rtmutex.h>
#include <linux/stddef.h>
unsigned long use(struct rt_mutex_base *lock);
unsigned long use(struct rt_mutex_base *lock)
{
	return (unsigned long)lock->owner;
}
