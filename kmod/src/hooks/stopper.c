// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/stopper.h"

#include <linux/irqflags.h>
#include <linux/kernel.h>

#include "compat/kprobe.h"
#include "hooks/sender.h"
#include "recorder/recorder.h"

#ifdef CONFIG_KRETPROBES

/*
 * The begin of the kernel's struct multi_stop_data, which multi_cpu_stop() gets. It has been the
 * same since Linux 2.6.37.
 */
struct stopper_multi {
	const void *function, *data;
};

/* Returns what a request and a run have in common. Only functions differ if there are no data. */
static const void *stopper_item(const void *function, const void *data)
{
	return data ?: function;
}

static void stopper_asked(struct pt_regs *regs, unsigned int cpu, unsigned int function)
{
	const void *asked = (const void *)regs_get_kernel_argument(regs, function);
	const void *data = (const void *)regs_get_kernel_argument(regs, function + 1);

	rtp_sender_note(&(struct rtp_send) {
		.callback = RTPROBE_CALLBACK_STOP,
		.cpu = cpu,
		.site = compat_return_address(regs),
		.function = asked,
		.item = stopper_item(asked, data),
	});
}

/* stop_one_cpu(cpu, function, data), stop_one_cpu_nowait(cpu, function, data, buffer) */
static int stopper_asked_cpu(struct kprobe *probe, struct pt_regs *regs)
{
	stopper_asked(regs, regs_get_kernel_argument(regs, 0), 1);
	return 0;
}
NOKPROBE_SYMBOL(stopper_asked_cpu);

/* stop_core_cpuslocked(cpu, function, data): for the siblings of the CPU */
static int stopper_asked_core(struct kprobe *probe, struct pt_regs *regs)
{
	stopper_asked(regs, RTP_RECORD_ANY_CPU, 1);
	return 0;
}
NOKPROBE_SYMBOL(stopper_asked_core);

/* stop_two_cpus(cpu1, cpu2, function, data) */
static int stopper_asked_two(struct kprobe *probe, struct pt_regs *regs)
{
	stopper_asked(regs, RTP_RECORD_ANY_CPU, 2);
	return 0;
}
NOKPROBE_SYMBOL(stopper_asked_two);

/* stop_machine_cpuslocked(function, data, cpus); stop_machine() calls it */
static int stopper_asked_all(struct kprobe *probe, struct pt_regs *regs)
{
	stopper_asked(regs, RTP_RECORD_ANY_CPU, 0);
	return 0;
}
NOKPROBE_SYMBOL(stopper_asked_all);

/* multi_cpu_stop(): also on CPUs that only wait until another one has run the function. */
static int stopper_multi_began(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct stopper_multi *multi = (const void *)regs_get_kernel_argument(regs, 0);

	rtp_kprobe_began(RTPROBE_CALLBACK_STOP, multi->function,
			 stopper_item(multi->function, multi->data));
	return 0;
}
NOKPROBE_SYMBOL(stopper_multi_began);

static int stopper_began(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const void *function = (const void *)instruction_pointer(regs);

	rtp_kprobe_began(RTPROBE_CALLBACK_STOP, function,
			 stopper_item(function, (const void *)regs_get_kernel_argument(regs, 0)));
	return 0;
}
NOKPROBE_SYMBOL(stopper_began);

static int stopper_ended(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	rtp_kprobe_ended(RTPROBE_CALLBACK_STOP);
	return 0;
}
NOKPROBE_SYMBOL(stopper_ended);

RTP_KPROBE_SET(stopper, RTPROBE_CALLBACK_STOP, 2,
	RTP_KRETPROBE("multi_cpu_stop", stopper_multi_began, stopper_ended),
	RTP_KPROBE("stop_machine_cpuslocked", stopper_asked_all),
	RTP_KPROBE("stop_machine_from_inactive_cpu", stopper_asked_all),
	RTP_KPROBE("stop_core_cpuslocked", stopper_asked_core),
	RTP_KPROBE("stop_one_cpu", stopper_asked_cpu),
	RTP_KPROBE("stop_one_cpu_nowait", stopper_asked_cpu),
	RTP_KPROBE("stop_two_cpus", stopper_asked_two),
	RTP_KRETPROBE("migration_cpu_stop", stopper_began, stopper_ended),
	RTP_KRETPROBE("push_cpu_stop", stopper_began, stopper_ended),
	RTP_KRETPROBE("__balance_push_cpu_stop", stopper_began, stopper_ended),
	RTP_KRETPROBE("active_load_balance_cpu_stop", stopper_began, stopper_ended),
	RTP_KRETPROBE("softlockup_fn", stopper_began, stopper_ended),
);

#else

const struct rtp_kprobe_set rtp_stopper_set = {
	.callback = RTPROBE_CALLBACK_STOP,
	.needed = 1,
};

#endif
