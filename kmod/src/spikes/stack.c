// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/stack.h"

#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/string.h>

#include "base/symbol.h"
#include "uapi/rtprobe.h"

/*
 * Interrupt entry points of the kernel: x86, then arm64, where each is a pair such as el1h_64_irq
 * and the function that it calls, el1h_64_irq_handler.
 */
static const char *const interrupt_entries[] = {
	"asm_common_interrupt", "asm_sysvec_",
	"el1h_64_irq", "el0t_64_irq", "el0t_32_irq",
};

static const char no_entry[] = "[no interrupt entry on this stack]";
static const char truncated[] = "[truncated]";

static bool is_entry(unsigned long address)
{
	char name[RTPROBE_SYMBOL_LEN];
	unsigned int i;

	snprintf(name, sizeof(name), "%ps", (void *)address);
	for (i = 0; i < ARRAY_SIZE(interrupt_entries); i++)
		if (!strncmp(name, interrupt_entries[i], strlen(interrupt_entries[i])))
			return true;
	return false;
}

static void stack_append(struct rtp_stack *stack, const char *frame)
{
	size_t bytes = strlen(frame) + 1;

	memcpy(stack->text + stack->bytes, frame, bytes);
	stack->bytes += bytes;
	stack->frames++;
}

/* Returns the index of the first frame of the interrupted context. */
static unsigned int find_interrupted(struct rtp_stack *stack, const unsigned long *raw,
				     unsigned int n, bool in_interrupt)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (is_entry(raw[i])) {
			stack->entry_found = true;
			while (i + 1 < n && is_entry(raw[i + 1]))
				i++;
			return i + 1;
		}
	}
	for (i = 0; i < n && within_module(raw[i], THIS_MODULE); i++)
		;
	if (in_interrupt)
		stack_append(stack, no_entry);
	return i;
}

void rtp_stack_print(struct rtp_stack *stack, const unsigned long *raw, unsigned int n,
		     bool in_interrupt)
{
	char frame[RTPROBE_SYMBOL_LEN];
	unsigned int i, first;

	stack->frames = 0;
	stack->bytes = 0;
	stack->entry_found = false;
	first = find_interrupted(stack, raw, n, in_interrupt);
	for (i = first; i < n && stack->frames < RTPROBE_STACK_DEPTH; i++) {
		/*
		 * The innermost frame is the interrupted instruction, others are return addresses.
		 */
		rtp_symbol_print(frame, raw[i], i != first);
		if (stack->bytes + strlen(frame) + 1 + sizeof(truncated) > sizeof(stack->text)) {
			stack_append(stack, truncated);
			break;
		}
		stack_append(stack, frame);
	}
}
