/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings written as key=value words: in /proc/rtprobe/control and as module parameters. Keys are
 * measures, period, threshold, thresholds, interval, capture, thread_priority, recorder, cpus and,
 * in control, clear. Process context.
 */
#ifndef RTPROBE_CONTROL_H
#define RTPROBE_CONTROL_H

#include "settings/config.h"

/* Maximum length of a write to control. */
#define RTP_CONTROL_MAX 1024

struct rtp_control {
	struct rtp_config_change config;
	u32 clear;	/* mask of enum rtprobe_clear */
};

/* Adds one setting to a request; modifies @value. Returns -EINVAL and stores the reason. */
int rtp_control_add(struct rtp_control *control, const char *key, char *value,
		    struct rtp_reason *reason);

/*
 * Executes a text of settings. On an error changes nothing and stores the reason as last_error.
 */
int rtp_control_run(char *text);

/* Prints the settings as key=value words, one per line. */
struct seq_file;
void rtp_control_show(struct seq_file *seq);

/* Copies the reason of the last refused request, "none" if there is none; at most @size bytes. */
void rtp_last_error_get(char *text, size_t size);
void rtp_last_error_set(const struct rtp_reason *reason);

#endif
