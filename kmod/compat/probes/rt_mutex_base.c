// SPDX-License-Identifier: GPL-2.0-or-later
/* Tasks wait for a struct rt_mutex_base, which is a member of struct rt_mutex. */
#include <linux/rtmutex.h>
#include <linux/stddef.h>
unsigned long use(struct rt_mutex_base *lock);
unsigned long use(struct rt_mutex_base *lock)
{
	return (unsigned long)lock->owner;
}
