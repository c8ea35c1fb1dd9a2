/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Properties of the machine and of this load of the module, for get-info. */
#ifndef RTPROBE_MACHINE_H
#define RTPROBE_MACHINE_H

#include <linux/types.h>

#define RTP_VERSION "0.1.0"

/* Buffer size for a list of CPUs; a longer list is cut and ends in "...". */
#define RTP_CPU_LIST 256

/* Returns a random number that identifies this load. */
u64 rtp_machine_instance(void);

/*
 * Returns the model of the boot CPU, "unknown" if there is none. On arm64 that of the first online
 * CPU, from its identification register, and the machine's from the device tree.
 */
const char *rtp_machine_cpu_model(void);

/* Prints a set of CPUs, such as 0-3,6, into @list of @size bytes. */
struct cpumask;
void rtp_machine_cpu_list(char *list, size_t size, const struct cpumask *mask);

void rtp_machine_init(void);

#endif
