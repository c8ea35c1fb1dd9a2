/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules as words, in /proc/rtprobe/rules and as a module parameter: commands parted by ; or a new
 * line,
 *
 *   add irq=24 threshold=50us capture=stack,files rate=10 cooldown=1s
 *   add measure=wakeup_latency comm=cyclictest* threshold=100us
 *   del 3
 *   clear
 *
 * A text is carried out whole or not at all. Process context.
 */
#ifndef RTPROBE_RULE_WORD_H
#define RTPROBE_RULE_WORD_H

#include <linux/types.h>

#include "base/reason.h"

struct rtp_rule;
struct seq_file;

/* Longest text. */
#define RTP_RULES_TEXT 8192

/* Carry out a text, which is taken apart; @capture is for rules that do not say. */
int rtp_rules_run(char *text, u32 capture, struct rtp_reason *reason);

/*
 * Print a rule on one line; the words after id=, without hits= and limited=, make the same rule
 * again.
 */
void rtp_rule_show(struct seq_file *seq, const struct rtp_rule *rule);

/* The value of capture=: all, default, none or a list. */
int rtp_capture_word(char *value, u32 *capture, struct rtp_reason *reason);
void rtp_capture_show(struct seq_file *seq, u32 capture);

#endif
