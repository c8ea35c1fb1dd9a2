/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking whether an RCU grace period has ended, instead of waiting for one. Process context; a
 * period is not waited for by anything but rtp_grace_exit.
 */
#ifndef RTPROBE_GRACE_H
#define RTPROBE_GRACE_H

#include <linux/types.h>

/* A grace period that begins now or later, to be asked about. */
unsigned long rtp_grace_start(void);

bool rtp_grace_is_over(unsigned long grace);

/* Nobody asks any more. */
void rtp_grace_exit(void);

#endif
