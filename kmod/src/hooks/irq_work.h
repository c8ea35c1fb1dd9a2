/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hook around the functions of irq_work: in the interrupt IWI, in a function-call IPI if
 * another CPU queued it, and on PREEMPT_RT also in the thread irq_work/N. See kprobe.h.
 */
#ifndef RTPROBE_IRQ_WORK_H
#define RTPROBE_IRQ_WORK_H

#include "hooks/kprobe.h"

extern const struct rtp_kprobe_set rtp_irq_work_set;

#endif
