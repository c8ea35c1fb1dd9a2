/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hook around RCU callbacks, see kprobe.h. The kernel takes each callback from its list by
 * rcu_cblist_dequeue() directly before it calls it, so one probe reports the end of one callback
 * and the begin of the next. Callbacks of the same function in a row are recorded once.
 */
#ifndef RTPROBE_RCU_H
#define RTPROBE_RCU_H

#include "hooks/kprobe.h"

extern const struct rtp_kprobe_set rtp_rcu_set;

#endif
