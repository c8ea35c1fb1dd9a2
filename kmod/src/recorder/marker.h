/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markers: short texts that programs write to /dev/rtprobe_marker, one per write. They are events
 * of the flight recorder, and begin and end the cycles of their task if it is watched; they change
 * nothing else. The file is write-only, and by its mode only for
 * root and its group. What is written is hostile: its length, characters and rate are limited.
 *
 * write() returns EINVAL for an empty text, EMSGSIZE for one that is too long, EILSEQ for other
 * characters than printable ASCII, ENODEV while the flight recorder is off, and EAGAIN if the CPU
 * has no room for more now.
 */
#ifndef RTPROBE_MARKER_H
#define RTPROBE_MARKER_H

struct rtp_cpu;

/*
 * Called with each recorded marker, on the CPU of the current task that writes it, interrupts off.
 * NULL: nothing. After it is changed, calls of the previous one end within a grace period.
 */
extern void (*rtp_marker_seen)(struct rtp_cpu *c, const char *text);

/* Process context. */
int rtp_marker_init(void);
void rtp_marker_exit(void);

#endif
