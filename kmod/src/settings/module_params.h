/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Module parameters, in the words and with the checks of /proc/rtprobe/control. */
#ifndef RTPROBE_MODULE_PARAMS_H
#define RTPROBE_MODULE_PARAMS_H

#include "settings/config.h"

struct rtp_params {
	struct rtp_config_change config;	/* every member set */
	char *rules;		/* in the words of /proc/rtprobe/rules; NULL: none */
	const char *clock;	/* checked by rtp_clock_choose */
	u32 max_rows;
	u32 max_spikes;
	u32 max_irqs;
	u32 max_tasks;
	u32 recorder_events;
};

/* Read the parameters insmod gave. -EINVAL, with the reason in the kernel log, on a bad one. */
int rtp_params_read(struct rtp_params *params);

#endif
