/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine and this load of the module, as info tells them. */
#ifndef RTPROBE_MACHINE_H
#define RTPROBE_MACHINE_H

#include <linux/types.h>

#define RTP_VERSION "0.1.0"

/* Room for a list of CPUs; a longer one is cut and ends in "...". */
#define RTP_CPU_LIST 256

/* Random number of this load. */
u64 rtp_machine_instance(void);

/* Model name of the boot CPU, "unknown" where there is none. */
const char *rtp_machine_cpu_model(void);

/* A set of CPUs such as 0-3,6 into @list of @size bytes. */
struct cpumask;
void rtp_machine_cpu_list(char *list, size_t size, const struct cpumask *mask);

void rtp_machine_init(void);

#endif
