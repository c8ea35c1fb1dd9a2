/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the stack of the interrupted context from the raw stack of a capture. */
#ifndef RTPROBE_STACK_H
#define RTPROBE_STACK_H

#include <linux/types.h>

/* Buffer for the printed frames of one spike; sufficient for a full stack of usual symbols. */
#define RTP_STACK_TEXT 3072

/* Printed frames, innermost first: consecutive NUL-terminated strings. */
struct rtp_stack {
	unsigned int frames;
	unsigned int bytes;
	/* false: the end of the interrupt's own frames was not found */
	bool entry_found;
	char text[RTP_STACK_TEXT];
};

/*
 * Removes the interrupt's own frames, up to the interrupt entry, and prints the others as
 * symbol+offset/size [module]. If there is no interrupt entry, only this module's frames are
 * removed, and the first printed frame says so if there was an interrupt. If the text is full, the
 * last frame says so. Process context.
 */
void rtp_stack_print(struct rtp_stack *stack, const unsigned long *raw, unsigned int n,
		     bool in_interrupt);

#endif
