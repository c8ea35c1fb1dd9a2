/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers by name. */
#ifndef RTPROBE_REGS_H
#define RTPROBE_REGS_H

#include <linux/types.h>

struct pt_regs;

/* Room for one as name=hex. */
#define RTP_REGISTER_TEXT 32

/* Print the register of an index as name=hex; false past the last. Any context. */
bool rtp_register_print(char *text, const struct pt_regs *regs, unsigned int index);

#endif
