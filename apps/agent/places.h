/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer to a places frame: which file and function addresses of a program are in, as text. A
 * child process reads it, within a time limit: files may be on a file system that never answers, and
 * may be hostile. docs/reference/agent-stream.md has the layout and what is read.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "frames.h"

#define PLACES_TEXT_MAX (32 << 10)

struct places {
	bool active; /* an answer is awaited */
	pid_t child; /* 0: none; one that was killed stays until it has ended */
	int pipe; /* its answer, while active */
	int64_t deadline; /* ms of CLOCK_MONOTONIC */
	uint32_t number;
	size_t len;
	char text[PLACES_TEXT_MAX];
};

/* Starts to read the answer. Returns NULL, or why not: a stable code, a space, a reason. */
const char *places_start(struct places *p, const uint8_t *request, size_t len);
/* Ends an answer that nobody waits for any more. */
void places_stop(struct places *p);
/* Returns the ms until places_read must be called, if that is less than `wait`; -1 is no limit. */
int places_wait(const struct places *p, int wait);
/* Reads what the child has written. Returns the length of the answer in `text`, 0 if it goes on. */
size_t places_read(struct places *p);
