// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiles on every prepared kernel tree. */
#include <linux/hrtimer.h>
#include <linux/irq.h>
#include <linux/module.h>
#include <net/genetlink.h>
int baseline(void);
int baseline(void)
{
	return 0;
}
