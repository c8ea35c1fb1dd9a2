/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hooks of hard handlers and vectors together, for measures that subtract their time. */
#ifndef RTPROBE_HANDLERS_H
#define RTPROBE_HANDLERS_H

/*
 * Keep the hooks of both registered, see hardirq.h and vector.h. Calls nest. hold returns 0 or a
 * negative errno. Process context, config mutex held.
 */
int rtp_handlers_hold(void);
void rtp_handlers_release(void);

#endif
