/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns the raw stack of a capture into the printed stack of the interrupted context. */
#ifndef RTPROBE_STACK_H
#define RTPROBE_STACK_H

#include <linux/types.h>

/* Room for the printed frames of one spike; a full stack of usual symbols fits. */
#define RTP_STACK_TEXT 3072

/* Printed frames, innermost first: NUL-terminated strings one after the other. */
struct rtp_stack {
	unsigned int frames;
	unsigned int bytes;
	/* false: could not tell the interrupted context from the interrupt's own */
	bool entry_found;
	char text[RTP_STACK_TEXT];
};

/*
 * Cut off the interrupt's own frames, up to the processor's interrupt entry, and print the others
 * as symbol+offset/size [module]. Where no interrupt entry is found, only this module's frames are
 * cut and the first printed frame says so, unless there was no interrupt; where the text is full,
 * the last one does. Process context.
 */
void rtp_stack_print(struct rtp_stack *stack, const unsigned long *raw, unsigned int n,
		     bool in_interrupt);

#endif
