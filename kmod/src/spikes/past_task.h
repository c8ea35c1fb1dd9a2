/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RTPROBE_PAST_TASK_H
#define RTPROBE_PAST_TASK_H

#include <linux/types.h>

#include "base/about.h"

/*
 * Describes the task that had a pid at a time, in ns of CLOCK_MONOTONIC, by its pid and by @comm,
 * its name then; empty: unknown. Adds everything else unless the pid now belongs to a later task,
 * or to one with another name. Process context.
 */
void rtp_past_task_describe(struct rtp_task *to, u32 pid, const char *comm, u64 time);

#endif
