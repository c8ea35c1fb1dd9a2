/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hooks that a non-maskable interrupt can call. It may have interrupted any other hook of its CPU,
 * one that holds a lock included, so such a hook returns at once and is counted.
 */
#ifndef RTPROBE_BASE_NMI_H
#define RTPROBE_BASE_NMI_H

#include <linux/kconfig.h>
#include <linux/preempt.h>

#include "base/lost.h"

/* Whether a hook must return because it runs in NMI; counted. */
static __always_inline bool rtp_refuse_nmi(void)
{
	if (likely(!in_nmi()))
		return false;
	rtp_lost_add(RTP_LOST_IN_NMI, 1);
	return true;
}

/*
 * The same for hooks of interrupt handlers. On arm64 with pseudo-NMIs a handler can be one; on x86
 * none is, and the hottest path does not ask.
 */
static __always_inline bool rtp_refuse_nmi_handler(void)
{
	return !IS_ENABLED(CONFIG_X86) && rtp_refuse_nmi();
}

#endif
