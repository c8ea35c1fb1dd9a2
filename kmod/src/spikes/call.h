/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the system calls in which a task often sleeps. */
#ifndef RTPROBE_CALL_H
#define RTPROBE_CALL_H

#include <linux/types.h>

/* Returns the name of a system call of this machine; empty if it is none that is listed. */
const char *rtp_call_name(u32 call);

#endif
