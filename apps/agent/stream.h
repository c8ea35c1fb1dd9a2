/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The byte stream to the bridge: frames of uapi/rtprobe.h over stdio, a unix socket or a character
 * device. Single-threaded, never blocking, both buffers bounded by one frame: the caller starts a piece
 * of work only while stream_idle(), so that a slow reader holds back the kernel's queues, which count
 * what they lose. What is sent while nobody listens belongs to nobody and is thrown away.
 */
#include <poll.h>
#include <rtprobe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX (RTPROBE_AGENT_HEADER_LEN + RTPROBE_AGENT_PAYLOAD_MAX)
#define STALL_MS 1000 /* a frame whose rest does not come for so long is given up */
#define RETRY_MS 200 /* how often a hung-up device is looked at */

struct stream {
	enum { STREAM_STDIO, STREAM_SOCKET, STREAM_DEVICE } way;
	int listener, in, out; /* -1 where there is none */
	bool ended; /* stdio only: no more input will come */
	bool hung; /* device only: nobody has the other end open */
	bool more; /* the input may hold another frame */
	bool skipping; /* inside garbage that was already reported */
	int64_t read_at; /* ms of CLOCK_MONOTONIC */
	size_t rx_len, taken, tx_off, tx_len;
	uint8_t rx[FRAME_MAX], tx[FRAME_MAX + 1024];
};

/* 0, or 1 with errno set. A socket file that nobody listens on any more is replaced. */
int stream_open(struct stream *s, const char *path);
/* Fills three entries for poll(2); returns the longest time to wait in ms, -1 for ever. */
int stream_prepare(struct stream *s, struct pollfd fds[3]);
/* Accepts, reads and gives up as poll found. */
void stream_progress(struct stream *s, const struct pollfd fds[3]);
/* Writes what it can; whether all that was sent has been written out. */
bool stream_idle(struct stream *s);
/* The next whole frame's kind, or -1; the payload is valid until the next call. */
int stream_next(struct stream *s, const uint8_t **payload, size_t *len);
void stream_send(struct stream *s, uint16_t kind, const void *payload, size_t len);
/* Says what was not forwarded: a stable code, a space, a reason. */
void stream_refuse(struct stream *s, const char *reason);
