/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Switches measures, and the flight recorder with them, on and off. */
#ifndef RTPROBE_SWITCHING_H
#define RTPROBE_SWITCHING_H

#include <linux/types.h>

/*
 * Switch from the measures of mask @from to those of @to; on an error those of @from are on again.
 * With
 * @recorder the flight recorder runs while any is on.
 * Process context, config mutex held.
 */
int rtp_measures_switch(u32 from, u32 to, u64 period, bool recorder);

#endif
