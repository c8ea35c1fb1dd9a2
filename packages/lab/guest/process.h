/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One process of the host: its pipes or terminal, and its queued input. Single-threaded: all
 * functions are called from the poll loop of guestd.c.
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

/*
 * Starts the process of an EXEC payload. Returns NULL and a reason (static text or strerror) on
 * failure.
 */
struct process *process_start(uint16_t channel, const uint8_t *payload, size_t len, const char **why);

/* Queues input; returns false if the host exceeded its window, which is a protocol error. */
bool process_queue_input(struct process *p, const uint8_t *bytes, size_t len);

/* Writes queued input to the process without blocking; returns the number of bytes. */
size_t process_feed(struct process *p);

void process_end_input(struct process *p);
void process_signal(struct process *p, int signal);
void process_resize(struct process *p, uint16_t rows, uint16_t cols);

/* Closes everything and frees the slot; kills the group if it still runs. */
void process_drop(struct process *p);

/* Reaps every dead child, including orphans, because guestd is PID 1. */
void process_reap(void);

#endif
