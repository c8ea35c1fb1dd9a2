/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names network devices from their numbers in the flight recorder. Process context. */
#ifndef RTPROBE_DEVICE_H
#define RTPROBE_DEVICE_H

#include <linux/types.h>

/*
 * Prints a poll as rtp_poll_print. @device is the number in the initial network namespace; 0: the
 * device is unknown. So is one that was removed.
 */
void rtp_device_print_poll(char *text, u32 device, const void *function);

#endif
