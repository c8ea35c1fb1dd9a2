/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hooks around functions that the kernel runs in the highest-priority thread of a CPU,
 * migration/N: those of stop_machine(), which all CPUs wait for, and those that migrate a running
 * task. Also where they are requested. See kprobe.h.
 */
#ifndef RTPROBE_STOPPER_H
#define RTPROBE_STOPPER_H

#include "hooks/kprobe.h"

extern const struct rtp_kprobe_set rtp_stopper_set;

#endif
