/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values written as words: durations such as 1.5ms, and lists such as spikes,histograms.
 *
 * A refused word leaves the output alone, and @reason names it. Any context that may use the stack.
 */
#ifndef RTPROBE_WORD_H
#define RTPROBE_WORD_H

#include <linux/types.h>

#include "base/reason.h"

/* Room for any duration printed by rtp_word_from_duration. */
#define RTP_DURATION_TEXT 24

/*
 * A number, whole or decimal, and a unit: ns, us, ms or s; 0 needs none. The result is in ns and
 * must be whole. @key is named in a refusal.
 */
int rtp_word_duration(const char *key, const char *word, u64 *ns, struct rtp_reason *reason);

/* The shortest whole duration with a unit; 0 gives "0". Reading it back gives the same value. */
void rtp_word_from_duration(char *text, u64 ns);

/* A whole decimal number from @min to @max. */
int rtp_word_number(const char *key, const char *word, u32 min, u32 max, u32 *number,
		    struct rtp_reason *reason);

/*
 * A list of names joined by commas, each looked up by @find, which returns a bit number or a
 * negative error; the result is their mask. No name twice. @list is taken apart.
 */
int rtp_word_list(const char *key, char *list, int (*find)(const char *name), u32 *mask,
		  struct rtp_reason *reason);

/* Print foreign text as one word: what is not printable, a space or a backslash becomes \xNN. */
struct seq_file;
void rtp_word_print(struct seq_file *seq, const char *text);

#endif
