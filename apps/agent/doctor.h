/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer to a doctor frame, and to --doctor: what the machine's files say about settings that change latencies, as
 * JSON. Facts only; the bridge judges. docs/reference/agent-stream.md has the layout. A child process reads it within a
 * time limit. Opens nothing outside the list and writes nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define DOCTOR_FRAME_MAX (16 << 10)

struct doctor {
	bool active; /* an answer is awaited */
	pid_t child; /* 0: none; one that was killed stays until it has ended */
	int pipe; /* its answer, while active */
	int64_t deadline; /* ms of CLOCK_MONOTONIC */
	char text[DOCTOR_FRAME_MAX];
};

/* Starts to read the answer. Returns NULL, or why not: a stable code, a space, a reason. */
const char *doctor_start(struct doctor *d);
/* Ends an answer that nobody waits for any more. */
void doctor_stop(struct doctor *d);
/* Returns the ms until doctor_read must be called, if that is less than `wait`; -1 is no limit. */
int doctor_wait(const struct doctor *d, int wait);
/*
 * Reads what the child has written. Returns the length of the next frame in `text`; 0 is the empty frame that ends the
 * answer; -1 if there is nothing yet.
 */
ssize_t doctor_read(struct doctor *d);
/*
 * Writes the facts of the machine, or of a copy of its files below @root, to a descriptor: JSON, or lines for people.
 * Returns 0, or -1 with errno set.
 */
int doctor_write(int fd, const char *root, bool is_plain);
