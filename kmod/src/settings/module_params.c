// SPDX-License-Identifier: GPL-2.0-or-later

#include "settings/module_params.h"

#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/stringify.h>

#include "base/word.h"
#include "capture/budget.h"
#include "compat/compat.h"
#include "hooks/thread.h"
#include "settings/control.h"

/*
 * Default of max_rows per CPU. The rows of 64 CPUs with 256 interrupts each then need less than 64
 * MB. docs/reference/measures.md shows the arithmetic.
 */
#define ROWS_PER_CPU 288

/* Default of max_spikes. */
#define SPIKES 512

/* Irq numbers reserved beyond the current ones, for devices that are plugged in later. */
#define SPARE_IRQS 256

/* Default of max_tasks. */
#define TASKS 1024

/* Default of recorder_events, per CPU: 64 KB. */
#define RECORDER_EVENTS 4096
#define RECORDER_EVENTS_LEAST 64
#define RECORDER_EVENTS_LIMIT 1048576

#define MAX_IRQS_LIMIT 65536
#define MAX_ROWS_LIMIT 1048576
#define MAX_SPIKES_LIMIT 65536
#define MIN_TASKS 16
#define MAX_TASKS_LIMIT 65536

static char *measures = "default";
module_param(measures, charp, 0);
MODULE_PARM_DESC(measures,
		 "Measures that are on: default (all but thread_latency, preemptoff, softirqsoff and those by function), all, none or a list such as hardirq_duration,vector_duration");
static char *period = "1ms";
module_param(period, charp, 0);
MODULE_PARM_DESC(period, "Period of the timer_latency probe, 50us to 100ms");
static char *threshold = "off";
module_param(threshold, charp, 0);
MODULE_PARM_DESC(threshold, "A larger value of any measure makes a spike; up to 60s, or off");
static char *thresholds;
module_param(thresholds, charp, 0);
MODULE_PARM_DESC(thresholds,
		 "Thresholds that differ from threshold, by measure, such as wakeup_latency:100us,wakeup_latency/kthreads:off");
static char *interval = "100ms";
module_param(interval, charp, 0);
MODULE_PARM_DESC(interval, "Reporting interval, 10ms to 10s");
static char *capture = "default";
module_param(capture, charp, 0);
MODULE_PARM_DESC(capture,
		 "Contents of a capture by the general thresholds: all, none or stack,registers,process,files,sockets,locks,trace");
static char *thread_priority = __stringify(RTP_THREAD_PRIORITY_DEFAULT);
module_param(thread_priority, charp, 0);
MODULE_PARM_DESC(thread_priority, "SCHED_FIFO priority of the threads of thread_latency and preemptoff, 1 to 99");
static char *recorder = "on";
module_param(recorder, charp, 0);
MODULE_PARM_DESC(recorder,
		 "Flight recorder, on or off: explains spikes, adds about 24 instructions per interrupt");
static char *cpus = "default";
module_param(cpus, charp, 0);
MODULE_PARM_DESC(cpus,
		 "CPUs that run timers, threads and interrupts of the module: a list such as 0-3,6, or default (all but those of isolcpus and nohz_full)");
static char *self_limit = __stringify(RTP_SELF_LIMIT_DEFAULT);
module_param(self_limit, charp, 0);
MODULE_PARM_DESC(self_limit,
		 "Share of one CPU that captures and the worker may take: 1 to 100 percent, or off; beyond it spikes are counted, but not captured");
static char *rules;
module_param(rules, charp, 0);
MODULE_PARM_DESC(rules,
		 "Rules as in /proc/rtprobe/rules, such as add irq=24 threshold=50us; add comm=rt* threshold=1ms");
static char *clock = "auto";
module_param(clock, charp, 0);
MODULE_PARM_DESC(clock, "Clock of durations: auto, tsc, cntvct or mono");
static char *smi = "auto";
module_param(smi, charp, 0);
MODULE_PARM_DESC(smi,
		 "Count system management interrupts, where the processor does: auto (not in a guest), on or off");
static char *events = "auto";
module_param(events, charp, 0);
MODULE_PARM_DESC(events,
		 "Contents of netlink events: auto (in full if only CAP_NET_ADMIN can receive them) or numbers");
static char *max_rows;
module_param(max_rows, charp, 0);
MODULE_PARM_DESC(max_rows, "Maximum number of histograms, one per source and CPU (288 per CPU)");
static char *max_spikes;
module_param(max_spikes, charp, 0);
MODULE_PARM_DESC(max_spikes, "Maximum number of stored spikes (512)");
static char *max_irqs;
module_param(max_irqs, charp, 0);
MODULE_PARM_DESC(max_irqs,
		 "Number of irq numbers that are counted, from 0, rounded up to a power of two (256 more than at load)");
static char *recorder_events;
module_param(recorder_events, charp, 0);
MODULE_PARM_DESC(recorder_events,
		 "Events in each CPU's flight recorder, rounded up to a power of two (4096)");
static char *max_tasks;
module_param(max_tasks, charp, 0);
MODULE_PARM_DESC(max_tasks, "Maximum number of tasks that are followed at the same time (1024)");

/* Parses the settings with the parser of /proc/rtprobe/control. */
static int read_config(struct rtp_config_change *config, struct rtp_reason *reason)
{
	const struct {
		const char *key;
		char *value;
	} words[] = {
		{ "measures", measures },
		{ "period", period },
		{ "threshold", threshold },
		{ "thresholds", thresholds },
		{ "interval", interval },
		{ "capture", capture },
		{ "thread_priority", thread_priority },
		{ "recorder", recorder },
		{ "cpus", cpus },
		{ "self_limit", self_limit },
	};
	static char value[RTP_CONTROL_MAX];	/* too large for a stack; called once, at load */
	struct rtp_control control = {};
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (!words[i].value)
			continue;
		if (strscpy(value, words[i].value, sizeof(value)) < 0)
			return rtp_refuse(reason, "too_long", "%s", words[i].key);
		err = rtp_control_add(&control, words[i].key, value, reason);
		if (err)
			return err;
	}
	*config = control.config;
	return rtp_config_check(config, reason);
}

static int read_bound(const char *key, const char *word, u32 least, u32 most, u32 fallback,
		      u32 *bound, struct rtp_reason *reason)
{
	*bound = fallback;
	return word ? rtp_word_number(key, word, least, most, bound, reason) : 0;
}

static int read_all(struct rtp_params *params, struct rtp_reason *reason)
{
	const u32 rows = min_t(u32, num_possible_cpus() * ROWS_PER_CPU, MAX_ROWS_LIMIT);
	const u32 irqs = min_t(u32, compat_nr_irqs() + SPARE_IRQS, MAX_IRQS_LIMIT);
	const struct {
		const char *key, *word;
		u32 least, most, fallback;
		u32 *bound;
	} bounds[] = {
		{ "max_rows", max_rows, 1, MAX_ROWS_LIMIT, rows, &params->max_rows },
		{ "max_spikes", max_spikes, 0, MAX_SPIKES_LIMIT, SPIKES, &params->max_spikes },
		{ "max_irqs", max_irqs, 1, MAX_IRQS_LIMIT, irqs, &params->max_irqs },
		{ "max_tasks", max_tasks, MIN_TASKS, MAX_TASKS_LIMIT, TASKS, &params->max_tasks },
		{ "recorder_events", recorder_events, RECORDER_EVENTS_LEAST, RECORDER_EVENTS_LIMIT,
		  RECORDER_EVENTS, &params->recorder_events },
	};
	int err = read_config(&params->config, reason);
	unsigned int i;

	params->rules = rules;
	params->clock = clock;
	params->smi = smi;
	params->numbers_only = !strcmp(events, "numbers");
	if (!err && !params->numbers_only && strcmp(events, "auto"))
		err = rtp_refuse(reason, "unknown_word", "events=%s: auto or numbers", events);
	for (i = 0; i < ARRAY_SIZE(bounds) && !err; i++)
		err = read_bound(bounds[i].key, bounds[i].word, bounds[i].least, bounds[i].most,
				 bounds[i].fallback, bounds[i].bound, reason);
	return err;
}

int rtp_params_read(struct rtp_params *params)
{
	struct rtp_reason reason;
	int err = read_all(params, &reason);

	if (err)
		pr_err("%s\n", reason.text);
	else
		params->max_irqs = roundup_pow_of_two(params->max_irqs);
	return err;
}
