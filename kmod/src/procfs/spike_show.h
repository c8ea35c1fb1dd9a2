/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * Prints a spike as key=value lines and an empty line. Process context, rtp_spikes_lock held.
 */
#ifndef RTPROBE_SPIKE_SHOW_H
#define RTPROBE_SPIKE_SHOW_H

struct rtp_spike;
struct seq_file;

void rtp_spike_show(struct seq_file *seq, const struct rtp_spike *spike);

#endif
