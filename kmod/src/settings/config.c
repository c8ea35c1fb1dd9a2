// SPDX-License-Identifier: GPL-2.0-or-later

#include "settings/config.h"

#include <linux/cpumask.h>	/* before mutex.h, which is not self-contained on 5.10-rt */
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched/prio.h>
#include <linux/string.h>

#include "base/active.h"
#include "base/held.h"
#include "base/measure.h"
#include "base/word.h"
#include "capture/budget.h"
#include "capture/rule.h"
#include "hooks/cpus.h"
#include "hooks/switching.h"
#include "hooks/thread.h"
#include "hooks/timer.h"
#include "uapi/rtprobe.h"
#include "values/interval.h"

const struct rtp_config rtp_config_default = {
	.measures = RTP_MEASURES_DEFAULT,
	.period = RTPROBE_PERIOD_DEFAULT_NS,
	.recorder = 1,
	.interval = RTPROBE_INTERVAL_DEFAULT_NS,
	.capture = RTP_CAPTURE_DEFAULT,
	.thread_priority = RTP_THREAD_PRIORITY_DEFAULT,
	.self_limit = RTP_SELF_LIMIT_DEFAULT,
	.cpus = "default",
};

static DEFINE_MUTEX(config_mutex);
static struct rtp_config current_config;
static bool paused;
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

/* Returns the mask of the measures that run: none while paused. Config mutex held. */
static u32 measures_on(const struct rtp_config *config)
{
	return paused ? 0 : config->measures;
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

static bool names_threshold(const struct rtp_config_change *change, unsigned int measure,
			    unsigned int kind)
{
	return change->set & RTP_CONFIG_THRESHOLDS && change->named[kind] & BIT(measure);
}

static int check_thresholds(const struct rtp_config_change *change, struct rtp_reason *reason)
{
	unsigned int measure, kind;
	int err = 0;

	for (measure = 0; measure < RTPROBE_MEASURE_COUNT && !err; measure++)
		for (kind = 0; kind < RTP_KINDS && !err; kind++)
			if (names_threshold(change, measure, kind))
				err = check_range(rtp_measure_names[measure],
						  change->to.thresholds.ns[measure][kind], 0,
						  RTPROBE_THRESHOLD_MAX_NS, reason);
	return err;
}

/* Parses the word of the setting. The result is valid until the next call; config mutex held. */
static const struct cpumask *config_cpus(const char *word)
{
	static struct cpumask cpus;

	if (!strcmp(word, "default"))
		rtp_active_default(&cpus);
	else if (cpulist_parse(word, &cpus))
		cpumask_clear(&cpus);
	cpumask_and(&cpus, &cpus, cpu_possible_mask);
	return &cpus;
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
		err = check_range("threshold", change->threshold, 0, RTPROBE_THRESHOLD_MAX_NS,
				  reason);
	err = err ?: check_thresholds(change, reason);
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
	if (!err && change->set & RTP_CONFIG_SELF_LIMIT && to->self_limit > RTP_SELF_LIMIT_MAX)
		err = rtp_refuse(reason, "out_of_range", "self_limit=%u: off, or 1 to %u percent",
				 to->self_limit, RTP_SELF_LIMIT_MAX);
	return err;
}

static void merge_thresholds(struct rtp_thresholds *to, const struct rtp_config_change *change)
{
	unsigned int measure, kind;

	if (change->set & RTP_CONFIG_THRESHOLD)
		rtp_thresholds_fill(to, change->threshold);
	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++)
		for (kind = 0; kind < RTP_KINDS; kind++)
			if (names_threshold(change, measure, kind))
				to->ns[measure][kind] = change->to.thresholds.ns[measure][kind];
}

static void config_merge(struct rtp_config *to, const struct rtp_config_change *change)
{
	if (change->set & RTP_CONFIG_MEASURES)
		to->measures = change->to.measures;
	if (change->set & RTP_CONFIG_PERIOD)
		to->period = change->to.period;
	merge_thresholds(&to->thresholds, change);
	if (change->set & RTP_CONFIG_INTERVAL)
		to->interval = change->to.interval;
	if (change->set & RTP_CONFIG_CAPTURE)
		to->capture = change->to.capture;
	if (change->set & RTP_CONFIG_THREAD_PRIORITY)
		to->thread_priority = change->to.thread_priority;
	if (change->set & RTP_CONFIG_RECORDER)
		to->recorder = change->to.recorder;
	if (change->set & RTP_CONFIG_SELF_LIMIT)
		to->self_limit = change->to.self_limit;
	if (change->set & RTP_CONFIG_CPUS)
		strscpy(to->cpus, change->to.cpus, sizeof(to->cpus));
}

/* Stores the reason: -EBUSY means that a task holds a CPU, other errors come from the kernel. */
static int config_refuse(int err, struct rtp_reason *reason)
{
	if (err == -EBUSY)
		return rtp_held_refuse(reason);
	rtp_refuse(reason, "kernel_refused", "measures: the kernel refused the probes (%d)", err);
	return err;
}

/*
 * Returns -EBUSY if a grace period does not end. Unregistering hooks waits for a grace period. If
 * no measure is on, nothing is unregistered and the check is skipped, so that the module loads even
 * on a machine where no grace period ends.
 */
static int config_check_held(const struct rtp_config *from, const struct rtp_config *to)
{
	bool switches = from->measures != to->measures || from->recorder != to->recorder;

	return switches && measures_on(from) ? rtp_held_check() : 0;
}

/*
 * Makes the CPUs of @to active. First switches off the measures that @to does not have, because
 * they need no thread on the new CPUs. Stores the measures that are still on in @on. On an error
 * restores the previous state.
 */
static int config_set_cpus(const struct rtp_config *from, const struct rtp_config *to, u32 *on,
			   struct rtp_reason *reason)
{
	const struct cpumask *cpus = config_cpus(to->cpus);
	const u32 before = measures_on(from), kept = before & to->measures;
	int err;

	if (cpumask_empty(cpus)) {
		rtp_refuse(reason, "bad_list", "cpus=%s: default, or a list of CPUs such as 0-3,6",
			   to->cpus);
		return -EINVAL;
	}
	rtp_measures_switch(before, kept, from->period, from->recorder);
	err = rtp_cpus_set_active(cpus);
	if (!err) {
		*on = kept;
		return 0;
	}
	rtp_measures_switch(kept, before, from->period, from->recorder);
	return config_refuse(err, reason);
}

static void config_restore(const struct rtp_config *from, u32 on)
{
	rtp_thread_set_priority(from->thread_priority);
	if (*from->cpus)
		rtp_cpus_set_active(config_cpus(from->cpus));
	rtp_measures_switch(on, measures_on(from), from->period, from->recorder);
}

/* Only the switching of measures and CPUs can fail, so it is done first. */
static int config_enact(const struct rtp_config *from, const struct rtp_config *to,
			struct rtp_reason *reason)
{
	u32 on = measures_on(from);
	int err = config_check_held(from, to);

	if (err)
		return config_refuse(err, reason);
	if (strcmp(from->cpus, to->cpus))
		err = config_set_cpus(from, to, &on, reason);
	if (err)
		return err;
	rtp_thread_set_priority(to->thread_priority);
	err = rtp_measures_switch(on, measures_on(to), to->period, to->recorder);
	if (err) {
		config_refuse(err, reason);
		config_restore(from, on);
		return err;
	}
	if (from->period != to->period)
		rtp_timer_set_period(to->period);
	if (memcmp(&from->thresholds, &to->thresholds, sizeof(to->thresholds)) ||
	    from->capture != to->capture)
		rtp_rules_set_general(&to->thresholds, to->capture);
	if (from->self_limit != to->self_limit)
		rtp_budget_set(to->self_limit);
	if (from->interval != to->interval)
		rtp_interval_start(to->interval);
	return 0;
}

int rtp_config_apply(const struct rtp_config_change *change, struct rtp_reason *reason)
{
	static struct rtp_config merged;	/* under the mutex; too large for a stack */
	int err = rtp_config_check(change, reason);

	if (err)
		return err;
	mutex_lock(&config_mutex);
	merged = current_config;
	config_merge(&merged, change);
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
	rtp_measures_switch(measures_on(&current_config), 0, current_config.period, false);
	current_config.measures = 0;
	mutex_unlock(&config_mutex);
}

/* Config mutex held. */
static int measures_pause(void)
{
	const struct rtp_config *config = &current_config;
	int err = measures_on(config) ? rtp_held_check() : 0;

	if (err)
		return err;
	rtp_measures_switch(measures_on(config), 0, config->period, false);
	paused = true;
	return 0;
}

/* The same. Measures that the kernel refuses now are off, and so are all others. */
static void measures_resume(void)
{
	struct rtp_config *config = &current_config;
	int err;

	if (!paused)
		return;
	paused = false;
	err = rtp_measures_switch(0, config->measures, config->period, config->recorder);
	if (!err)
		return;
	pr_err("kernel_refused: the measures could not be switched on again (%d); all are off\n", err);
	config->measures = 0;
	notify_changed(config);
}

int rtp_config_pause(void)
{
	int err;

	mutex_lock(&config_mutex);
	err = measures_pause();
	mutex_unlock(&config_mutex);
	return err;
}

void rtp_config_resume(void)
{
	mutex_lock(&config_mutex);
	measures_resume();
	mutex_unlock(&config_mutex);
}

int rtp_config_try_silent(void (*action)(void))
{
	bool was_paused;
	int err;

	/* Who holds it may wait for the caller's thread. */
	if (!mutex_trylock(&config_mutex))
		return -EAGAIN;
	was_paused = paused;
	err = measures_pause();
	if (!err) {
		action();
		if (!was_paused)
			measures_resume();
	}
	mutex_unlock(&config_mutex);
	return err;
}
