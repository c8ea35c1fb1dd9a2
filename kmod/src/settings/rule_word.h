/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text syntax of rules, for /proc/rtprobe/rules and the module parameter. Commands are
 * separated by ; or a newline:
 *
 * add irq=24 threshold=50us capture=stack,files rate=10 cooldown=1s
 * add irq=24 threshold=50us action=stop_trace,signal:servo:USR1
 * add measure=wakeup_latency comm=cyclictest* threshold=100us
 * cycle task=servo deadline=800us
 * cycle task=servo period=1ms deadline=800us
 * arm 3
 * del 3
 * clear
 *
 * The fourth one is another form of add measure=response_time comm=servo threshold=800us; period=
 * is a word of add, too. A task that is a number is a pid.
 *
 * A text is executed completely or not at all. Process context.
 */
#ifndef RTPROBE_RULE_WORD_H
#define RTPROBE_RULE_WORD_H

#include <linux/types.h>

#include "base/reason.h"

struct rtp_rule;
struct seq_file;

/* Maximum length of a text. */
#define RTP_RULES_TEXT 8192

/*
 * Executes a text, which is modified. @capture is the default for rules without capture=;
 * @may_signal: the writer may have processes signalled. Returns a negative errno and stores the
 * reason.
 */
int rtp_rules_run(char *text, u32 capture, bool may_signal, struct rtp_reason *reason);

/*
 * Prints a rule on one line. The words after id= and before hits= can be used to add the same rule
 * again.
 */
void rtp_rule_show(struct seq_file *seq, const struct rtp_rule *rule);

/* Prints stop_trace,signal. */
void rtp_actions_show(struct seq_file *seq, u32 kinds);

/* Parses the value of capture=: all, default, none or a list. */
int rtp_capture_word(char *value, u32 *capture, struct rtp_reason *reason);
void rtp_capture_show(struct seq_file *seq, u32 capture);

#endif
