/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that is recorded by kprobes, see kprobe.h: callbacks, and where work items are queued. */
#ifndef RTPROBE_PROBED_H
#define RTPROBE_PROBED_H

#include <linux/types.h>

/* Returns the mask of enum rtprobe_callback that this kernel has. Constant after load. */
u32 rtp_probed_available(void);

/* Process context, config mutex held. */
int rtp_probed_hold(void);
void rtp_probed_release(void);

/* Register and unregister the kprobes. Process context. */
int rtp_probed_init(void);
void rtp_probed_exit(void);

#endif
