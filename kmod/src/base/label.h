/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's names of softirqs and of interrupts without a line. Any context. */
#ifndef RTPROBE_LABEL_H
#define RTPROBE_LABEL_H

#include "uapi/rtprobe.h"

/*
 * The names in /proc/softirqs and /proc/interrupts, by enum rtprobe_softirq and enum
 * rtprobe_vector. The address of an element is also the key of its rows.
 */
extern const char *const rtp_softirq_labels[RTPROBE_SOFTIRQ_COUNT];
extern const char *const rtp_vector_labels[RTPROBE_VECTOR_COUNT];

/* Return the name of any number; a placeholder if it is out of range. */
const char *rtp_softirq_label(unsigned int softirq);
const char *rtp_vector_label(unsigned int vector);

#endif
