/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a request was refused: a stable code, the offending word, an explanation. Shown as
 * last_error= in status, in the kernel log for a module parameter.
 */
#ifndef RTPROBE_REASON_H
#define RTPROBE_REASON_H


#include <linux/compiler_attributes.h>
#include <linux/types.h>

struct rtp_reason {
	char text[192];
};

/* Write down a reason and return -EINVAL, so that `return rtp_refuse(...)` refuses. */
__printf(3, 4) int rtp_refuse(struct rtp_reason *reason, const char *code, const char *format, ...);

/* Whether the code of a refusal is @code. */
bool rtp_refused_for(const struct rtp_reason *reason, const char *code);

#endif
