/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic netlink family "rtprobe" as the kernel has it just now. Two sockets, so that a dump in
 * flight never delays an event. A socket that cannot be had ends the program with FAMILY_EXIT.
 */
#include <stddef.h>
#include <stdint.h>

#define FAMILY_EXIT 3

struct family {
	int requests, events;
	uint16_t id; /* 0 while the module is not loaded */
	uint64_t overruns; /* receive queues that ran over since the start */
};

/* Opens both sockets and follows the controller's notifications of families coming and going. */
void family_open(struct family *f);
/* Drops the answers still in flight: they belong to an earlier listener. */
void family_renew(struct family *f);
/* Bytes of one datagram to forward, or 0; keeps `id` and `overruns` up to date. */
size_t family_receive(struct family *f, int socket, void *datagram, size_t size);
/* NULL once the kernel has the request, else a stable code and the reason why it was not sent. */
const char *family_request(struct family *f, const void *messages, size_t len);
