// SPDX-License-Identifier: GPL-2.0-or-later
/* 5.18: the kinds of housekeeping are numbers, not flags. */
#include <linux/sched/isolation.h>

const struct cpumask *probe(void);
const struct cpumask *probe(void)
{
	return housekeeping_cpumask(HK_TYPE_DOMAIN);
}
