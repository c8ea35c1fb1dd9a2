// SPDX-License-Identifier: GPL-2.0-or-later
#include "own_nmi.h"

#include <linux/delay.h>
#include <linux/errno.h>

#ifdef CONFIG_X86

#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <asm/apic.h>
#include <asm/nmi.h>

static struct edu_hold *armed;
static bool sent, received;

static int own_nmi_handle(unsigned int type, struct pt_regs *regs)
{
	u64 start = ktime_get_mono_fast_ns();

	if (!READ_ONCE(sent) || READ_ONCE(received))
		return NMI_DONE;
	while (ktime_get_mono_fast_ns() - start < armed->asked_ns)
		cpu_relax();
	armed->start_ns = start;
	armed->end_ns = ktime_get_mono_fast_ns();
	WRITE_ONCE(received, true);
	return NMI_HANDLED;
}

/* The kernel's own timers use the same function, so check that the caller is in rtprobe. */
static int own_nmi_forward(struct kprobe *probe, struct pt_regs *regs)
{
	struct edu_hold *hold = READ_ONCE(armed);
	char caller[KSYM_SYMBOL_LEN];

	if (!hold || READ_ONCE(sent) || hold->cpu != smp_processor_id())
		return 0;
	sprint_symbol(caller, *(unsigned long *)kernel_stack_pointer(regs));
	if (!strstr(caller, "[rtprobe]"))
		return 0;
	WRITE_ONCE(sent, true);
	apic->send_IPI(hold->cpu, NMI_VECTOR);
	while (!READ_ONCE(received))
		cpu_relax();
	return 0;
}

static struct kprobe own_nmi_probe = { .symbol_name = "hrtimer_forward", .pre_handler = own_nmi_forward };

int own_nmi_hold(struct edu_hold *hold)
{
	unsigned int tries = 1000;
	int error;

	hold->cpu = raw_smp_processor_id();
	sent = received = false;
	error = register_nmi_handler(NMI_LOCAL, own_nmi_handle, 0, "rtprobe-disturb");
	if (error)
		return error;
	own_nmi_probe.addr = NULL;
	own_nmi_probe.flags = 0;
	error = register_kprobe(&own_nmi_probe);
	if (!error) {
		WRITE_ONCE(armed, hold);
		while (!READ_ONCE(received) && tries--)
			usleep_range(1000, 1100);
		unregister_kprobe(&own_nmi_probe);
		error = received ? 0 : -ETIMEDOUT;
	}
	unregister_nmi_handler(NMI_LOCAL, "rtprobe-disturb");
	WRITE_ONCE(armed, NULL);
	hold->enclosing_ns = hold->end_ns - hold->start_ns;
	return error;
}

#else

int own_nmi_hold(struct edu_hold *hold)
{
	return -ENODEV;
}

#endif
