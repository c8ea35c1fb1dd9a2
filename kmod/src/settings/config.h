/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The current settings. A change is applied completely or not at all. Process context. */
#ifndef RTPROBE_CONFIG_H
#define RTPROBE_CONFIG_H

#include <linux/types.h>

#include "base/reason.h"
#include "base/threshold.h"
#include "uapi/rtprobe.h"

struct rtp_config {
	u32 measures;	/* mask of enum rtprobe_measure */
	u32 recorder;	/* 1: the flight recorder runs while a measure is on */
	u64 period;	/* ns */
	struct rtp_thresholds thresholds;
	u64 interval;	/* ns */
	u32 capture;	/* mask of enum rtprobe_capture, of the general thresholds */
	u32 thread_priority;	/* SCHED_FIFO priority of the module's threads */
	u32 self_limit;	/* percent of one CPU for captures and the worker; 0: no limit */
	char cpus[RTPROBE_CPUS_LEN];	/* the active CPUs as a list, or "default" */
};

/* Which members of a struct rtp_config a change sets. */
enum {
	RTP_CONFIG_MEASURES = 1,
	RTP_CONFIG_PERIOD = 2,
	RTP_CONFIG_THRESHOLD = 4,	/* all thresholds, from rtp_config_change.threshold */
	RTP_CONFIG_INTERVAL = 8,
	RTP_CONFIG_CAPTURE = 16,
	RTP_CONFIG_THREAD_PRIORITY = 32,
	RTP_CONFIG_RECORDER = 64,
	RTP_CONFIG_CPUS = 128,
	RTP_CONFIG_THRESHOLDS = 256,	/* those of rtp_config_change.named, after the former */
	RTP_CONFIG_SELF_LIMIT = 512,
};

struct rtp_config_change {
	unsigned int set;
	u64 threshold;		/* ns; 0: off */
	u32 named[RTP_KINDS];	/* masks of the measures whose threshold `to` has */
	struct rtp_config to;
};

extern const struct rtp_config rtp_config_default;

struct rtp_config rtp_config_get(void);

/*
 * Checks that a change is within limits and that this kernel supports its measures. Returns -EINVAL
 * and stores the reason if not.
 */
int rtp_config_check(const struct rtp_config_change *change, struct rtp_reason *reason);

/* @changed is called with the settings after each change, with the config mutex held. */
void rtp_config_init(void (*changed)(const struct rtp_config *config));

/* Checks and applies a change. On an error nothing is changed. */
int rtp_config_apply(const struct rtp_config_change *change, struct rtp_reason *reason);

/*
 * Switch all measures off, and on again as they are set then. Nothing that was begun before the
 * pause ends after it. rtp_config_pause fails with -EBUSY while a CPU is held.
 */
int rtp_config_pause(void);
void rtp_config_resume(void);

/*
 * Runs @action between a pause and a resume. Returns -EAGAIN while a change of the settings is in
 * progress and -EBUSY while a CPU is held. Any thread except one that changes settings.
 */
int rtp_config_try_silent(void (*action)(void));

/* Switches all measures off, for unload. */
void rtp_config_shutdown(void);

#endif
