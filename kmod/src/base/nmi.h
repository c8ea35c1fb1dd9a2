/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hooks that may be called in NMI. The NMI may have interrupted another hook of the CPU that holds
 * a lock. So these hooks return at once and count a loss.
 */
#ifndef RTPROBE_BASE_NMI_H
#define RTPROBE_BASE_NMI_H

#include <linux/kconfig.h>
#include <linux/preempt.h>

#include "base/lost.h"

/* Returns whether a hook must return because it runs in NMI; counts the loss. */
static __always_inline bool rtp_refuse_nmi(void)
{
	if (likely(!in_nmi()))
		return false;
	rtp_lost_add(RTP_LOST_IN_NMI, 1);
	return true;
}

/*
 * The same for hooks of interrupt handlers. On arm64 with pseudo-NMIs such a handler can run in
 * NMI. On x86 it cannot, so the hottest path has no check.
 */
static __always_inline bool rtp_refuse_nmi_handler(void)
{
	return !IS_ENABLED(CONFIG_X86) && rtp_refuse_nmi();
}

#endif
