// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/recording.h"

#include <linux/bits.h>
#include <linux/kernel.h>

#include "hooks/callback.h"
#include "hooks/handlers.h"
#include "hooks/idle.h"
#include "hooks/napi.h"
#include "hooks/probed.h"
#include "hooks/sched.h"
#include "hooks/sender.h"
#include "hooks/softirq.h"
#include "recorder/recorder.h"

static int hold_sched_hooks(void)
{
	return rtp_sched_start(RTP_SCHED_RECORDER);
}

static void release_sched_hooks(void)
{
	rtp_sched_stop(RTP_SCHED_RECORDER);
}

/* Hooks whose events are needed by the recorder. Each group counts its users. */
static const struct {
	int (*hold)(void);
	void (*release)(void);
} groups[] = {
	{ rtp_handlers_hold, rtp_handlers_release },
	{ rtp_softirq_hold, rtp_softirq_release },
	{ hold_sched_hooks, release_sched_hooks },
	{ rtp_idle_hold, rtp_idle_release },
	{ rtp_callback_hold, rtp_callback_release },
	{ rtp_napi_hold, rtp_napi_release },
	{ rtp_sender_hold, rtp_sender_release },
	{ rtp_probed_hold, rtp_probed_release },
};

static void release_first(unsigned int n)
{
	while (n--)
		groups[n].release();
}

int rtp_recording_start(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		err = groups[i].hold();
		if (err) {
			release_first(i);
			return err;
		}
	}
	rtp_recorder_start();
	return 0;
}

u32 rtp_recording_callbacks(void)
{
	return rtp_callbacks_available() | rtp_probed_available();
}

u32 rtp_recording_senders(void)
{
	/* Where the run is not seen, nothing has a sender. */
	return (rtp_senders_available() | BIT(RTPROBE_CALLBACK_STOP)) & rtp_recording_callbacks();
}

void rtp_recording_stop(void)
{
	rtp_recorder_stop();
	release_first(ARRAY_SIZE(groups));
}
