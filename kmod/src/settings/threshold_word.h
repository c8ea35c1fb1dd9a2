/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * General thresholds as one word, such as wakeup_latency:100us,wakeup_latency/kthreads:off. Those
 * that the word does not name stay. Process context.
 */
#ifndef RTPROBE_THRESHOLD_WORD_H
#define RTPROBE_THRESHOLD_WORD_H

#include "settings/config.h"

/* Adds the named thresholds to a change. Modifies @list. Returns -EINVAL and stores the reason. */
int rtp_thresholds_word(struct rtp_config_change *change, char *list, struct rtp_reason *reason);

/* Prints all thresholds. The word sets the same ones. */
struct seq_file;
void rtp_thresholds_show(struct seq_file *seq, const struct rtp_thresholds *thresholds);

#endif
