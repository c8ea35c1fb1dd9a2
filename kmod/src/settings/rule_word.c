// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings/rule_word.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <linux/threads.h>

#include "base/measure.h"
#include "base/word.h"
#include "capture/rule.h"

static const char *const keys[RTP_RULE_WORDS] = {
	[RTP_RULE_MEASURES] = "measure",
	[RTP_RULE_IRQ] = "irq",
	[RTP_RULE_NAME] = "name",
	[RTP_RULE_CPUS] = "cpus",
	[RTP_RULE_PID] = "pid",
	[RTP_RULE_COMM] = "comm",
	[RTP_RULE_CGROUP] = "cgroup",
	[RTP_RULE_THRESHOLD] = "threshold",
	[RTP_RULE_CAPTURE] = "capture",
	[RTP_RULE_RATE] = "rate",
	[RTP_RULE_COOLDOWN] = "cooldown",
	[RTP_RULE_ACTION] = "action",
	[RTP_RULE_PERIOD] = "period",
};

static const char *const captures[] = {
	"stack", "registers", "process", "files", "sockets", "locks", "trace",
};

static int capture_by_name(const char *name)
{
	int bit = match_string(captures, ARRAY_SIZE(captures), name);

	return bit < 0 ? -ENOENT : bit;
}

int rtp_capture_word(char *value, u32 *capture, struct rtp_reason *reason)
{
	BUILD_BUG_ON(BIT(ARRAY_SIZE(captures)) - 1 != RTP_CAPTURE_ALL);
	if (!strcmp(value, "all"))
		*capture = RTP_CAPTURE_ALL;
	else if (!strcmp(value, "default"))
		*capture = RTP_CAPTURE_DEFAULT;
	else if (!strcmp(value, "none"))
		*capture = 0;
	else
		return rtp_word_list("capture", value, capture_by_name, capture, reason);
	return 0;
}

void rtp_capture_show(struct seq_file *seq, u32 capture)
{
	const char *separator = "";
	unsigned int i;

	if (!capture)
		seq_puts(seq, "none");
	for (i = 0; i < ARRAY_SIZE(captures); i++) {
		if (!(capture & BIT(i)))
			continue;
		seq_printf(seq, "%s%s", separator, captures[i]);
		separator = ",";
	}
}

/* Reads a glob in the form in which it is shown: \xNN for bytes that cannot be part of a word. */
static int read_glob(const char *key, char *value, char *glob, struct rtp_reason *reason)
{
	string_unescape_inplace(value, UNESCAPE_HEX);
	if (strscpy(glob, value, RTPROBE_GLOB_LEN) < 0)
		return rtp_refuse(reason, "too_long", "%s=%s: at most %u bytes", key, value,
				  RTPROBE_GLOB_LEN - 1);
	return 0;
}

static int read_measures(struct rtp_rule_spec *spec, char *value, struct rtp_reason *reason)
{
	if (!strcmp(value, "all")) {
		spec->measures = rtp_measures.available;
		return 0;
	}
	return rtp_word_list("measure", value, rtp_measure_by_name, &spec->measures, reason);
}

static int read_threshold(struct rtp_rule_spec *spec, const char *value, struct rtp_reason *reason)
{
	if (strcmp(value, "off"))
		return rtp_word_duration("threshold", value, &spec->threshold, reason);
	spec->threshold = 0;
	return 0;
}

static const struct {
	const char *name;
	u32 number;
} signals[] = {
	{ "HUP", SIGHUP },   { "INT", SIGINT },   { "QUIT", SIGQUIT }, { "ABRT", SIGABRT },
	{ "KILL", SIGKILL }, { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }, { "TERM", SIGTERM },
	{ "CONT", SIGCONT }, { "STOP", SIGSTOP },
};

/* Parses a signal: a name with or without SIG, or a number. */
static int read_signal(const char *text, u32 *number, struct rtp_reason *reason)
{
	const char *name = strncmp(text, "SIG", 3) ? text : text + 3;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (!strcmp(signals[i].name, name)) {
			*number = signals[i].number;
			return 0;
		}
	if (!kstrtou32(text, 10, number) && *number && valid_signal(*number))
		return 0;
	return rtp_refuse(reason, "unknown_signal",
			  "signal %s: HUP, INT, QUIT, ABRT, KILL, USR1, USR2, TERM, CONT, STOP or 1 to %u",
			  text, _NSIG);
}

/* Parses what follows "signal": the process, and the signal if it is not the default. */
static int read_signal_action(struct rtp_rule_spec *spec, char *text, struct rtp_reason *reason)
{
	struct rtp_action_spec *action = &spec->action;
	char *process = strsep(&text, ":");

	if (!process || !*process)
		return rtp_refuse(reason, "missing_word", "action=signal: a pid or a name");
	action->signal = RTP_ACTION_SIGNAL_DEFAULT;
	spec->set |= BIT(RTP_RULE_SIGNAL);
	if (text && read_signal(text, &action->signal, reason))
		return -EINVAL;
	if (process[strspn(process, "0123456789")] == '\0') {
		spec->set |= BIT(RTP_RULE_SIGNAL_PID);
		return rtp_word_number("action=signal", process, 1, PID_MAX_LIMIT, &action->pid,
				       reason);
	}
	spec->set |= BIT(RTP_RULE_SIGNAL_COMM);
	string_unescape_inplace(process, UNESCAPE_HEX);
	if (strscpy(action->comm, process, sizeof(action->comm)) < 0)
		return rtp_refuse(reason, "too_long", "action=signal:%s: at most %zu bytes",
				  process, sizeof(action->comm) - 1);
	return 0;
}

static int read_one_action(struct rtp_rule_spec *spec, char *text, struct rtp_reason *reason)
{
	struct rtp_action_spec *action = &spec->action;
	char *name = strsep(&text, ":");
	u32 kind;

	if (!strcmp(name, "stop_trace") && !text)
		kind = RTPROBE_ACTION_STOP_TRACE;
	else if (!strcmp(name, "signal"))
		kind = RTPROBE_ACTION_SIGNAL;
	else
		return rtp_refuse(reason, "unknown_word",
				  "action=%s: stop_trace, signal:PID, signal:NAME or signal:NAME:SIGNAL",
				  name);
	if (action->kinds & kind)
		return rtp_refuse(reason, "duplicate_word", "action=%s", name);
	action->kinds |= kind;
	return kind == RTPROBE_ACTION_SIGNAL ? read_signal_action(spec, text, reason) : 0;
}

/* Parses stop_trace, signal:PID, signal:NAME:SIGNAL or both kinds, separated by a comma. */
static int read_action(struct rtp_rule_spec *spec, char *list, struct rtp_reason *reason)
{
	char *text;
	int err = 0;

	while (!err && (text = strsep(&list, ",")))
		err = read_one_action(spec, text, reason);
	return err;
}

static int read_value(struct rtp_rule_spec *spec, enum rtp_rule_word word, char *value,
		      struct rtp_reason *reason)
{
	switch (word) {
	case RTP_RULE_MEASURES:
		return read_measures(spec, value, reason);
	case RTP_RULE_IRQ:
		return rtp_word_number("irq", value, 0, INT_MAX, &spec->irq, reason);
	case RTP_RULE_NAME:
		return read_glob("name", value, spec->name, reason);
	case RTP_RULE_CPUS:
		return read_glob("cpus", value, spec->cpus, reason);
	case RTP_RULE_PID:
		return rtp_word_number("pid", value, 0, PID_MAX_LIMIT, &spec->pid, reason);
	case RTP_RULE_COMM:
		return read_glob("comm", value, spec->comm, reason);
	case RTP_RULE_CGROUP:
		return read_glob("cgroup", value, spec->cgroup, reason);
	case RTP_RULE_THRESHOLD:
		return read_threshold(spec, value, reason);
	case RTP_RULE_CAPTURE:
		return rtp_capture_word(value, &spec->capture, reason);
	case RTP_RULE_RATE:
		return rtp_word_number("rate", value, 0, 1000000, &spec->rate, reason);
	case RTP_RULE_ACTION:
		return read_action(spec, value, reason);
	case RTP_RULE_PERIOD:
		return rtp_word_duration("period", value, &spec->period, reason);
	default:
		return rtp_word_duration("cooldown", value, &spec->cooldown, reason);
	}
}

/* Ends @word before its value. Returns NULL and stores the reason if it has none. */
static char *split_word(char *word, struct rtp_reason *reason)
{
	char *value = strchr(word, '=');

	if (!value || value == word || !value[1]) {
		rtp_refuse(reason, "bad_word", "%s: key=value is wanted", word);
		return NULL;
	}
	*value++ = '\0';
	return value;
}

static int read_word(struct rtp_rule_spec *spec, bool *any_irq, char *word,
		     struct rtp_reason *reason)
{
	char *value = split_word(word, reason);
	int key = 0;

	if (!value)
		return -EINVAL;
	/* The words of a signal are part of action=, and have no key. */
	while (key < RTP_RULE_WORDS && (!keys[key] || strcmp(keys[key], word)))
		key++;
	if (key == RTP_RULE_WORDS)
		return rtp_refuse(reason, "unknown_word",
				  "%s: measure, irq, name, cpus, pid, comm, cgroup, threshold, capture, rate, cooldown, action or period",
				  word);
	if (spec->set & BIT(key) || (key == RTP_RULE_IRQ && *any_irq))
		return rtp_refuse(reason, "duplicate_word", "%s", word);
	if (key == RTP_RULE_IRQ && !strcmp(value, "all")) {
		*any_irq = true;
		return 0;
	}
	spec->set |= BIT(key);
	return read_value(spec, key, value, reason);
}

/* Expands irq=all to the measures of irq lines: to those named, or else to all available. */
static int widen_irq(struct rtp_rule_spec *spec, struct rtp_reason *reason)
{
	u32 named = spec->set & BIT(RTP_RULE_MEASURES) ? spec->measures : rtp_measures.available;

	spec->measures = named & RTP_MEASURES_OF_LINES;
	spec->set |= BIT(RTP_RULE_MEASURES);
	if (!spec->measures)
		return rtp_refuse(reason, "nothing_asked",
				  "irq=all: no measure of irq lines was named");
	return 0;
}

static int make_rule(struct rtp_rule_change *change, const struct rtp_rule_spec *spec,
		     struct rtp_reason *reason)
{
	enum rtp_rule_word wrong;

	change->kind = RTP_RULE_ADD;
	change->rule = rtp_rule_make(spec, reason, &wrong);
	return change->rule ? 0 : -EINVAL;
}

/* @base: what holds for rules that do not say otherwise. */
static int read_add(struct rtp_rule_change *change, char *words, const struct rtp_rule_spec *base,
		    struct rtp_reason *reason)
{
	struct rtp_rule_spec spec = *base;
	bool any_irq = false;
	char *word;
	int err = 0;

	while (!err && (word = strsep(&words, " \t")))
		if (*word)
			err = read_word(&spec, &any_irq, word, reason);
	if (!err && any_irq)
		err = widen_irq(&spec, reason);
	return err ?: make_rule(change, &spec, reason);
}

/* The words of a cycle, which are those of its rule by other names. */
static int read_cycle_word(struct rtp_rule_spec *spec, char *word, struct rtp_reason *reason)
{
	static const struct {
		const char *name;
		enum rtp_rule_word word;
	} words[] = {
		{ "task", RTP_RULE_COMM },	   { "deadline", RTP_RULE_THRESHOLD },
		{ "capture", RTP_RULE_CAPTURE },   { "rate", RTP_RULE_RATE },
		{ "cooldown", RTP_RULE_COOLDOWN }, { "action", RTP_RULE_ACTION },
		{ "period", RTP_RULE_PERIOD },
	};
	char *value = split_word(word, reason);
	enum rtp_rule_word key;
	unsigned int i = 0;

	if (!value)
		return -EINVAL;
	while (i < ARRAY_SIZE(words) && strcmp(words[i].name, word))
		i++;
	if (i == ARRAY_SIZE(words))
		return rtp_refuse(reason, "unknown_word",
				  "%s: task, period, deadline, capture, rate, cooldown or action",
				  word);
	key = words[i].word;
	if (key == RTP_RULE_COMM && value[strspn(value, "0123456789")] == '\0')
		key = RTP_RULE_PID;
	if (spec->set & BIT(key))
		return rtp_refuse(reason, "duplicate_word", "%s", word);
	spec->set |= BIT(key);
	return read_value(spec, key, value, reason);
}

static int read_cycle(struct rtp_rule_change *change, char *words,
		      const struct rtp_rule_spec *base, struct rtp_reason *reason)
{
	struct rtp_rule_spec spec = *base;
	char *word;
	int err = 0;

	spec.set = BIT(RTP_RULE_MEASURES);
	spec.measures = BIT(RTPROBE_MEASURE_RESPONSE_TIME);
	while (!err && (word = strsep(&words, " \t")))
		if (*word)
			err = read_cycle_word(&spec, word, reason);
	if (err)
		return err;
	if (!(spec.set & (BIT(RTP_RULE_COMM) | BIT(RTP_RULE_PID))))
		return rtp_refuse(reason, "missing_word", "task");
	if (!(spec.set & BIT(RTP_RULE_THRESHOLD)))
		return rtp_refuse(reason, "missing_word", "deadline");
	return make_rule(change, &spec, reason);
}

static int read_command(struct rtp_rule_change *change, char *text,
			const struct rtp_rule_spec *base, struct rtp_reason *reason)
{
	char *verb = strsep(&text, " \t");

	text = text ? strim(text) : NULL;
	if (!strcmp(verb, "add"))
		return read_add(change, text, base, reason);
	if (!strcmp(verb, "cycle"))
		return read_cycle(change, text, base, reason);
	if (!strcmp(verb, "del") || !strcmp(verb, "arm")) {
		change->kind = *verb == 'd' ? RTP_RULE_DELETE : RTP_RULE_ARM;
		return rtp_word_number(verb, text ?: "", 1, U32_MAX, &change->id, reason);
	}
	if (strcmp(verb, "clear"))
		return rtp_refuse(reason, "unknown_word", "%s: add, cycle, arm, del or clear",
				  verb);
	if (text && *text)
		return rtp_refuse(reason, "bad_word", "%s: clear stands alone", text);
	change->kind = RTP_RULE_CLEAR;
	return 0;
}

/* Maximum number of commands in one text: each rule deleted, as many added, one clear. */
#define MOST_COMMANDS (2 * RTPROBE_RULES_MAX + 1)

static int read_text(struct rtp_rule_change *changes, unsigned int *n, char *text,
		     const struct rtp_rule_spec *base, struct rtp_reason *reason)
{
	char *command;
	int err = 0;

	while (!err && (command = strsep(&text, ";\n"))) {
		command = strim(command);
		if (!*command || *command == '#')
			continue;
		if (*n == MOST_COMMANDS)
			return rtp_refuse(reason, "too_long", "at most %u commands", MOST_COMMANDS);
		err = read_command(&changes[*n], command, base, reason);
		if (!err)
			++*n;
	}
	if (!err && !*n)
		return rtp_refuse(reason, "nothing_asked", "the text has no command");
	return err;
}

int rtp_rules_run(char *text, u32 capture, bool may_signal, struct rtp_reason *reason)
{
	const struct rtp_rule_spec base = {
		.capture = capture,
		.action.may_signal = may_signal,
	};
	struct rtp_rule_change *changes = kcalloc(MOST_COMMANDS, sizeof(*changes), GFP_KERNEL);
	unsigned int n = 0;
	int err;

	if (!changes)
		return rtp_refuse(reason, "no_memory", "rules");
	err = read_text(changes, &n, text, &base, reason) ?: rtp_rules_apply(changes, n, reason);
	if (err)
		while (n--)
			rtp_rule_free(changes[n].rule);
	kfree(changes);
	return err;
}

static void show_rule_text(struct seq_file *seq, const struct rtp_rule *rule,
			   enum rtp_rule_word word, const char *text)
{
	if (!rtp_rule_sets(rule, word))
		return;
	seq_printf(seq, " %s=", keys[word]);
	rtp_word_print(seq, text);
}

static void show_rule_number(struct seq_file *seq, const struct rtp_rule *rule,
			     enum rtp_rule_word word, u32 number)
{
	if (rtp_rule_sets(rule, word))
		seq_printf(seq, " %s=%u", keys[word], number);
}

static const char *const actions[] = { "stop_trace", "signal" };

void rtp_actions_show(struct seq_file *seq, u32 kinds)
{
	const char *separator = "";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!(kinds & BIT(i)))
			continue;
		seq_printf(seq, "%s%s", separator, actions[i]);
		separator = ",";
	}
}

/* Prints the name of a signal, or its number. */
static void show_signal(struct seq_file *seq, u32 number)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (signals[i].number == number) {
			seq_puts(seq, signals[i].name);
			return;
		}
	seq_printf(seq, "%u", number);
}

/* Prints a name so that no comma or colon ends it. */
static void show_comm(struct seq_file *seq, const char *comm)
{
	for (; *comm; comm++)
		if (*comm > ' ' && *comm < 0x7f && !strchr(",:;\\", *comm))
			seq_putc(seq, *comm);
		else
			seq_printf(seq, "\\x%02x", (unsigned char)*comm);
}

static void show_action(struct seq_file *seq, const struct rtp_action_spec *spec)
{
	if (!spec->kinds)
		return;
	seq_puts(seq, " action=");
	rtp_actions_show(seq, spec->kinds);
	if (!(spec->kinds & RTPROBE_ACTION_SIGNAL))
		return;
	seq_putc(seq, ':');
	if (spec->pid)
		seq_printf(seq, "%u", spec->pid);
	else
		show_comm(seq, spec->comm);
	seq_putc(seq, ':');
	show_signal(seq, spec->signal);
}

static void show_acted(struct seq_file *seq, const struct rtp_rule *rule)
{
	const struct rtp_action *action = &rule->action;

	if (!rule->spec.action.kinds)
		return;
	seq_printf(seq, " armed=%d acted=%llu unarmed=%llu", atomic_read(&action->armed),
		   (u64)atomic64_read(&action->acted), (u64)atomic64_read(&action->unarmed));
	seq_printf(seq, " crossed_ns=%llu stop_ns=%llu signal_ns=%llu signal_error=%d",
		   READ_ONCE(action->crossed), READ_ONCE(action->stop_ns),
		   READ_ONCE(action->signal_ns), READ_ONCE(action->error));
}

void rtp_rule_show(struct seq_file *seq, const struct rtp_rule *rule)
{
	const struct rtp_rule_spec *spec = &rule->spec;
	char duration[RTP_DURATION_TEXT];

	seq_printf(seq, "id=%u", rule->id);
	if (rtp_rule_sets(rule, RTP_RULE_MEASURES)) {
		seq_puts(seq, " measure=");
		rtp_measures_print(seq, spec->measures);
	}
	show_rule_number(seq, rule, RTP_RULE_IRQ, spec->irq);
	show_rule_text(seq, rule, RTP_RULE_NAME, spec->name);
	show_rule_text(seq, rule, RTP_RULE_CPUS, spec->cpus);
	show_rule_number(seq, rule, RTP_RULE_PID, spec->pid);
	show_rule_text(seq, rule, RTP_RULE_COMM, spec->comm);
	show_rule_text(seq, rule, RTP_RULE_CGROUP, spec->cgroup);
	rtp_word_from_duration(duration, spec->threshold);
	seq_printf(seq, " threshold=%s capture=", spec->threshold ? duration : "off");
	rtp_capture_show(seq, spec->capture);
	show_rule_number(seq, rule, RTP_RULE_RATE, spec->rate);
	rtp_word_from_duration(duration, spec->cooldown);
	if (rtp_rule_sets(rule, RTP_RULE_COOLDOWN))
		seq_printf(seq, " cooldown=%s", duration);
	show_action(seq, &spec->action);
	rtp_word_from_duration(duration, spec->period);
	if (rtp_rule_sets(rule, RTP_RULE_PERIOD))
		seq_printf(seq, " period=%s", duration);
	seq_printf(seq, " hits=%llu limited=%llu", (u64)atomic64_read(&rule->hits),
		   (u64)atomic64_read(&rule->limited));
	show_acted(seq, rule);
	seq_putc(seq, '\n');
}
