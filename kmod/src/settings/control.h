/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings written as key=value words: in /proc/rtprobe/control and as module parameters. Keys are
 * measures, period, threshold, interval, capture, thread_priority, recorder, cpus and, in control,
 * clear. Process context.
 */
#ifndef RTPROBE_CONTROL_H
#define RTPROBE_CONTROL_H

#include "settings/config.h"

/* Longest write to control. */
#define RTP_CONTROL_MAX 512

struct rtp_control {
	struct rtp_config_change config;
	u32 clear;	/* mask of enum rtprobe_clear */
};

/* Add one setting to a request; @value is taken apart. -EINVAL with the reason. */
int rtp_control_add(struct rtp_control *control, const char *key, char *value,
		    struct rtp_reason *reason);

/* Carry out a whole text of words; nothing on an error, and then the reason becomes last_error. */
int rtp_control_run(char *text);

/* Print the settings in the same words, one a line. */
struct seq_file;
void rtp_control_show(struct seq_file *seq);

/* Why the last request was refused; "none" if none ever was. Copies at most @size bytes. */
void rtp_last_error_get(char *text, size_t size);
void rtp_last_error_set(const struct rtp_reason *reason);

#endif
