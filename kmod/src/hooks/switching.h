/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Switches measures, and the flight recorder with them, on and off. */
#ifndef RTPROBE_SWITCHING_H
#define RTPROBE_SWITCHING_H

#include <linux/types.h>

/*
 * Switches from the measures in mask @from to those in @to. On an error restores those in @from.
 * With @recorder, the flight recorder runs while any measure is on. @period is in ns. On return no
 * hook runs for a measure that is off. Process context, config mutex held.
 */
int rtp_measures_switch(u32 from, u32 to, u64 period, bool recorder);

#endif
