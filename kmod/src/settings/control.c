// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings/control.h"

#include <linux/bits.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/sched/prio.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/string_helpers.h>

#include "base/active.h"
#include "base/measure.h"
#include "base/word.h"
#include "capture/budget.h"
#include "settings/clear.h"
#include "settings/rule_word.h"
#include "settings/threshold_word.h"

static DEFINE_MUTEX(error_mutex);
static struct rtp_reason last_error = { "none" };

void rtp_last_error_get(char *text, size_t size)
{
	mutex_lock(&error_mutex);
	strscpy(text, last_error.text, size);
	mutex_unlock(&error_mutex);
}

/* The offending words come from the user: escape them to one printable line. */
void rtp_last_error_set(const struct rtp_reason *reason)
{
	const int room = sizeof(last_error.text) - 1;
	int length;

	mutex_lock(&error_mutex);
	length = string_escape_str(reason->text, last_error.text, room,
				   ESCAPE_SPACE | ESCAPE_NP | ESCAPE_HEX, NULL);
	last_error.text[min(length, room)] = '\0';
	mutex_unlock(&error_mutex);
}

static int add_measures(struct rtp_control *control, char *value, struct rtp_reason *reason)
{
	if (!strcmp(value, "all")) {
		control->config.to.measures = rtp_measures.available;
		return 0;
	}
	if (!strcmp(value, "default")) {
		control->config.to.measures = rtp_measures.available & RTP_MEASURES_DEFAULT;
		return 0;
	}
	if (!strcmp(value, "none")) {
		control->config.to.measures = 0;
		return 0;
	}
	return rtp_word_list("measures", value, rtp_measure_by_name, &control->config.to.measures,
			     reason);
}

static int add_threshold(struct rtp_control *control, char *value, struct rtp_reason *reason)
{
	if (!strcmp(value, "off")) {
		control->config.threshold = 0;
		return 0;
	}
	return rtp_word_duration("threshold", value, &control->config.threshold, reason);
}

static int add_recorder(const char *value, u32 *recorder, struct rtp_reason *reason)
{
	if (strcmp(value, "on") && strcmp(value, "off"))
		return rtp_refuse(reason, "unknown_word", "recorder=%s: on or off", value);
	*recorder = !strcmp(value, "on");
	return 0;
}

static int add_self_limit(const char *value, u32 *percent, struct rtp_reason *reason)
{
	if (!strcmp(value, "off")) {
		*percent = 0;
		return 0;
	}
	return rtp_word_number("self_limit", value, 1, RTP_SELF_LIMIT_MAX, percent, reason);
}

/* Only copies the list; it is parsed when the setting is applied. */
static int add_cpus(const char *value, char *cpus, struct rtp_reason *reason)
{
	if (strscpy(cpus, value, RTPROBE_CPUS_LEN) < 0)
		return rtp_refuse(reason, "too_long", "cpus: at most %u bytes",
				  RTPROBE_CPUS_LEN - 1);
	return 0;
}

static int add_config(struct rtp_control *control, unsigned int member, char *value,
		      struct rtp_reason *reason)
{
	struct rtp_config *to = &control->config.to;

	control->config.set |= member;
	switch (member) {
	case RTP_CONFIG_MEASURES:
		return add_measures(control, value, reason);
	case RTP_CONFIG_PERIOD:
		return rtp_word_duration("period", value, &to->period, reason);
	case RTP_CONFIG_THRESHOLD:
		return add_threshold(control, value, reason);
	case RTP_CONFIG_THRESHOLDS:
		return rtp_thresholds_word(&control->config, value, reason);
	case RTP_CONFIG_CAPTURE:
		return rtp_capture_word(value, &to->capture, reason);
	case RTP_CONFIG_THREAD_PRIORITY:
		return rtp_word_number("thread_priority", value, 1, MAX_RT_PRIO - 1,
				       &to->thread_priority, reason);
	case RTP_CONFIG_RECORDER:
		return add_recorder(value, &to->recorder, reason);
	case RTP_CONFIG_SELF_LIMIT:
		return add_self_limit(value, &to->self_limit, reason);
	case RTP_CONFIG_CPUS:
		return add_cpus(value, to->cpus, reason);
	default:
		return rtp_word_duration("interval", value, &to->interval, reason);
	}
}

int rtp_control_add(struct rtp_control *control, const char *key, char *value,
		    struct rtp_reason *reason)
{
	static const char *const members[] = { "measures", "period",  "threshold",
					       "interval", "capture", "thread_priority",
					       "recorder", "cpus",    "thresholds",
					       "self_limit" };
	int index = match_string(members, ARRAY_SIZE(members), key);

	if (index >= 0) {
		if (control->config.set & BIT(index))
			return rtp_refuse(reason, "duplicate_word", "%s", key);
		return add_config(control, BIT(index), value, reason);
	}
	if (strcmp(key, "clear"))
		return rtp_refuse(reason, "unknown_word",
				  "%s: measures, period, threshold, thresholds, interval, capture, thread_priority, recorder, cpus, self_limit or clear",
				  key);
	if (control->clear)
		return rtp_refuse(reason, "duplicate_word", "%s", key);
	return rtp_word_list("clear", value, rtp_clear_by_name, &control->clear, reason);
}

static int control_parse(struct rtp_control *control, char *text, struct rtp_reason *reason)
{
	char *word;
	int err;

	while ((word = strsep(&text, " \t\n"))) {
		char *value = strchr(word, '=');

		if (!*word)
			continue;
		if (!value || value == word || !value[1])
			return rtp_refuse(reason, "bad_word", "%s: key=value is wanted", word);
		*value++ = '\0';
		err = rtp_control_add(control, word, value, reason);
		if (err)
			return err;
	}
	if (!control->config.set && !control->clear)
		return rtp_refuse(reason, "nothing_asked", "the text has no word");
	return 0;
}

int rtp_control_run(char *text)
{
	struct rtp_control control = {};
	struct rtp_reason reason;
	int err = control_parse(&control, text, &reason);

	if (!err && control.config.set)
		err = rtp_config_apply(&control.config, &reason);
	if (err) {
		rtp_last_error_set(&reason);
		return err;
	}
	rtp_clear(control.clear);
	return 0;
}

static void show_duration(struct seq_file *seq, const char *key, u64 ns)
{
	char text[RTP_DURATION_TEXT];

	rtp_word_from_duration(text, ns);
	seq_printf(seq, "%s=%s\n", key, text);
}

void rtp_control_show(struct seq_file *seq)
{
	struct rtp_config config = rtp_config_get();
	u64 lowest = rtp_thresholds_lowest(&config.thresholds);

	seq_puts(seq, "measures=");
	rtp_measures_print(seq, config.measures);
	seq_puts(seq, config.measures ? "\n" : "none\n");
	show_duration(seq, "period", config.period);
	if (lowest)
		show_duration(seq, "threshold", lowest);
	else
		seq_puts(seq, "threshold=off\n");
	seq_puts(seq, "thresholds=");
	rtp_thresholds_show(seq, &config.thresholds);
	seq_puts(seq, "\n");
	show_duration(seq, "interval", config.interval);
	seq_puts(seq, "capture=");
	rtp_capture_show(seq, config.capture);
	seq_printf(seq, "\nthread_priority=%u\n", config.thread_priority);
	seq_printf(seq, "recorder=%s\n", config.recorder ? "on" : "off");
	if (config.self_limit)
		seq_printf(seq, "self_limit=%u\n", config.self_limit);
	else
		seq_puts(seq, "self_limit=off\n");
	seq_printf(seq, "cpus=%*pbl\n", cpumask_pr_args(&rtp_active_cpus));
}
