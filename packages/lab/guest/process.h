/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One process started for the host: its pipes or terminal and the input waiting for it.
 * Single-threaded: everything here is called from the poll loop of guestd.c.
 */
#ifndef LAB_PROCESS_H
#define LAB_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "wire.h"

#define PROCESS_MAX 32

struct process {
	bool used;
	bool tty;
	bool exited;
	bool eof_wanted; /* the host said end of input; close when `input` has drained */
	int status;      /* of waitpid, valid once exited */
	uint16_t channel;
	pid_t pid;
	int in, out, err; /* -1 when closed; with a tty `in` is `out` */
	size_t input_len;
	uint8_t input[WIRE_STDIN_WINDOW];
};

extern struct process processes[PROCESS_MAX];

struct process *process_by_channel(uint16_t channel);

/* Starts what an EXEC payload describes. Returns NULL and a reason (static text or strerror). */
struct process *process_start(uint16_t channel, const uint8_t *payload, size_t len, const char **why);

/* Queues input; false when the host overran its window (a protocol error of the host). */
bool process_queue_input(struct process *p, const uint8_t *bytes, size_t len);

/* Gives the process what it takes without blocking; returns the bytes given. */
size_t process_feed(struct process *p);

void process_end_input(struct process *p);
void process_signal(struct process *p, int signal);
void process_resize(struct process *p, uint16_t rows, uint16_t cols);

/* Closes everything and frees the slot; kills the group if it still runs. */
void process_drop(struct process *p);

/* Collects every dead child, ours and orphans (guestd is PID 1). */
void process_reap(void);

#endif
