// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/regs.h"

#include <linux/kernel.h>
#include <linux/ptrace.h>

#ifdef CONFIG_X86_64
#define REGISTER(text, member) { text, offsetof(struct pt_regs, member) }

static const struct {
	const char *name;
	unsigned int offset;
} registers[] = {
	REGISTER("rip", ip), REGISTER("rsp", sp), REGISTER("rflags", flags), REGISTER("rax", ax),
	REGISTER("rbx", bx), REGISTER("rcx", cx), REGISTER("rdx", dx), REGISTER("rsi", si),
	REGISTER("rdi", di), REGISTER("rbp", bp), REGISTER("r8", r8), REGISTER("r9", r9),
	REGISTER("r10", r10), REGISTER("r11", r11), REGISTER("r12", r12), REGISTER("r13", r13),
	REGISTER("r14", r14), REGISTER("r15", r15), REGISTER("cs", cs), REGISTER("ss", ss),
};

bool rtp_register_print(char *text, const struct pt_regs *regs, unsigned int index)
{
	unsigned long value;

	if (index >= ARRAY_SIZE(registers))
		return false;
	value = *(const unsigned long *)((const char *)regs + registers[index].offset);
	/* The upper bits of a pushed segment selector are used by the kernel for other data. */
	if (registers[index].offset == offsetof(struct pt_regs, cs) ||
	    registers[index].offset == offsetof(struct pt_regs, ss))
		value &= 0xffff;
	snprintf(text, RTP_REGISTER_TEXT, "%s=%lx", registers[index].name, value);
	return true;
}

#elif defined(CONFIG_ARM64)
bool rtp_register_print(char *text, const struct pt_regs *regs, unsigned int index)
{
	static const char *const names[] = { "pc", "sp", "pstate" };
	const u64 values[] = { regs->pc, regs->sp, regs->pstate };

	if (index < ARRAY_SIZE(names))
		snprintf(text, RTP_REGISTER_TEXT, "%s=%llx", names[index], values[index]);
	else if (index - ARRAY_SIZE(names) < ARRAY_SIZE(regs->regs))
		snprintf(text, RTP_REGISTER_TEXT, "x%zu=%llx", index - ARRAY_SIZE(names),
			 regs->regs[index - ARRAY_SIZE(names)]);
	else
		return false;
	return true;
}

#else
bool rtp_register_print(char *text, const struct pt_regs *regs, unsigned int index)
{
	return false;
}
#endif
