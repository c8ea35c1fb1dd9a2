/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * Parses and prints values as words: durations such as 1.5ms, and lists such as spikes,histograms.
  *
  * If a word is refused, the output is unchanged and @reason names the word. Any context.
 */
#ifndef RTPROBE_WORD_H
#define RTPROBE_WORD_H

#include <linux/types.h>

#include "base/reason.h"

/* Buffer size for durations of rtp_word_from_duration. */
#define RTP_DURATION_TEXT 24

/*
 * Parses a duration: a whole or decimal number and a unit (ns, us, ms or s); 0 needs no unit. The
 * result is in ns and must be whole. Refusals name @key.
 */
int rtp_word_duration(const char *key, const char *word, u64 *ns, struct rtp_reason *reason);

/* Prints the shortest whole duration with a unit; 0 gives "0". Parsing it gives the same value. */
void rtp_word_from_duration(char *text, u64 ns);

/* Parses a whole decimal number from @min to @max. */
int rtp_word_number(const char *key, const char *word, u32 min, u32 max, u32 *number,
		    struct rtp_reason *reason);

/*
 * Parses a list of names separated by commas. @find returns the bit number of a name or a negative
 * error; the result is the mask. A name must not be repeated. Modifies @list.
 */
int rtp_word_list(const char *key, char *list, int (*find)(const char *name), u32 *mask,
		  struct rtp_reason *reason);

/*
 * Prints a text from outside as one word: unprintable characters, spaces, backslashes become \xNN.
 */
struct seq_file;
void rtp_word_print(struct seq_file *seq, const char *text);

#endif
