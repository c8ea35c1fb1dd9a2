/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * Self-test of a debug build (make DEBUG=1) at load, of everything that needs no hardware: bucket
  * arithmetic, histograms, words. Builds without DEBUG=1 do not include it.
 */
#ifndef RTPROBE_SELFTEST_H
#define RTPROBE_SELFTEST_H

#ifdef RTPROBE_DEBUG
/* Returns 0, or -EINVAL and logs each failure. Process context. */
int rtp_selftest(void);
#else
static inline int rtp_selftest(void)
{
	return 0;
}
#endif

#endif
