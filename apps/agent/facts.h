/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer to a facts frame: the files of RTPROBE_AGENT_FACTS_FILES as text, in steps of one
 * frame, so that netlink messages do not wait for all of it. docs/reference/agent-stream.md has
 * the layout. Opens nothing outside the list and writes nothing.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FACTS_FRAME_MAX (16 << 10)
#define FACTS_LINE_MAX (8 << 10)

struct facts {
	bool active; /* an answer is not complete */
	unsigned int pattern; /* the first of the group that is being read */
	DIR *folder; /* with the entries of the group; NULL before the group begins */
	uint32_t left_out;
	size_t total; /* bytes of the answer so far */
	size_t len; /* of `line`, which waits for the next frame */
	char line[FACTS_LINE_MAX];
};

/* Starts an answer from the beginning. */
void facts_start(struct facts *f);
/* Ends an answer that nobody waits for any more. */
void facts_stop(struct facts *f);
/* Fills the next frame of at most FACTS_FRAME_MAX bytes and returns its length. */
size_t facts_read(struct facts *f, char *text);
