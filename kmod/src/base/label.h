/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of softirqs, of interrupts without a line, and of callbacks. Any context. */
#ifndef RTPROBE_LABEL_H
#define RTPROBE_LABEL_H

#include "uapi/rtprobe.h"

/*
 * The names in /proc/softirqs and /proc/interrupts, by enum rtprobe_softirq and enum
 * rtprobe_vector. The address of an element is also the key of its rows.
 */
extern const char *const rtp_softirq_labels[RTPROBE_SOFTIRQ_COUNT];
extern const char *const rtp_vector_labels[RTPROBE_VECTOR_COUNT];

/* Names in /proc/rtprobe, by enum rtprobe_callback. */
extern const char *const rtp_callback_names[RTPROBE_CALLBACK_COUNT + 1];
extern const char *const rtp_wait_names[RTPROBE_WAIT_COUNT];

/* Return the name of any number; a placeholder if it is out of range. */
const char *rtp_softirq_label(unsigned int softirq);
const char *rtp_vector_label(unsigned int vector);

#endif
