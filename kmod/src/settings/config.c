// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings/config.h"

#include <linux/cpumask.h>	/* before mutex.h, which cannot stand alone on 5.10-rt */
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/sched/prio.h>
#include <linux/string.h>

#include "base/measure.h"
#include "base/word.h"
#include "capture/rule.h"
#include "hooks/switching.h"
#include "hooks/thread.h"
#include "hooks/timer.h"
#include "uapi/rtprobe.h"
#include "values/interval.h"

const struct rtp_config rtp_config_default = {
	.measures = RTP_MEASURES_DEFAULT,
	.period = RTPROBE_PERIOD_DEFAULT_NS,
	.recorder = 1,
	.threshold = 0,
	.interval = RTPROBE_INTERVAL_DEFAULT_NS,
	.capture = RTP_CAPTURE_DEFAULT,
	.thread_priority = RTP_THREAD_PRIORITY_DEFAULT,
};

static DEFINE_MUTEX(config_mutex);
static struct rtp_config current_config;
static void (*notify_changed)(const struct rtp_config *config);

void rtp_config_init(void (*changed)(const struct rtp_config *config))
{
	notify_changed = changed;
}

struct rtp_config rtp_config_get(void)
{
	struct rtp_config config;

	mutex_lock(&config_mutex);
	config = current_config;
	mutex_unlock(&config_mutex);
	return config;
}

static int check_range(const char *key, u64 ns, u64 least, u64 most, struct rtp_reason *reason)
{
	char is[RTP_DURATION_TEXT], from[RTP_DURATION_TEXT], to[RTP_DURATION_TEXT];

	if (ns >= least && ns <= most)
		return 0;
	rtp_word_from_duration(is, ns);
	rtp_word_from_duration(from, least);
	rtp_word_from_duration(to, most);
	return rtp_refuse(reason, "out_of_range", "%s=%s: %s to %s", key, is, from, to);
}

static int check_measures(u32 measures, struct rtp_reason *reason)
{
	u32 missing = measures & ~rtp_measures.available;

	if (measures & ~RTP_MEASURES_ALL)
		return rtp_refuse(reason, "unknown_word", "measures=0x%x",
				  (u32)(measures & ~RTP_MEASURES_ALL));
	if (missing)
		return rtp_refuse(reason, "unavailable_measure",
				  "measures=%s: this kernel has no such events",
				  rtp_measure_names[__ffs(missing)]);
	return 0;
}

int rtp_config_check(const struct rtp_config_change *change, struct rtp_reason *reason)
{
	const struct rtp_config *to = &change->to;
	int err = 0;

	if (change->set & RTP_CONFIG_MEASURES)
		err = check_measures(to->measures, reason);
	if (!err && change->set & RTP_CONFIG_PERIOD)
		err = check_range("period", to->period, RTPROBE_PERIOD_MIN_NS,
				  RTPROBE_PERIOD_MAX_NS, reason);
	if (!err && change->set & RTP_CONFIG_THRESHOLD)
		err = check_range("threshold", to->threshold, 0, RTPROBE_THRESHOLD_MAX_NS, reason);
	if (!err && change->set & RTP_CONFIG_INTERVAL)
		err = check_range("interval", to->interval, RTPROBE_INTERVAL_MIN_NS,
				  RTPROBE_INTERVAL_MAX_NS, reason);
	if (!err && change->set & RTP_CONFIG_CAPTURE && to->capture & ~RTP_CAPTURE_ALL)
		err = rtp_refuse(reason, "unknown_word", "capture=0x%x", to->capture);
	if (!err && change->set & RTP_CONFIG_THREAD_PRIORITY &&
	    (!to->thread_priority || to->thread_priority >= MAX_RT_PRIO))
		err = rtp_refuse(reason, "out_of_range", "thread_priority=%u: 1 to %d",
				 to->thread_priority, MAX_RT_PRIO - 1);
	if (!err && change->set & RTP_CONFIG_THREAD_PRIORITY &&
	    to->thread_priority != COMPAT_FIFO_PRIORITY(to->thread_priority))
		err = rtp_refuse(reason, "out_of_range",
				 "thread_priority=%u: this kernel lets a module's thread have %u only",
				 to->thread_priority, RTP_THREAD_PRIORITY_DEFAULT);
	return err;
}

static struct rtp_config config_merge(const struct rtp_config *base,
				      const struct rtp_config_change *change)
{
	struct rtp_config merged = *base;

	if (change->set & RTP_CONFIG_MEASURES)
		merged.measures = change->to.measures;
	if (change->set & RTP_CONFIG_PERIOD)
		merged.period = change->to.period;
	if (change->set & RTP_CONFIG_THRESHOLD)
		merged.threshold = change->to.threshold;
	if (change->set & RTP_CONFIG_INTERVAL)
		merged.interval = change->to.interval;
	if (change->set & RTP_CONFIG_CAPTURE)
		merged.capture = change->to.capture;
	if (change->set & RTP_CONFIG_THREAD_PRIORITY)
		merged.thread_priority = change->to.thread_priority;
	if (change->set & RTP_CONFIG_RECORDER)
		merged.recorder = change->to.recorder;
	return merged;
}

/* Switching measures is the only step that can fail, so it comes first. */
static int config_enact(const struct rtp_config *from, const struct rtp_config *to,
			struct rtp_reason *reason)
{
	int err;

	rtp_thread_set_priority(to->thread_priority);
	err = rtp_measures_switch(from->measures, to->measures, to->period, to->recorder);
	if (err) {
		rtp_thread_set_priority(from->thread_priority);
		rtp_refuse(reason, "kernel_refused", "measures: the kernel refused the probes (%d)",
			   err);
		return err;
	}
	if (from->period != to->period)
		rtp_timer_set_period(to->period);
	if (from->threshold != to->threshold || from->capture != to->capture)
		rtp_rules_set_general(to->threshold, to->capture);
	if (from->interval != to->interval)
		rtp_interval_start(to->interval);
	return 0;
}

int rtp_config_apply(const struct rtp_config_change *change, struct rtp_reason *reason)
{
	struct rtp_config merged;
	int err = rtp_config_check(change, reason);

	if (err)
		return err;
	mutex_lock(&config_mutex);
	merged = config_merge(&current_config, change);
	err = config_enact(&current_config, &merged, reason);
	if (!err && memcmp(&current_config, &merged, sizeof(merged))) {
		current_config = merged;
		notify_changed(&merged);
	}
	mutex_unlock(&config_mutex);
	return err;
}

void rtp_config_shutdown(void)
{
	mutex_lock(&config_mutex);
	rtp_measures_switch(current_config.measures, 0, current_config.period, false);
	current_config.measures = 0;
	mutex_unlock(&config_mutex);
}
