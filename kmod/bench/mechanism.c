// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rtprobe_mechanism: registers an empty handler with one of the kernel's tracing mechanisms while the module is loaded.
 * /proc/rtprobe_bench shows what the mechanism adds.
 *
 * insmod rtprobe_mechanism.ko mechanism=kprobe
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/irq.h>

#include "compat/ftrace.h"
#include "target.h"

static char *mechanism = "tracepoint";
module_param(mechanism, charp, 0444);
MODULE_PARM_DESC(mechanism, "tracepoint, kprobe, kprobe_inside, kretprobe, ftrace, fprobe or fprobe_exit");

/* The two tracepoints of an interrupt: irq_handler_entry and irq_handler_exit. */
static void notrace on_entry(void *unused, int irq, struct irqaction *action)
{
}

static void notrace on_exit(void *unused, int irq, struct irqaction *action, int ret)
{
}

static struct tracepoint *entry, *exit;

static void look_up(struct tracepoint *tracepoint, void *unused)
{
	if (!strcmp(tracepoint->name, "irq_handler_entry"))
		entry = tracepoint;
	else if (!strcmp(tracepoint->name, "irq_handler_exit"))
		exit = tracepoint;
}

static int tracepoint_start(void)
{
	int err;

	check_trace_callback_type_irq_handler_entry(on_entry);
	check_trace_callback_type_irq_handler_exit(on_exit);
	for_each_kernel_tracepoint(look_up, NULL);
	if (!entry || !exit)
		return -ENOENT;
	err = tracepoint_probe_register(entry, on_entry, NULL);
	if (err)
		return err;
	err = tracepoint_probe_register(exit, on_exit, NULL);
	if (err)
		tracepoint_probe_unregister(entry, on_entry, NULL);
	return err;
}

static void tracepoint_stop(void)
{
	tracepoint_probe_unregister(entry, on_entry, NULL);
	tracepoint_probe_unregister(exit, on_exit, NULL);
	tracepoint_synchronize_unregister();
}

static int on_kprobe(struct kprobe *probe, struct pt_regs *regs)
{
	return 0;
}

static struct kprobe kprobe = { .symbol_name = "rtprobe_bench_target", .pre_handler = on_kprobe };

static int kprobe_start(void)
{
	return register_kprobe(&kprobe);
}

#ifdef CONFIG_X86_KERNEL_IBT
#define FENTRY_END 9
#else
#define FENTRY_END 5
#endif

/*
 * Probes the function's first instruction after the ftrace site (and after endbr, if there is one). ftrace does not
 * handle this address: the kernel inserts a breakpoint and replaces it with a jump if possible.
 */
static int kprobe_inside_start(void)
{
	kprobe.offset = FENTRY_END;
	return register_kprobe(&kprobe);
}

static void kprobe_stop(void)
{
	unregister_kprobe(&kprobe);
}

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return 0;
}

static struct kretprobe kretprobe = {
	.kp.symbol_name = "rtprobe_bench_target",
	.handler = on_return,
	.maxactive = 16,
};

static int kretprobe_start(void)
{
	return register_kretprobe(&kretprobe);
}

static void kretprobe_stop(void)
{
	unregister_kretprobe(&kretprobe);
}

static void notrace on_ftrace(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			      compat_ftrace_regs *regs)
{
}

static struct ftrace_ops ftrace_ops = { .func = on_ftrace };

static int ftrace_start(void)
{
	char target[] = "rtprobe_bench_target";
	int err = ftrace_set_filter(&ftrace_ops, target, strlen(target), 1);

	return err ?: register_ftrace_function(&ftrace_ops);
}

static void ftrace_stop(void)
{
	unregister_ftrace_function(&ftrace_ops);
	/* ftrace_free_filter() is not exported on all kernels; a reset also frees the filter. */
	ftrace_set_filter(&ftrace_ops, NULL, 0, 1);
}

#ifdef COMPAT_FPROBE
static int on_fprobe(struct fprobe *probe, unsigned long ip, unsigned long parent_ip, compat_fprobe_regs *regs,
		     void *data)
{
	return 0;
}

static void on_fprobe_exit(struct fprobe *probe, unsigned long ip, unsigned long parent_ip,
			   compat_fprobe_regs *regs, void *data)
{
}

static struct fprobe fprobe;

static int fprobe_start(void)
{
	fprobe.entry_handler = on_fprobe;
	return register_fprobe(&fprobe, "rtprobe_bench_target", NULL);
}

static int fprobe_exit_start(void)
{
	fprobe.exit_handler = on_fprobe_exit;
	return fprobe_start();
}

static void fprobe_stop(void)
{
	unregister_fprobe(&fprobe);
}
#endif

static const struct {
	const char *name;
	int (*start)(void);
	void (*stop)(void);
} mechanisms[] = {
	{ "tracepoint", tracepoint_start, tracepoint_stop },
	{ "kprobe", kprobe_start, kprobe_stop },
	{ "kprobe_inside", kprobe_inside_start, kprobe_stop },
	{ "kretprobe", kretprobe_start, kretprobe_stop },
	{ "ftrace", ftrace_start, ftrace_stop },
#ifdef COMPAT_FPROBE
	{ "fprobe", fprobe_start, fprobe_stop },
	{ "fprobe_exit", fprobe_exit_start, fprobe_stop },
#endif
};

static unsigned int chosen;

static int __init mechanism_init(void)
{
	for (chosen = 0; chosen < ARRAY_SIZE(mechanisms); chosen++)
		if (!strcmp(mechanisms[chosen].name, mechanism))
			return mechanisms[chosen].start();
	pr_err("E_VALUE mechanism=%s: this kernel does not support it\n", mechanism);
	return -EOPNOTSUPP;
}

static void __exit mechanism_exit(void)
{
	mechanisms[chosen].stop();
}

module_init(mechanism_init);
module_exit(mechanism_exit);
MODULE_DESCRIPTION("Registers empty handlers, to measure what each mechanism costs");
MODULE_LICENSE("GPL");
