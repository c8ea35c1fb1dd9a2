/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic netlink family "rtprobe" in the running kernel. Uses two sockets, so that a dump in
 * flight never delays an event. If a socket cannot be opened, the program exits with FAMILY_EXIT.
 */
#include <stddef.h>
#include <stdint.h>

#define FAMILY_EXIT 3

struct family {
	int requests, events;
	uint16_t id; /* 0 while the module is not loaded */
	uint64_t overruns; /* receive queue overflows since the start */
};

/* Opens both sockets and follows the controller's notifications about families. */
void family_open(struct family *f);
/* Registers a process as a part of rtprobe, if the module is loaded and can do that. */
void family_register(const struct family *f, uint32_t pid);
/* Drops the answers in flight: they belong to an earlier listener. */
void family_renew(struct family *f);
/* Returns the bytes of one datagram to forward, or 0; updates `id` and `overruns`. */
size_t family_receive(struct family *f, int socket, void *datagram, size_t size);
/* Returns NULL once the kernel has the request, else a stable code and the reason. */
const char *family_request(struct family *f, const void *messages, size_t len);
