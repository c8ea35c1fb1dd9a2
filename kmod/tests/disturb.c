// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rtprobe_disturb: makes disturbances of a known length, as the ground truth for tests of rtprobe.
 *
 * echo "kind=hardirq us=500 cpu=1" > /proc/rtprobe_disturb   500 us in a hard handler on CPU 1
 * echo "kind=irqsoff us=500"       > /proc/rtprobe_disturb   500 us with interrupts off on this CPU
 * echo "kind=fifo us=500 cpu=1"    > /proc/rtprobe_disturb   a task of higher priority delays a woken one by 500 us
 * echo "kind=irqthread us=500 cpu=1" > /proc/rtprobe_disturb an irq thread waits 500 us, takes 500 us, wakes
 * echo "kind=irqthread us=500 cpu=1 to=0" > /proc/rtprobe_disturb   the task that it wakes runs on CPU 0
 * echo "kind=hardirq us=500 cpu=1 to=0" > /proc/rtprobe_disturb   the handler wakes a task on CPU 0 at its end
 * echo "kind=softirq us=500"       > /proc/rtprobe_disturb   500 us in a softirq on this CPU
 * echo "kind=softirqirqsoff us=500" > /proc/rtprobe_disturb  the same with interrupts off
 * echo "kind=softirqsoff us=500"   > /proc/rtprobe_disturb   softirqs are off for 500 us while one is raised
 * echo "kind=line us=500"          > /proc/rtprobe_disturb   the device's line is disabled for 500 us
 * echo "kind=lock us=500 cpu=1"    > /proc/rtprobe_disturb   a real-time task waits 500 us for a lock
 * echo "kind=nmi us=1"             > /proc/rtprobe_disturb   hooks are called in a simulated NMI
 * echo "kind=nested us=500 cpu=1"  > /proc/rtprobe_disturb   three nested handlers, each takes 2 x 500 us
 * echo "kind=nesteddeep us=500 cpu=1"                        seven of them
 * echo "kind=ownnmi us=500 cpu=1"  > /proc/rtprobe_disturb   an NMI of 500 us in the handler of rtprobe's timer
 * echo "kind=linefreed us=500"     > /proc/rtprobe_disturb   a disabled line is freed, requested again and disabled
 * echo "kind=linebyhandler us=500" > /proc/rtprobe_disturb   a handler on another CPU disables its own line
 * echo "kind=lostend us=1"         > /proc/rtprobe_disturb   the writer waits for a lock; the end is not reported
 * echo "kind=smi us=50"            > /proc/rtprobe_disturb   the writer raises 50 SMIs in user mode and spins there
 * echo "kind=smikernel us=500"     > /proc/rtprobe_disturb   the writer raises SMIs in the kernel for 500 us
 * echo "kind=lastuser us=1"        > /proc/rtprobe_disturb   rtprobe becomes the last user of the writer's memory
 * echo "kind=steal us=500"         > /proc/rtprobe_disturb   as irqsoff; half of it is added to the CPU's steal time
 * echo "kind=stealmore us=500"     > /proc/rtprobe_disturb   the same with twenty times as much steal time
 * echo "kind=insidehrtimer us=3000 cpu=1" > ...            the function of a hard hrtimer takes 3000 us on CPU 1
 * echo "kind=insidetimer us=3000 cpu=1" > ...              that of a timer, in a softirq; insidework: of a work item;
 *                                                          insidetasklet; insidecall: of a function-call IPI;
 *                                                          insideirqwork; insidestop: of stop_machine(); insidenapi
 * echo "kind=insidehighpri us=3000 cpu=1" > ...            as insidework, on the queue of high priority; insideunbound:
 *                                                          in a worker that is not bound to a CPU
 * echo "kind=insideirqthread us=3000 cpu=1" > ...          as insideirqwork; on PREEMPT_RT in a thread
 * echo "kind=insideremoteirqwork us=3000 cpu=1" > ...      as insideirqwork, queued by the writer's CPU
 * echo "kind=insidercu us=3000 cpu=1" > ...                an RCU callback takes 3000 us on CPU 1
 * echo "kind=insidedelayed us=3000 cpu=1" > ...           as insidework; a timer on the CPU queues the item
 * echo "kind=insidequeued us=3000 cpu=1" > ...            as insidework; a hard hrtimer queues the item
 * echo "kind=insiderearmed us=3000 cpu=1" > ...           as insidetimer; a worker armed the timer before
 * echo "kind=insideabove us=3000 cpu=1" > ...             as insidetimer; the function of an hrtimer interrupts it for 1 ms
 * echo "kind=insidenested us=3000 cpu=1" > ...             as insidework, after the item called a function on its CPU
 * echo "kind=insideroaming us=3000 cpu=1" > ...            as insidework, in a worker that began the item on another CPU
 * echo "kind=insidesecond us=3000 cpu=1" > ...             as insidework after 3 s: two items of a worker sleep for 1.5 s each
 * echo "kind=preemptoff us=5000"    > /proc/rtprobe_disturb   preemption is off for 5 ms in the writer
 * echo "kind=preemptoffirqsoff us=5000" > ...              the same, with interrupts off for a quarter of it
 * echo "kind=spinlock us=5000"      > /proc/rtprobe_disturb   the writer holds a spinlock for 5 ms
 * echo "kind=manypreemptoff us=5000" > ...                 preemption is off for 0.1 ms, again and again, for 5 ms
 * echo "kind=manysoftirqsoff us=5000" > ...                softirqs are
 * echo "kind=unmap us=500 cpu=1"   > /proc/rtprobe_disturb   the writer unmaps memory that CPU 1 uses, for 500 us
 * echo clear                       > /proc/rtprobe_disturb   clears the list
 * cat /proc/rtprobe_disturb                                  lists the disturbances with their times
 *
 * A page mapped from /proc/rtprobe_disturb never becomes present: a fault on it waits until its task is killed, at most
 * one minute.
 *
 * A write returns when the disturbance is over. A command with a wrong word fails with EINVAL and does nothing; the
 * first line of a read then names the word. Not for production machines.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/kernel_stat.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "edu.h"
#include "hog.h"
#include "inside.h"
#include "last.h"
#include "nested.h"
#include "nmi.h"
#include "own_nmi.h"
#include "page.h"
#include "section.h"
#include "smi.h"
#include "stall.h"
#include "unmap.h"

#define MOST_US 50000 /* longest disturbance */
#define MOST_RECORDS 1024 /* the newest are stored */
#define MOST_BYTES 128 /* longest command */

enum kind {
	KIND_NONE,
	KIND_HARDIRQ,
	KIND_IRQSOFF,
	KIND_FIFO,
	KIND_IRQTHREAD,
	KIND_SOFTIRQ,
	KIND_SOFTIRQSOFF,
	KIND_LINE,
	KIND_LOCK,
	KIND_NMI,
	KIND_NESTED,
	KIND_OWNNMI,
	KIND_LINEFREED,
	KIND_LINEBYHANDLER,
	KIND_LOSTEND,
	KIND_SMI,
	KIND_STEAL,
	KIND_STEALMORE,
	KIND_NESTEDDEEP,
	KIND_LASTUSER,
	KIND_SMIKERNEL,
	KIND_SOFTIRQIRQSOFF,
	KIND_INSIDE_HRTIMER,
	KIND_INSIDE_TIMER,
	KIND_INSIDE_WORK,
	KIND_INSIDE_TASKLET,
	KIND_INSIDE_CALL,
	KIND_INSIDE_NESTED,
	KIND_INSIDE_SECOND,
	KIND_INSIDE_ROAMING,
	KIND_INSIDE_PREEMPT_OFF,
	KIND_UNMAP,
	KIND_INSIDE_DELAYED,
	KIND_INSIDE_ABOVE,
	KIND_INSIDE_QUEUED,
	KIND_INSIDE_REARMED,
	KIND_INSIDE_HIGHPRI,
	KIND_INSIDE_UNBOUND,
	KIND_INSIDE_IRQ_WORK,
	KIND_INSIDE_STOP,
	KIND_INSIDE_NAPI,
	KIND_INSIDE_IRQ_THREAD,
	KIND_INSIDE_REMOTE_IRQ_WORK,
	KIND_INSIDE_RCU,
	KIND_PREEMPTOFF,
	KIND_PREEMPTOFF_IRQSOFF,
	KIND_SPINLOCK,
	KIND_MANY_PREEMPTOFF,
	KIND_MANY_SOFTIRQSOFF,
};
static const char *const kind_names[] = {
	"none", "hardirq", "irqsoff", "fifo", "irqthread", "softirq", "softirqsoff", "line", "lock", "nmi", "nested", "ownnmi",
	"linefreed", "linebyhandler", "lostend", "smi", "steal", "stealmore", "nesteddeep",
	"lastuser", "smikernel", "softirqirqsoff",
	"insidehrtimer", "insidetimer", "insidework", "insidetasklet", "insidecall",
	"insidenested", "insidesecond", "insideroaming", "insidepreemptoff", "unmap", "insidedelayed",
	"insideabove", "insidequeued", "insiderearmed",
	"insidehighpri", "insideunbound", "insideirqwork", "insidestop", "insidenapi",
	"insideirqthread", "insideremoteirqwork", "insidercu",
	"preemptoff", "preemptoffirqsoff", "spinlock", "manypreemptoff", "manysoftirqsoff",
};

struct command {
	enum kind kind;
	unsigned int us;
	int cpu;
	int to; /* CPU of the task that is woken */
	bool clear;
};

struct record {
	u64 number;
	enum kind kind;
	unsigned int irq;
	struct edu_hold hold;
	u64 hog_end_ns; /* irqthread only */
};

static bool msi = true;
module_param(msi, bool, 0444);
MODULE_PARM_DESC(msi, "give the edu device a message-signalled interrupt; 0: use its shared pin");

/* Protects everything below and the device: one disturbance at a time. */
static DEFINE_MUTEX(disturb_lock);
static struct record *records; /* ring, the newest at (total - 1) % MOST_RECORDS */
static u64 total; /* disturbances since load */
static u64 cleared; /* number of those that are no longer listed */
static char last_error[64] = "none";

static int refuse(const char *code, const char *word)
{
	scnprintf(last_error, sizeof(last_error), "%s %s", code, word);
	return -EINVAL;
}

static int parse_word(struct command *c, char *word)
{
	char *value = strchr(word, '=');
	unsigned int number;

	if (!strcmp(word, "clear")) {
		c->clear = true;
		return 0;
	}
	if (!value)
		return refuse("E_WORD", word);
	*value++ = '\0';
	if (!strcmp(word, "kind") && c->kind == KIND_NONE) {
		int kind = match_string(kind_names, ARRAY_SIZE(kind_names), value);

		if (kind <= KIND_NONE)
			return refuse("E_VALUE kind", value);
		c->kind = kind;
	} else if (!strcmp(word, "us") && !c->us) {
		if (kstrtouint(value, 10, &number) || !number || number > MOST_US)
			return refuse("E_RANGE us", value);
		c->us = number;
	} else if (!strcmp(word, "cpu") && c->cpu == EDU_CPU_ANY) {
		if (kstrtouint(value, 10, &number) || number >= nr_cpu_ids || !cpu_online(number))
			return refuse("E_RANGE cpu", value);
		c->cpu = number;
	} else if (!strcmp(word, "to") && c->to == EDU_CPU_ANY) {
		if (kstrtouint(value, 10, &number) || number >= nr_cpu_ids || !cpu_online(number))
			return refuse("E_RANGE to", value);
		c->to = number;
	} else {
		return refuse("E_WORD", word); /* unknown or duplicate */
	}
	return 0;
}

static int parse(struct command *c, char *text)
{
	char *word;
	int error;

	while ((word = strsep(&text, " \t\n"))) {
		error = *word ? parse_word(c, word) : 0;
		if (error)
			return error;
	}
	if (c->clear && (c->kind || c->us || c->cpu != EDU_CPU_ANY))
		return refuse("E_WORD", "clear");
	if (c->to != EDU_CPU_ANY && c->kind != KIND_HARDIRQ && c->kind != KIND_IRQTHREAD)
		return refuse("E_WORD", "to");
	if (!c->clear && (!c->kind || !c->us))
		return refuse("E_MISSING", c->kind ? "us" : "kind");
	return 0;
}

/*
 * Meanwhile adds to the CPU's steal time, as a kernel does that runs on a hypervisor. Inline, so that a stack has the name of
 * its caller.
 */
static __always_inline int hold_with_steal(struct edu_hold *hold, u64 steal_ns)
{
	unsigned long flags;

	local_irq_save(flags);
	kcpustat_this_cpu->cpustat[CPUTIME_STEAL] += steal_ns;
	hold->start_ns = ktime_get_ns();
	hold->cpu = smp_processor_id();
	do {
		cpu_relax();
		hold->end_ns = ktime_get_ns();
	} while (hold->end_ns - hold->start_ns < hold->asked_ns);
	local_irq_restore(flags);
	hold->enclosing_ns = hold->end_ns - hold->start_ns;
	hold->pid = current->pid;
	get_task_comm(hold->comm, current);
	return 0;
}

static int hold_interrupts_off(struct edu_hold *hold)
{
	return hold_with_steal(hold, 0);
}

static int hold_half_stolen(struct edu_hold *hold)
{
	return hold_with_steal(hold, hold->asked_ns / 2);
}

static int hold_more_stolen(struct edu_hold *hold)
{
	return hold_with_steal(hold, hold->asked_ns * 10);
}

/* Runs @disturb on the CPU of the command, in the writer's task; restores its affinity. */
static int on_cpu(const struct command *c, struct edu_hold *hold, int (*disturb)(struct edu_hold *))
{
	cpumask_var_t before;
	int error;

	if (c->cpu == EDU_CPU_ANY)
		return disturb(hold);
	if (!alloc_cpumask_var(&before, GFP_KERNEL))
		return -ENOMEM;
	cpumask_copy(before, current->cpus_ptr);
	error = set_cpus_allowed_ptr(current, cpumask_of(c->cpu));
	if (!error) {
		error = disturb(hold);
		set_cpus_allowed_ptr(current, before);
	}
	free_cpumask_var(before);
	return error;
}

static int hold(const struct command *c, struct edu_hold *hold, u64 *hog_end_ns)
{
	switch (c->kind) {
	case KIND_HARDIRQ:
		return c->to == EDU_CPU_ANY ? edu_hold(hold, c->cpu) : hog_none(hold, c->cpu, c->to);
	case KIND_FIFO:
		return hog_hold(hold, c->cpu);
	case KIND_IRQTHREAD:
		return hog_chain(hold, c->cpu, c->to == EDU_CPU_ANY ? c->cpu : c->to, hog_end_ns);
	case KIND_SOFTIRQ:
		return on_cpu(c, hold, stall_softirq);
	case KIND_SOFTIRQSOFF:
		return on_cpu(c, hold, stall_softirqs_off);
	case KIND_LINE:
		return on_cpu(c, hold, stall_line);
	case KIND_LOCK:
		return stall_lock(hold, c->cpu);
	case KIND_NESTED:
		return nested_hold(hold, c->cpu);
	case KIND_NESTEDDEEP:
		return nested_hold_deep(hold, c->cpu);
	case KIND_INSIDE_HRTIMER:
		return on_cpu(c, hold, inside_hold_hrtimer);
	case KIND_INSIDE_TIMER:
		return inside_hold_timer(hold, c->cpu);
	case KIND_INSIDE_WORK:
		return inside_hold_work(hold, c->cpu);
	case KIND_INSIDE_HIGHPRI:
		return inside_hold_highpri_work(hold, c->cpu);
	case KIND_INSIDE_UNBOUND:
		return inside_hold_unbound(hold, c->cpu);
	case KIND_INSIDE_IRQ_WORK:
		return on_cpu(c, hold, inside_hold_irq_work);
	case KIND_INSIDE_STOP:
		return inside_hold_stop(hold, c->cpu);
	case KIND_INSIDE_NAPI:
		return on_cpu(c, hold, inside_hold_napi);
	case KIND_INSIDE_IRQ_THREAD:
		return on_cpu(c, hold, inside_hold_irq_thread);
	case KIND_INSIDE_REMOTE_IRQ_WORK:
		return inside_hold_remote_irq_work(hold, c->cpu);
	case KIND_INSIDE_RCU:
		return on_cpu(c, hold, inside_hold_rcu);
	case KIND_INSIDE_TASKLET:
		return on_cpu(c, hold, inside_hold_tasklet);
	case KIND_INSIDE_CALL:
		return inside_hold_call(hold, c->cpu);
	case KIND_INSIDE_NESTED:
		return inside_hold_nested(hold, c->cpu);
	case KIND_INSIDE_SECOND:
		return inside_hold_second(hold, c->cpu);
	case KIND_INSIDE_ROAMING:
		return inside_hold_roaming(hold, c->cpu);
	case KIND_INSIDE_PREEMPT_OFF:
		return on_cpu(c, hold, inside_hold_preempt_off);
	case KIND_INSIDE_DELAYED:
		return inside_hold_delayed(hold, c->cpu);
	case KIND_INSIDE_QUEUED:
		return on_cpu(c, hold, inside_hold_queued);
	case KIND_INSIDE_REARMED:
		return on_cpu(c, hold, inside_hold_rearmed);
	case KIND_INSIDE_ABOVE:
		return inside_hold_above(hold, c->cpu);
	case KIND_PREEMPTOFF:
		return on_cpu(c, hold, section_hold);
	case KIND_PREEMPTOFF_IRQSOFF:
		return on_cpu(c, hold, section_hold_irqs_off);
	case KIND_SPINLOCK:
		return on_cpu(c, hold, section_hold_spinlock);
	case KIND_MANY_PREEMPTOFF:
		return on_cpu(c, hold, section_hold_many);
	case KIND_MANY_SOFTIRQSOFF:
		return on_cpu(c, hold, section_hold_many_softirqs);
	case KIND_UNMAP:
		return unmap_hold(hold, c->cpu);
	case KIND_LINEFREED:
		return on_cpu(c, hold, nested_line_freed);
	case KIND_LINEBYHANDLER:
		return on_cpu(c, hold, nested_line_by_handler);
	case KIND_LOSTEND:
		return on_cpu(c, hold, nmi_lose_end);
	case KIND_OWNNMI:
		return on_cpu(c, hold, own_nmi_hold);
	case KIND_SMI:
		return on_cpu(c, hold, smi_in_user_mode);
	case KIND_STEAL:
		return on_cpu(c, hold, hold_half_stolen);
	case KIND_STEALMORE:
		return on_cpu(c, hold, hold_more_stolen);
	case KIND_SMIKERNEL:
		return on_cpu(c, hold, smi_in_kernel);
	case KIND_SOFTIRQIRQSOFF:
		return on_cpu(c, hold, stall_softirq_irqs_off);
	case KIND_LASTUSER:
		return last_arm(hold);
	case KIND_NMI:
		return on_cpu(c, hold, nmi_call_hooks);
	default:
		return on_cpu(c, hold, hold_interrupts_off);
	}
}

static int disturb(const struct command *c)
{
	struct record *record = &records[total % MOST_RECORDS];
	struct edu_hold held = { .asked_ns = c->us * (u64)NSEC_PER_USEC };
	u64 hog_end_ns = 0;
	bool is_irq = c->kind == KIND_HARDIRQ || c->kind == KIND_IRQTHREAD;
	int error;

	if (c->clear) {
		cleared = total;
		return 0;
	}
	error = hold(c, &held, &hog_end_ns);
	if (error) {
		scnprintf(last_error, sizeof(last_error), "E_FAILED %s %d", kind_names[c->kind], error);
		return error;
	}
	*record = (struct record){ ++total, c->kind, is_irq ? edu_irq() : 0, held, hog_end_ns };
	return 0;
}

static ssize_t disturb_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	struct command command = { .cpu = EDU_CPU_ANY, .to = EDU_CPU_ANY };
	char text[MOST_BYTES];
	int error;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, len))
		return -EFAULT;
	text[len] = '\0';
	error = mutex_lock_interruptible(&disturb_lock);
	if (error)
		return error;
	error = parse(&command, text);
	if (!error)
		error = disturb(&command);
	mutex_unlock(&disturb_lock);
	return error ?: len;
}

static void show_record(struct seq_file *m, const struct record *r)
{
	const struct edu_hold *h = &r->hold;

	seq_printf(m, "%llu %s %d %llu %llu %llu %llu %llu %u %s %d ", r->number, kind_names[r->kind], h->cpu,
		   h->asked_ns / NSEC_PER_USEC, h->start_ns, h->end_ns, h->end_ns - h->start_ns, h->enclosing_ns,
		   r->irq, h->user_mode ? "user" : "kernel", h->pid);
	seq_escape(m, h->comm, " \t\n\\");
	/* Nonzero for irqthread only, except that fifo and lock also set ran_ns. */
	seq_printf(m, " %llu %llu %llu %llu\n", r->hog_end_ns, h->thread_start_ns, h->thread_end_ns, h->ran_ns);
}

static int disturb_show(struct seq_file *m, void *v)
{
	u64 number;

	mutex_lock(&disturb_lock);
	seq_printf(m, "# irq=%u total=%llu last_error=%s\n", edu_irq(), total, last_error);
	seq_puts(m, "# number kind cpu asked_us start_ns end_ns duration_ns enclosing_ns irq mode pid comm hog_end_ns thread_start_ns thread_end_ns ran_ns\n");
	for (number = max(cleared, total > MOST_RECORDS ? total - MOST_RECORDS : 0); number < total; number++)
		show_record(m, &records[number % MOST_RECORDS]);
	mutex_unlock(&disturb_lock);
	return 0;
}

static int disturb_open(struct inode *inode, struct file *file)
{
	return single_open(file, disturb_show, NULL);
}

static const struct proc_ops disturb_ops = {
	.proc_open = disturb_open,
	.proc_read = seq_read,
	.proc_write = disturb_write,
	.proc_lseek = seq_lseek,
	.proc_mmap = page_map,
	.proc_release = single_release,
};

static int __init disturb_init(void)
{
	int error;

	records = kvcalloc(MOST_RECORDS, sizeof(*records), GFP_KERNEL);
	if (!records)
		return -ENOMEM;
	error = nested_register();
	if (error)
		goto free;
	error = edu_register(msi);
	if (error)
		goto unnest;
	error = -ENOMEM;
	if (!proc_create("rtprobe_disturb", 0600, NULL, &disturb_ops))
		goto unregister;
	if (!edu_irq())
		pr_info("no edu device (qemu -device edu): kind=hardirq is not available\n");
	return 0;

unregister:
	edu_unregister();
unnest:
	nested_unregister();
free:
	kvfree(records);
	return error;
}

static void __exit disturb_exit(void)
{
	remove_proc_entry("rtprobe_disturb", NULL);
	last_unregister();
	edu_unregister();
	nested_unregister();
	kvfree(records);
}

module_init(disturb_init);
module_exit(disturb_exit);
MODULE_DESCRIPTION("Disturbances of a known length, to test rtprobe with");
MODULE_LICENSE("GPL");
