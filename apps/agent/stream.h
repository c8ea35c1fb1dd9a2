/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The byte stream to the bridge: frames of frames.h over stdio, a unix socket or a character
 * device. Single-threaded and non-blocking. Each buffer holds one frame. The caller starts work
 * only if stream_idle() returns true. A slow reader therefore fills the kernel's queues, which
 * count what they drop. Output without a listener is discarded.
 */
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frames.h"

#define FRAME_MAX (RTPROBE_AGENT_HEADER_LEN + RTPROBE_AGENT_PAYLOAD_MAX)
#define STALL_MS 1000 /* an incomplete frame is discarded after this time */
#define RETRY_MS 200 /* interval of checks for a hung-up device */

struct stream {
	enum { STREAM_STDIO, STREAM_SOCKET, STREAM_PASSED, STREAM_DEVICE } way;
	bool group; /* socket only: its group may open it, too */
	int listener, in, out; /* -1 if there is none */
	bool ended; /* stdio only: end of input */
	bool hung; /* device only: the other end is closed */
	bool more; /* the input may contain another frame */
	bool skipping; /* inside garbage that was already reported */
	int64_t read_at; /* ms of CLOCK_MONOTONIC */
	size_t rx_len, taken, tx_off, tx_len;
	uint8_t rx[FRAME_MAX], tx[FRAME_MAX + 1024];
};

/* Returns 0, or 1 with errno set. Replaces a socket file that has no listener. */
int stream_open(struct stream *s, const char *path);
/* Fills three entries for poll(2); returns the maximum time to wait in ms, -1 for no limit. */
int stream_prepare(struct stream *s, struct pollfd fds[3]);
/* Accepts, reads and times out, according to poll's result. */
void stream_progress(struct stream *s, const struct pollfd fds[3]);
/* Writes what it can; returns whether everything has been written. */
bool stream_idle(struct stream *s);
/* Returns the kind of the next whole frame, or -1; the payload is valid until the next call. */
int stream_next(struct stream *s, const uint8_t **payload, size_t *len);
void stream_send(struct stream *s, uint16_t kind, const void *payload, size_t len);
/* Reports what was not forwarded: a stable code, a space, a reason. */
void stream_refuse(struct stream *s, const char *reason);
/* Returns the pid of the process at the other end, or 0 if the stream is not a unix socket. */
uint32_t stream_peer(const struct stream *s);
