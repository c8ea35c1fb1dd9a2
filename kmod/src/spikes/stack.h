/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the stack of the interrupted context from the raw stack of a capture. */
#ifndef RTPROBE_STACK_H
#define RTPROBE_STACK_H

#include <linux/types.h>

/* Buffer for the printed frames of one spike; sufficient for a full stack of usual symbols. */
#define RTP_STACK_TEXT 3072

/*
 * Prints a code address as symbol+offset/size [module] into @text, RTPROBE_SYMBOL_LEN bytes.
 * @is_return: it is a return address. An address without a symbol (code generated at run time, an
 * unloaded module) is printed as "[no symbol]", because the raw address would reveal the kernel's
 * location. Any context.
 */
void rtp_symbol_print(char *text, unsigned long address, bool is_return);

/*
 * Prints the name of a function as symbol [module] into @text, RTPROBE_FUNCTION_LEN bytes; "[no
 * symbol]" as above. Any context.
 */
void rtp_function_print(char *text, const void *function);

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
