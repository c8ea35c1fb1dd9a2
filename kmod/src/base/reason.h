/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reason of a refused request: a stable code, the wrong word, an explanation. Shown as
 * last_error= in status; for a module parameter in the kernel log.
 */
#ifndef RTPROBE_REASON_H
#define RTPROBE_REASON_H


#include <linux/compiler_attributes.h>
#include <linux/types.h>

struct rtp_reason {
	char text[192];
};

/* Stores a reason and returns -EINVAL, for use as `return rtp_refuse(...)`. */
__printf(3, 4) int rtp_refuse(struct rtp_reason *reason, const char *code, const char *format, ...);

/* Returns whether a refusal has the code @code. */
bool rtp_refused_for(const struct rtp_reason *reason, const char *code);

/* Returns whether a refusal is about the word @key: KEY=VALUE or KEY: follows the code. */
bool rtp_refused_key(const struct rtp_reason *reason, const char *key);

#endif
