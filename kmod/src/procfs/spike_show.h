/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A spike as a block of key=value lines, closed by an empty one. Process context, rtp_spikes_lock
 * held.
 */
#ifndef RTPROBE_SPIKE_SHOW_H
#define RTPROBE_SPIKE_SHOW_H

struct rtp_spike;
struct seq_file;

void rtp_spike_show(struct seq_file *seq, const struct rtp_spike *spike);

#endif
