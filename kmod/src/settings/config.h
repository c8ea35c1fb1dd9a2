/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings in force. A change is applied whole or not at all. Process context throughout. */
#ifndef RTPROBE_CONFIG_H
#define RTPROBE_CONFIG_H

#include <linux/types.h>

#include "base/reason.h"

/* Longest list of CPUs as a setting, with its NUL. */
#define RTP_CPUS_TEXT 256

struct rtp_config {
	u32 measures;	/* mask of enum rtprobe_measure */
	u32 recorder;	/* 1: the flight recorder runs while a measure is on */
	u64 period;	/* ns */
	u64 threshold;	/* ns; 0: off */
	u64 interval;	/* ns */
	u32 capture;	/* mask of enum rtprobe_capture, of the general threshold */
	u32 thread_priority;	/* SCHED_FIFO, of the probe's threads */
	char cpus[RTP_CPUS_TEXT];	/* the active CPUs as a list, or default */
};

/* Which members of a struct rtp_config a change sets. */
enum {
	RTP_CONFIG_MEASURES = 1,
	RTP_CONFIG_PERIOD = 2,
	RTP_CONFIG_THRESHOLD = 4,
	RTP_CONFIG_INTERVAL = 8,
	RTP_CONFIG_CAPTURE = 16,
	RTP_CONFIG_THREAD_PRIORITY = 32,
	RTP_CONFIG_RECORDER = 64,
	RTP_CONFIG_CPUS = 128,
};

struct rtp_config_change {
	unsigned int set;
	struct rtp_config to;
};

extern const struct rtp_config rtp_config_default;

struct rtp_config rtp_config_get(void);

/*
 * Whether a change is within limits and this kernel can give its measures. -EINVAL with the reason.
 */
int rtp_config_check(const struct rtp_config_change *change, struct rtp_reason *reason);

/* @changed is called with the settings after each change, with them locked. */
void rtp_config_init(void (*changed)(const struct rtp_config *config));

/* Check and apply a change. On an error nothing changed. */
int rtp_config_apply(const struct rtp_config_change *change, struct rtp_reason *reason);

/* Switch every measure off, for good. */
void rtp_config_shutdown(void);

#endif
