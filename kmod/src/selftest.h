/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks, at load of a debug build (make DEBUG=1), of what can be checked without hardware: the
 * buckets' arithmetic, a histogram's bookkeeping, words. A build without DEBUG=1 holds none of it.
 */
#ifndef RTPROBE_SELFTEST_H
#define RTPROBE_SELFTEST_H

#ifdef RTPROBE_DEBUG
/* 0, or -EINVAL with every failure in the kernel log. Process context. */
int rtp_selftest(void);
#else
static inline int rtp_selftest(void)
{
	return 0;
}
#endif

#endif
