// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings/threshold_word.h"

#include <linux/seq_file.h>
#include <linux/string.h>

#include "base/word.h"

/* Appended to a measure's name. */
static const char *const kinds[RTP_KINDS] = {
	[RTP_KIND_USER] = "",
	[RTP_KIND_KTHREAD] = "/kthreads",
};

/* Finds the threshold that a text names, MEASURE or MEASURE/kthreads. Leaves the text as it was. */
static int find_threshold(char *name, unsigned int *measure, unsigned int *kind)
{
	char *slash = strchr(name, '/');
	int found;

	*kind = slash ? RTP_KIND_KTHREAD : RTP_KIND_USER;
	if (slash && strcmp(slash, kinds[RTP_KIND_KTHREAD]))
		return -EINVAL;
	if (slash)
		*slash = '\0';
	found = rtp_measure_by_name(name);
	if (slash)
		*slash = '/';
	if (found < 0)
		return found;
	*measure = found;
	return 0;
}

static int read_one(struct rtp_config_change *change, char *word, struct rtp_reason *reason)
{
	char *value = strchr(word, ':');
	unsigned int measure, kind;

	if (!value || value == word || !value[1])
		return rtp_refuse(reason, "bad_word", "thresholds=%s: measure:duration is wanted",
				  word);
	*value++ = '\0';
	if (find_threshold(word, &measure, &kind))
		return rtp_refuse(reason, "unknown_word",
				  "thresholds=%s: a measure, or a measure by task and /kthreads",
				  word);
	if (!rtp_threshold_exists(measure, RTP_KIND_USER))
		return rtp_refuse(reason, "only_by_rule", "thresholds=%s: use a rule", word);
	if (!rtp_threshold_exists(measure, kind))
		return rtp_refuse(reason, "unknown_word",
				  "thresholds=%s: only a measure by task has /kthreads",
				  word);
	if (change->named[kind] & BIT(measure))
		return rtp_refuse(reason, "duplicate_word", "thresholds=%s", word);
	change->named[kind] |= BIT(measure);
	if (!strcmp(value, "off")) {
		change->to.thresholds.ns[measure][kind] = 0;
		return 0;
	}
	return rtp_word_duration(word, value, &change->to.thresholds.ns[measure][kind], reason);
}

int rtp_thresholds_word(struct rtp_config_change *change, char *list, struct rtp_reason *reason)
{
	char *word;
	int err = 0;

	while (!err && (word = strsep(&list, ",")))
		err = read_one(change, word, reason);
	return err;
}

void rtp_thresholds_show(struct seq_file *seq, const struct rtp_thresholds *thresholds)
{
	char text[RTP_DURATION_TEXT];
	const char *separator = "";
	unsigned int measure, kind;

	for (measure = 0; measure < RTPROBE_MEASURE_COUNT; measure++)
		for (kind = 0; kind < RTP_KINDS; kind++) {
			u64 ns = thresholds->ns[measure][kind];

			if (!rtp_threshold_exists(measure, kind))
				continue;
			rtp_word_from_duration(text, ns);
			seq_printf(seq, "%s%s%s:%s", separator, rtp_measure_names[measure],
				   kinds[kind], ns ? text : "off");
			separator = ",";
		}
}
