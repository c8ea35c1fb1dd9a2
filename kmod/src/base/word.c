// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/word.h"

#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <linux/string.h>

/* Maximum digits before the decimal point; more would exceed the range of all settings. */
#define MAX_DIGITS 12

static const struct {
	const char *name;
	u64 ns;
} units[] = {
	{ "s", 1000000000 },
	{ "ms", 1000000 },
	{ "us", 1000 },
	{ "ns", 1 },
};

static u64 unit_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(name, units[i].name))
			return units[i].ns;
	return 0;
}

/* Reads at most @max digits at *@at. Returns their number. */
static unsigned int read_digits(const char **at, unsigned int max, u64 *value)
{
	unsigned int n;

	*value = 0;
	for (n = 0; n < max && isdigit(**at); n++)
		*value = *value * 10 + (*(*at)++ - '0');
	return n;
}

int rtp_word_duration(const char *key, const char *word, u64 *ns, struct rtp_reason *reason)
{
	unsigned int decimals = 0, digits;
	u64 whole, part = 0, unit;
	const char *at = word;

	if (!strcmp(word, "0")) {
		*ns = 0;
		return 0;
	}
	digits = read_digits(&at, MAX_DIGITS, &whole);
	if (*at == '.') {
		at++;
		decimals = read_digits(&at, 9, &part);
		if (!decimals)
			digits = 0;
	}
	unit = unit_by_name(at);
	if (!digits || !unit)
		return rtp_refuse(reason, "bad_duration",
				  "%s=%s: a number and ns, us, ms or s, such as 1.5ms", key, word);
	part *= unit;
	for (; decimals; decimals--) {
		if (part % 10)
			return rtp_refuse(reason, "bad_duration", "%s=%s: finer than a nanosecond",
					  key, word);
		part = div_u64(part, 10);
	}
	if (whole > div64_u64(U64_MAX - part, unit))
		return rtp_refuse(reason, "out_of_range", "%s=%s: too long", key, word);
	*ns = whole * unit + part;
	return 0;
}

void rtp_word_from_duration(char *text, u64 ns)
{
	unsigned int i;

	if (!ns) {
		strcpy(text, "0");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (ns % units[i].ns)
			continue;
		snprintf(text, RTP_DURATION_TEXT, "%llu%s", div64_u64(ns, units[i].ns),
			 units[i].name);
		return;
	}
}

int rtp_word_number(const char *key, const char *word, u32 min, u32 max, u32 *number,
		    struct rtp_reason *reason)
{
	u32 value;

	if (!isdigit(*word) || kstrtou32(word, 10, &value))
		return rtp_refuse(reason, "bad_number", "%s=%s: a whole number", key, word);
	if (value < min || value > max)
		return rtp_refuse(reason, "out_of_range", "%s=%s: %u to %u", key, word, min, max);
	*number = value;
	return 0;
}

int rtp_word_list(const char *key, char *list, int (*find)(const char *name), u32 *mask,
		  struct rtp_reason *reason)
{
	u32 found = 0;
	char *name;

	while ((name = strsep(&list, ","))) {
		int bit = find(name);

		if (bit < 0)
			return rtp_refuse(reason, "unknown_word", "%s=%s", key, name);
		if (found & BIT(bit))
			return rtp_refuse(reason, "duplicate_word", "%s=%s", key, name);
		found |= BIT(bit);
	}
	*mask = found;
	return 0;
}

void rtp_word_print(struct seq_file *seq, const char *text)
{
	for (; *text; text++) {
		if (isascii(*text) && isgraph(*text) && *text != '\\')
			seq_putc(seq, *text);
		else
			seq_printf(seq, "\\x%02x", (unsigned char)*text);
	}
}
