/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Module parameters, with the words and checks of /proc/rtprobe/control. */
#ifndef RTPROBE_MODULE_PARAMS_H
#define RTPROBE_MODULE_PARAMS_H

#include "settings/config.h"

struct rtp_params {
	struct rtp_config_change config;	/* every member set */
	char *rules;		/* in the syntax of /proc/rtprobe/rules; NULL: none */
	const char *clock;	/* checked by rtp_clock_choose */
	const char *smi;	/* checked by rtp_outside_init */
	bool numbers_only;	/* events never carry contents */
	u32 max_rows;
	u32 max_spikes;
	u32 max_irqs;
	u32 max_tasks;
	u32 recorder_events;
};

/* Reads the module parameters. Returns -EINVAL and logs the reason if one is wrong. */
int rtp_params_read(struct rtp_params *params);

#endif
