// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/measure.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#define NAME(constant, name) [constant] = #name,
const char *const rtp_measure_names[RTPROBE_MEASURE_COUNT] = { RTP_MEASURE_LIST(NAME) };

#define DESCRIPTOR(constant, name) [constant] = &rtp_measure_##name,
static const struct rtp_measure *const descriptors[RTPROBE_MEASURE_COUNT] = {
	RTP_MEASURE_LIST(DESCRIPTOR)
};

struct rtp_measure_masks rtp_measures __read_mostly;

const struct rtp_measure *rtp_measure_of(enum rtprobe_measure measure)
{
	return descriptors[measure];
}

int rtp_measure_by_name(const char *name)
{
	int measure = match_string(rtp_measure_names, RTPROBE_MEASURE_COUNT, name);

	return measure < 0 ? -ENOENT : measure;
}

void rtp_measures_find(void)
{
	unsigned int i;

	rtp_measures = (struct rtp_measure_masks) {};
	for (i = 0; i < RTPROBE_MEASURE_COUNT; i++) {
		const struct rtp_measure *measure = descriptors[i];

		rtp_measures.available |= measure->available() ? BIT(i) : 0;
		rtp_measures.of_handlers |= measure->of_handlers ? BIT(i) : 0;
		rtp_measures.only_by_rule |= measure->only_by_rule ? BIT(i) : 0;
	}
}

void rtp_measures_print(struct seq_file *seq, u32 mask)
{
	const char *separator = "";
	unsigned int i;

	for (i = 0; i < RTPROBE_MEASURE_COUNT; i++) {
		if (!(mask & BIT(i)))
			continue;
		seq_printf(seq, "%s%s", separator, rtp_measure_names[i]);
		separator = ",";
	}
}
