/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints registers by name. */
#ifndef RTPROBE_REGS_H
#define RTPROBE_REGS_H

#include <linux/types.h>

#include "uapi/rtprobe.h"

struct pt_regs;

/* Buffer size for one register as name=hex. */
#define RTP_REGISTER_TEXT RTPROBE_REGISTER_LEN

/* Prints the register with an index as name=hex. Returns false past the last one. Any context. */
bool rtp_register_print(char *text, const struct pt_regs *regs, unsigned int index);

#endif
