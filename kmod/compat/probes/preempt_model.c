// SPDX-License-Identifier: GPL-2.0-or-later
/* From 5.19, the kernel reports whether it preempts kernel code, which can be chosen at boot. */
#include <linux/sched.h>

bool probe(void);
bool probe(void)
{
	return preempt_model_preemptible();
}
